import { fargateUsdPerMinute, formatFargate } from '../karpenter/fargate-sizes';
import { landing, type ObservedRunner, type PlacedPod } from './observe';

/** What a minute of a pod costs, alone on its machine. */
export interface MinutePrice {
  /** Instance type, or size on Fargate. */
  readonly type: string;
  /** On demand, in us-east-1, without disks, the fee of EKS Auto Mode included. */
  readonly usdPerMinute: number;
  /** The part of it that is the fee of EKS Auto Mode, which is the same on Spot; undefined on other nodes. */
  readonly autoModeUsdPerMinute?: number;
  /** The pool that it is of; undefined on Fargate. */
  readonly pool?: string;
}

/**
 * The least that a job of the default size costs, alone on its machine, in the pools that Karpenter tries first: those of the
 * highest weight that take it. Undefined where it lands nowhere.
 */
export function cheapestMinute({ job }: ObservedRunner): MinutePrice | undefined {
  return minutePriceOf(job);
}

/** The same of any pod. */
export function minutePriceOf(placed: PlacedPod | undefined): MinutePrice | undefined {
  const size = placed?.fargate?.size;
  if (size) return { type: formatFargate(size), usdPerMinute: fargateUsdPerMinute(size) };
  const placements = landing(placed);
  const first = Math.max(...placements.map(({ pool }) => pool.weight));
  const [best] = placements
    .filter(({ pool }) => pool.weight === first)
    .flatMap(({ cheapest, pool }) => (cheapest ? [{ ...cheapest, pool: pool.name }] : []))
    .sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  if (best === undefined) return undefined;
  const { type, usdPerMinute, pool } = best;
  const fee = type.autoModeUsdPerHour;
  return {
    type: type.name,
    usdPerMinute,
    ...(fee !== undefined && { autoModeUsdPerMinute: fee / 60 }),
    pool,
  };
}
