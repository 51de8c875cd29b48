import { daemonSetsOn } from '../cluster/daemon-sets';
import { nodeOf } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import type { Placement } from '../cluster/placement';
import type { InstanceType } from '../karpenter/instance-types';
import { type DaemonSetOverhead, usdPerHour } from '../karpenter/node-price';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import type { FieldOfManifest } from './finding';

const GIB = 1024 ** 3;
/** A smaller node that saves less is not worth a smaller job. */
const SHARE_OF_PRICE = 0.6;
/** A job that has to shrink by more is another job. */
const MOST_CUT = 0.25;

/** A job that pays for a large node because of a little that a smaller one lacks. */
export interface JustTooLarge {
  readonly at: FieldOfManifest;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

interface Candidate {
  readonly type: InstanceType;
  readonly usd: number;
  /** What the pod must do without. */
  readonly cpuMilli: number;
  readonly bytes: number;
  readonly cut: number;
}

/**
 * The size with which a job would fit a node of half the price, where it costs so much even if every slot of its node is
 * taken; undefined where it has none.
 */
export function justTooLarge(
  runner: ObservedRunner,
  daemonSets: DaemonSetOverhead,
): JustTooLarge | undefined {
  const { job, table, config, index } = runner;
  const [placement] = landing(job);
  const build = {
    cpuMilli: toMilli(parseQuantity(table.kubernetes.cpu_request ?? '') ?? 0n),
    bytes: toUnits(parseQuantity(table.kubernetes.memory_request ?? '') ?? 0n),
  };
  if (!job || placement?.packed === undefined || build.cpuMilli === 0 || build.bytes === 0) return undefined;
  const usdNow = placement.packed.usdPerMinute * 60;
  const smaller = candidates(placement, job, daemonSets, usdNow * SHARE_OF_PRICE)
    .map((one) => ({ ...one, ...shrunk(build, one) }))
    .filter(({ cpu, gib }) => cpu > 0 && gib > 0)
    .sort((a, b) => a.cut - b.cut || a.usd - b.usd)[0];
  if (smaller === undefined) return undefined;
  const { cpu, gib, type, usd } = smaller;
  const now = placement.packed.type.name;
  return {
    at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes` },
    found: `${build.cpuMilli / 1000} CPU and ${round(build.bytes / GIB)}Gi of memory for build`,
    why: `each job takes at least ${dollars(usdNow)} an hour (${now}), and misses ${type.name} at ${dollars(usd)} by a little: a node has less than its machine, and the helper and daemonsets take their part`,
    fix: `ask for ${cpu} CPU and ${gib}Gi (requests and ceilings), unless jobs need the rest`,
  };
}

/** Cheaper types that hold the pod once it gives up a little. */
function candidates(
  { pool }: Placement,
  { pod: { requests } }: PlacedPod,
  given: DaemonSetOverhead,
  mostUsd: number,
): Candidate[] {
  const daemonSets = daemonSetsOn(pool, given);
  const isPlain = Object.keys(requests.extended ?? {}).length === 0;
  return pool.types.flatMap((type) => {
    const usd = usdPerHour(type);
    if (!isPlain || usd === undefined || usd > mostUsd || !pool.startable.has(type)) return [];
    const node = nodeOf(pool, type);
    if (node.ephemeralStorageBytes < (requests.ephemeralStorageBytes ?? 0)) return [];
    const cpuMilli = Math.max(0, requests.cpuMilli - (node.cpuMilli - daemonSets.cpuMilli));
    const bytes = Math.max(0, requests.memoryBytes - (node.memoryBytes - daemonSets.memoryBytes));
    const cut = Math.max(cpuMilli / requests.cpuMilli, bytes / requests.memoryBytes);
    return cut > 0 && cut <= MOST_CUT ? [{ type, usd, cpuMilli, bytes, cut }] : [];
  });
}

/** What is left for the build container, in steps that people write. */
function shrunk(build: Pick<Candidate, 'cpuMilli' | 'bytes'>, { cpuMilli, bytes }: Candidate) {
  const step = build.cpuMilli >= 4000 ? 1000 : 100;
  const left = cpuMilli === 0 ? build.cpuMilli : Math.floor((build.cpuMilli - cpuMilli) / step) * step;
  const gib = (build.bytes - bytes) / GIB;
  return {
    cpu: left / 1000,
    gib: bytes === 0 ? round(gib) : gib >= 4 ? Math.floor(gib) : Math.floor(gib * 4) / 4,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
