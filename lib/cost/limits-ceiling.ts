import { fixedNodesOf, isStatic } from '../cluster/fixed-nodes';
import type { Manifest } from '../cluster/manifest';
import { capacityOf, type NodePool } from '../cluster/node-pools';
import { landing, type PlacedPod, type Subject } from '../cluster/observe';
import { nodesAtLimits } from '../cluster/pool-limits';
import { concurrencyOf } from '../cluster/runners';
import { fargateUsdPerMinute } from '../karpenter/fargate-sizes';
import type { InstanceType } from '../karpenter/instance-types';
import { mayStart, nodesWithin, remaining } from '../karpenter/limits';
import { usdPerHour } from '../karpenter/node-price';
import { isStopped, managersOf } from './manager-nodes';
import { diskUsdPerHour, hasUnpricedDisk, publicIpv4UsdPerHour } from './node-extras';
import { placeOf } from './place';
import type { CostLine, LimitsCeiling, PoolCeiling } from './types';

/** The most that an hour may cost: each pool at its limits at once, and every job that Fargate may run. */
export function ceilingOf(subject: Subject): LimitsCeiling {
  const found = [
    ...subject.pools.map((pool) => ({ ceiling: poolCeiling(pool, subject), manifest: pool.manifest })),
    ...fargateCeilings(subject),
    ...jobsElsewhere(subject),
  ];
  const pools = found.map(({ ceiling }) => ceiling);
  return {
    total: sumOf(pools.map(({ usdPerHour: usd }) => usd)),
    worst: sumOf(pools.map(({ worstUsdPerHour: usd }) => usd)),
    pools,
    lines: found.map(lineOf).sort((a, b) => (a.usd === b.usd ? 0 : b.usd - a.usd)),
  };
}

