import { daemonSetsOn } from '../cluster/daemon-sets';
import { nodeOf } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import type { Placement } from '../cluster/placement';
import type { InstanceType } from '../karpenter/instance-types';
import { type DaemonSetOverhead, usdPerHour } from '../karpenter/node-price';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { at, fieldsOf, listOf, textsOf } from '../values/record';
import type { FieldOfManifest } from './finding';

const GIB = 1024 ** 3;
/** A smaller node that saves less is not worth a smaller job. */
const SHARE_OF_PRICE = 0.6;
/** A job that has to shrink by more is another job. */
const MOST_CUT = 0.25;
/** Few jobs ask for as much as the ceilings allow: these are lowered for less than that. */
const MOST_CUT_OF_CEILING = 0.2;

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
 * The sizes with which jobs would fit a node of half the price, where they cost so much even if every slot of their node is
 * taken: that of a job that asks for nothing of its own, and that of the largest one that the ceilings of overwrites allow.
 */
export function justTooLarge(runner: ObservedRunner, daemonSets: DaemonSetOverhead): readonly JustTooLarge[] {
  const { job, largestJob, config, index } = runner;
  const at = { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes` };
  const own = smallerSize(job, daemonSets);
  const largest = sameSize(job, largestJob) ? undefined : smallerSize(largestJob, daemonSets);
  const most = largest !== undefined && cutOf(largest) <= MOST_CUT_OF_CEILING ? largest : undefined;
  return [
    ...(own === undefined ? [] : [{ at, ...wordsOf(own, 'for build', 'ask for', 'requests and ceilings') }]),
    ...(most === undefined
      ? []
      : [
          {
            at,
            ...wordsOf(
              most,
              'for the largest build that its ceilings allow',
              'allow',
              'ceilings of requests',
            ),
          },
        ]),
  ];
}

/** A size of the build container, and the smaller one with a node of its own. */
interface SmallerSize extends Size {
  readonly build: Size;
  readonly usdNow: number;
  readonly usd: number;
  readonly now: string;
  readonly smaller: string;
}

interface Size {
  readonly cpu: number;
  readonly gib: number;
}

function smallerSize(job: PlacedPod | undefined, daemonSets: DaemonSetOverhead): SmallerSize | undefined {
  const [placement] = landing(job);
  if (job === undefined || placement?.packed === undefined) return undefined;
  const build = buildOf(job);
  if (build.cpuMilli === 0 || build.bytes === 0) return undefined;
  const usdNow = placement.packed.usdPerMinute * 60;
  const smaller = candidates(placement, job, daemonSets, usdNow * SHARE_OF_PRICE)
    .map((one) => ({ ...one, ...shrunk(build, one) }))
    .filter(({ cpu, gib }) => cpu > 0 && gib > 0)
    .sort((a, b) => a.cut - b.cut || a.usd - b.usd)[0];
  if (smaller === undefined) return undefined;
  const { cpu, gib, type, usd } = smaller;
  const now = { cpu: build.cpuMilli / 1000, gib: round(build.bytes / GIB) };
  return { cpu, gib, usd, usdNow, build: now, now: placement.packed.type.name, smaller: type.name };
}

/** The share of its size that a build gives up, in steps that people write. */
function cutOf({ cpu, gib, build }: SmallerSize): number {
  return Math.max(1 - cpu / build.cpu, 1 - gib / build.gib);
}

function wordsOf(
  { cpu, gib, usd, usdNow, build, now, smaller }: SmallerSize,
  which: string,
  verb: string,
  what: string,
): Omit<JustTooLarge, 'at'> {
  return {
    found: `${build.cpu} CPU and ${build.gib}Gi of memory ${which}`,
    why: `each such job takes at least ${dollars(usdNow)} an hour, ${minute(usdNow)} a minute (${now}), and misses ${smaller} at ${dollars(usd)}, ${minute(usd)} a minute, by a little: a node has less than its machine, and the helper and daemonsets take their part`,
    fix: `${verb} ${cpu} CPU and ${gib}Gi (${what}), unless jobs need the rest`,
  };
}

/** What the build container of a job requests. */
function buildOf({ spec }: PlacedPod): Pick<Candidate, 'cpuMilli' | 'bytes'> {
  const build = listOf(at(spec, ['containers'])).find((one) => fieldsOf(one).name === 'build');
  const { cpu, memory } = textsOf(at(build, ['resources', 'requests']));
  return {
    cpuMilli: toMilli(parseQuantity(cpu ?? '') ?? 0n),
    bytes: toUnits(parseQuantity(memory ?? '') ?? 0n),
  };
}

function sameSize(one: PlacedPod | undefined, other: PlacedPod | undefined): boolean {
  return JSON.stringify(one?.pod.requests) === JSON.stringify(other?.pod.requests);
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

function minute(usdPerHour: number): string {
  return `$${(usdPerHour / 60).toFixed(5)}`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
