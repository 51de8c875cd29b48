import { amountOf, type Limits, nodesWithin } from '../karpenter/limits';
import { type DaemonSetOverhead, type PodRequests, slots } from '../karpenter/node-price';
import { capacityOf, nodeOf } from './node-pools';
import type { Placement } from './placement';

/** Jobs of a size that limits of a pool allow, on nodes of the one type that makes the most of them. */
export function jobsWithin(
  { pool, types }: Placement,
  requests: PodRequests,
  daemonSets: DaemonSetOverhead,
  limits: Limits = pool.limits,
): number {
  const counts = types.map(
    (type) => nodesWithin(limits, capacityOf(pool, type)) * slots(nodeOf(pool, type), daemonSets, requests),
  );
  return Math.max(0, ...counts);
}

/** What so many jobs of a size take of a limit at the least: nodes of the type that takes least of it, each one full. */
export function leastOf(
  resource: string,
  { pool, types }: Placement,
  jobs: number,
  requests: PodRequests,
  daemonSets: DaemonSetOverhead,
): number {
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