function lineOf({ ceiling, manifest }: { ceiling: PoolCeiling; manifest: Manifest }): CostLine {
  const { name, usdPerHour: usd, because, boundBy, isUnknown } = ceiling;
  const what = boundBy === 'jobs' ? 'fargate jobs' : 'pool';
  return {
    what,
    name,
    usd: usd ?? Number.POSITIVE_INFINITY,
    ...(isUnknown && { isUnknown }),
    because,
    ...placeOf(manifest),
  };
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

/** Nodes of one type, with how many. */
interface Nodes {
  readonly type: InstanceType;
  readonly nodes: number;
}

function poolCeiling(pool: NodePool, subject: Subject): PoolCeiling {
  const besides = (diskUsdPerHour(pool) ?? 0) + publicIpv4UsdPerHour(pool, subject.money.publicIpv4);
  const priceOf = (type: InstanceType) => (usdPerHour(type) ?? 0) + besides;
  const costOf = (nodes: readonly Nodes[]) =>
    nodes.reduce((sum, { type, nodes: count }) => sum + count * priceOf(type), 0);
  if (isBoundless(pool)) return withoutSum(pool, 'it has no limit that bounds its nodes');
  const usual = isStatic(pool)
    ? fixedAtMost(pool, (type) => -priceOf(type))
    : usualNodes(pool, subject, costOf);
  if (usual === undefined) return nothingLands(pool);
  const unpriced = unpricedOf(pool, usual);
  if (unpriced !== undefined) return { ...withoutSum(pool, unpriced), isUnknown: true };
  const most = isStatic(pool) ? fixedAtMost(pool, priceOf) : mostExpensive(pool, priceOf);
  return {
    name: pool.name,
    usdPerHour: costOf(usual),
    worstUsdPerHour: costOf(most),
    type: usual[0]?.type.name,
    worstType: most[0]?.type.name,
    boundBy: isStatic(pool) ? 'nodes' : 'limits',
    because: becauseOf(pool, usual),
  };
}

/** Whether limits allow any number of nodes of some type, whatever its price. */
function isBoundless(pool: NodePool): boolean {
  if (isStatic(pool)) return !Number.isFinite(fixedNodesOf(pool));
  return [...pool.startable].some((type) => {
    const capacity = capacityOf(pool, type);
    return mayStart(pool.limits, capacity) && nodesWithin(pool.limits, capacity) === Number.POSITIVE_INFINITY;
  });
}

function withoutSum({ name }: Pick<NodePool, 'name'>, because: string): PoolCeiling {
  return {
    name,
    usdPerHour: null,
    worstUsdPerHour: null,
    type: undefined,
    worstType: undefined,
    boundBy: null,
    because,
  };
}

function nothingLands(pool: NodePool): PoolCeiling {
  const because = 'no job and no manager lands in it';
  return { ...withoutSum(pool, because), usdPerHour: 0, worstUsdPerHour: 0, boundBy: 'limits' };
}

/** What of some nodes has no price, as half a sentence; undefined where all has one. */
function unpricedOf(pool: NodePool, nodes: readonly Nodes[]): string | undefined {
  const isStarted = nodes.some(({ nodes: count }) => count > 0);
  const types = nodes.filter(({ type }) => usdPerHour(type) === undefined).map(({ type }) => type.name);
  if (types.length > 0) return `no price is known for ${types.join(', ')}`;
  if (isStatic(pool) && nodes.length === 0 && fixedNodesOf(pool) > 0)
    return 'no price is known for any of its types';
  return isStarted && hasUnpricedDisk(pool) ? 'no price is known for a volume of its class' : undefined;
}

function becauseOf(pool: NodePool, nodes: readonly Nodes[]): string {
  const limits = Object.entries(pool.limits).map(([resource, limit]) => `${resource} ${limit}`);
  const bound = isStatic(pool) ? 'replicas' : `limits of ${limits.join(', ')}`;
  if (nodes.length === 0) return `its ${bound} start no node with a price`;
  const words = nodes.map(({ type, nodes: count }) => `${count} x ${type.name}`).join(' and ');
  const without = diskUsdPerHour(pool) === undefined ? ', without disks, whose price is not known here' : '';
  return `${words}, by its ${bound}${without}`;
}

/** The nodes on which limits cost most: as many as they allow of the type that makes the most of them, and so on with the rest. */
function mostExpensive(pool: NodePool, priceOf: (type: InstanceType) => number): readonly Nodes[] {
  const offers = [...pool.startable]
    .filter((type) => usdPerHour(type) !== undefined)
    .map((type) => ({ type, capacity: capacityOf(pool, type), usd: priceOf(type) }));
  const found: Nodes[] = [];
  let left = pool.limits;
  for (;;) {
    let best: (Nodes & { readonly usd: number; readonly offer: (typeof offers)[number] }) | undefined;
    for (const offer of offers) {
      if (!mayStart(left, offer.capacity)) continue;
      const nodes = nodesWithin(left, offer.capacity);
      const usd = nodes * offer.usd;
      if (best === undefined || usd > best.usd) best = { type: offer.type, nodes, usd, offer };
    }
    if (best === undefined) return found;
    found.push({ type: best.type, nodes: best.nodes });
    if (best.nodes === Number.POSITIVE_INFINITY) return found;
    left = remaining(left, best.nodes, best.offer.capacity);
  }
}

/** The nodes of a pool that has a fixed number of them, of the type with the highest price. */
function fixedAtMost(pool: NodePool, priceOf: (type: InstanceType) => number): readonly Nodes[] {
  const [type] = pool.types
    .filter((one) => usdPerHour(one) !== undefined)
    .sort((a, b) => priceOf(b) - priceOf(a));
  return type === undefined ? [] : [{ type, nodes: fixedNodesOf(pool) }];
}

/**
 * The nodes that Karpenter starts up to the limits for the pods that land in a pool: of several kinds those that cost most.
 * Undefined where none lands there, not even a job of the largest size.
 */
function usualNodes(
  pool: NodePool,
  subject: Subject,
  costOf: (nodes: readonly Nodes[]) => number,
): readonly Nodes[] | undefined {
  const pods = [...subject.runners.map(({ job }) => job), ...managersOf(subject).map(({ placed }) => placed)];
  const largest = subject.runners.map(({ largestJob }) => largestJob);
  return nodesFor(pods, pool, subject, costOf) ?? nodesFor(largest, pool, subject, costOf);
}

function nodesFor(
  pods: readonly (PlacedPod | undefined)[],
  pool: NodePool,
  subject: Subject,
  costOf: (nodes: readonly Nodes[]) => number,
): readonly Nodes[] | undefined {
  const tried = new Set<string>();
  // What has no price may be the most expensive.
  const rank = (nodes: readonly Nodes[]) =>
    nodes.some(({ type }) => usdPerHour(type) === undefined) ? Number.POSITIVE_INFINITY : costOf(nodes);
  let most: readonly Nodes[] | undefined;
  for (const placed of pods) {
    const placement = placementIn(placed, pool);
    if (placed === undefined || placement === undefined) continue;
    const key = JSON.stringify([placed.pod.requests, placement.types.length]);
    if (tried.has(key)) continue;
    tried.add(key);
    const nodes = nodesAtLimits(placement, placed.pod.requests, subject.settings.daemonSets);
    if (most === undefined || rank(nodes) > rank(most)) most = nodes;
  }
  return most;
}

function placementIn(placed: PlacedPod | undefined, pool: NodePool) {
  return landing(placed).find((placement) => placement.pool === pool);
}

/** Where no NodePool is here, jobs run on nodes that nothing is known of. */
function jobsElsewhere({ pools, runners }: Subject): readonly { ceiling: PoolCeiling; manifest: Manifest }[] {
  if (pools.length > 0) return [];
  return runners
    .filter((runner) => !isStopped(runner) && !runner.job?.fargate)
    .map(({ name, config }) => ({
      manifest: config.manifest,
      ceiling: { ...withoutSum({ name }, 'the nodes of its jobs are not here'), isUnknown: true },
    }));
}

/** Fargate has no limits of its own: all jobs that its runners may have at once, and their managers. */
function fargateCeilings(subject: Subject): readonly { ceiling: PoolCeiling; manifest: Manifest }[] {
  const found = new Map<string, { manifest: Manifest; usd: number; jobs: number; managers: number }>();
  const add = (placed: PlacedPod | undefined, pods: number, what: 'jobs' | 'managers') => {
    const { size, profile } = placed?.fargate ?? {};
    if (size === undefined || profile === undefined) return;
    const one = found.get(profile.name) ?? { manifest: profile.manifest, usd: 0, jobs: 0, managers: 0 };
    one.usd += fargateUsdPerMinute(size) * 60 * pods;
    one[what] += pods;
    found.set(profile.name, one);
  };
  for (const runner of subject.runners)
    if (!isStopped(runner)) add(runner.job, concurrencyOf(runner), 'jobs');
  for (const { placed, pods } of managersOf(subject)) add(placed, pods, 'managers');
  return [...found].map(([name, { manifest, usd, jobs, managers }]) => ({
    manifest,
    ceiling: {
      name,
      usdPerHour: usd,
      worstUsdPerHour: usd,
      type: undefined,
      worstType: undefined,
      boundBy: 'jobs',
      because: `${jobs} jobs at once${managers > 0 ? ` and ${managers} managers` : ''} on Fargate`,
    },
  }));
}
