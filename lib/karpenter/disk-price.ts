import { parseQuantity, toUnits } from '../values/quantity';
import { fieldsOf, listOf, textOf } from '../values/record';
import { AUTO_MODE_DISK } from './auto-mode';

/** What a kind of EBS volume costs a month, US dollars. */
interface VolumePrice {
  readonly perGib: number;
  /** For each IOPS between two numbers of them. */
  readonly iops?: readonly { readonly above: number; readonly usd: number }[];
  /** For each MiB/s above 125. */
  readonly perMibPerSecond?: number;
}

/** In us-east-1, November 2026. @see https://aws.amazon.com/ebs/pricing/ */
const PRICES: Readonly<Record<string, VolumePrice>> = {
  gp3: { perGib: 0.08, iops: [{ above: 3000, usd: 0.005 }], perMibPerSecond: 0.04 },
  gp2: { perGib: 0.1 },
  io1: { perGib: 0.125, iops: [{ above: 0, usd: 0.065 }] },
  io2: {
    perGib: 0.125,
    iops: [
      { above: 0, usd: 0.065 },
      { above: 32_000, usd: 0.0455 },
      { above: 64_000, usd: 0.03185 },
    ],
  },
  st1: { perGib: 0.045 },
  sc1: { perGib: 0.015 },
  standard: { perGib: 0.05 },
};
const GIB = 1024 ** 3;
/** MiB/s of gp3 that its price per GiB holds. */
const FREE_THROUGHPUT = 125;

/** What Karpenter gives nodes whose class names no volume: 20 GiB of gp3. @see karpenter-provider-aws 1.14, amifamily */
const DEFAULT_MAPPINGS = [{ ebs: { volumeSize: '20Gi', volumeType: 'gp3' } }];

/**
 * What the disks of one node of an EC2NodeClass cost a month that it runs, US dollars in us-east-1; undefined where a volume
 * has a size or a type that is not known here, for example that of a snapshot.
 */
export function disksUsdPerMonth(spec: unknown): number | undefined {
  const mappings = listOf(fieldsOf(spec).blockDeviceMappings ?? DEFAULT_MAPPINGS).map(fieldsOf);
  const prices = mappings.map(({ ebs }) => volumeUsdPerMonth(fieldsOf(ebs)));
  return prices.includes(undefined) ? undefined : prices.reduce((sum: number, usd) => sum + (usd ?? 0), 0);
}

/** The same for the volume of pods of a NodeClass of EKS Auto Mode, whose system has a small one besides. */
export function autoDiskUsdPerMonth(spec: unknown): number | undefined {
  const { size = AUTO_MODE_DISK, iops, throughput } = fieldsOf(fieldsOf(spec).ephemeralStorage);
  return volumeUsdPerMonth({ volumeSize: size, iops, throughput });
}

function volumeUsdPerMonth(ebs: Readonly<Record<string, unknown>>): number | undefined {
  const price = PRICES[textOf(ebs.volumeType) ?? 'gp3'];
  const size = parseQuantity(textOf(ebs.volumeSize) ?? '');
  if (price === undefined || size === undefined) return undefined;
  const { perGib, iops: steps = [], perMibPerSecond = 0 } = price;
  const iops = Number(ebs.iops ?? 0);
  const iopsUsd = steps.reduce((sum, { above, usd }, index) => {
    const upTo = Math.min(iops, steps[index + 1]?.above ?? Number.POSITIVE_INFINITY);
    return sum + Math.max(upTo - above, 0) * usd;
  }, 0);
  const throughput = Math.max(Number(ebs.throughput ?? 0) - FREE_THROUGHPUT, 0);
  return (toUnits(size) / GIB) * perGib + iopsUsd + throughput * perMibPerSecond;
}
