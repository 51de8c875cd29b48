import type { InstanceType } from '../karpenter/instance-types';
import { amountOf, type Limits, mayStart, nodesWithin, remaining } from '../karpenter/limits';
import { type DaemonSetOverhead, type PodRequests, slots, usdPerHour } from '../karpenter/node-price';
import { daemonSetsOn } from './daemon-sets';
import { capacityOf, nodeOf } from './node-pools';
import type { Placement } from './placement';

/** Nodes of a type that a pool starts until its limits are used up. */
export interface NodesAtLimit {
  readonly type: InstanceType;
  /** Infinity where no limit bounds them. */
  readonly nodes: number;
  /** Jobs on each. */
  readonly jobs: number;
}

/**
 * The nodes that limits of a pool allow, if enough jobs of a size wait at once: Karpenter packs the largest node that what is
 * left of the limits allows, and starts the cheapest type that holds as many.
 */
export function nodesAtLimits(
  { pool, types }: Placement,
  requests: PodRequests,
  given: DaemonSetOverhead,
  limits: Limits = pool.limits,
): readonly NodesAtLimit[] {
  const daemonSets = daemonSetsOn(pool, given);
  const offers = types
    .map((type) => ({
      type,
      capacity: capacityOf(pool, type),
      jobs: slots(nodeOf(pool, type), daemonSets, requests),
      usd: usdPerHour(type) ?? Number.POSITIVE_INFINITY,
    }))
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs || a.usd - b.usd);
  const found: NodesAtLimit[] = [];
  let left = limits;
  for (;;) {
    const offer = offers.find(({ capacity }) => mayStart(left, capacity));
    if (offer === undefined) return found;
    const { type, jobs, capacity } = offer;
    const nodes = nodesWithin(left, capacity);
    found.push({ type, nodes, jobs });
    if (nodes === Number.POSITIVE_INFINITY) return found;
    left = remaining(left, nodes, capacity);
  }
}

/** Jobs of a size that limits of a pool allow, if they all wait at once. */
export function jobsWithin(
  placement: Placement,
  requests: PodRequests,
  given: DaemonSetOverhead,
  limits: Limits = placement.pool.limits,
): number {
  return nodesAtLimits(placement, requests, given, limits).reduce(
    (sum, { nodes, jobs }) => sum + nodes * jobs,
    0,
  );
}

/** What so many jobs of a size take of a limit at the least: nodes of the type that takes least of it, each one full. */
export function leastOf(
  resource: string,
  { pool, types }: Placement,
  jobs: number,
  requests: PodRequests,
  given: DaemonSetOverhead,
): number {
  const daemonSets = daemonSetsOn(pool, given);
  const amounts = types.map((type) => {
    const nodes = Math.ceil(jobs / slots(nodeOf(pool, type), daemonSets, requests));
    // Once a node has joined, Karpenter counts what it has; what it expects before is a little less.
    const capacity = { ...capacityOf(pool, type), memoryBytes: type.memoryMib * 1024 ** 2 };
    return nodes * amountOf(resource, capacity);
  });
  return Math.min(...amounts);
}

/** Limits of what comes with nodes, and not with what pods request. */
export function nodeLimits(limits: Limits): Limits {
  return Object.fromEntries(
    Object.entries(limits).filter(([resource]) => !['cpu', 'memory'].includes(resource)),
  );
}
