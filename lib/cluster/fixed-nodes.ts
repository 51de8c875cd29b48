import { at, textOf } from '../values/record';
import type { NodePool } from './node-pools';

/** Whether a pool has a fixed number of nodes. */
export function isStatic(pool: NodePool): boolean {
  return replicasOf(pool) !== undefined;
}

/** The number of nodes that a pool is to have; undefined where pods decide. */
export function replicasOf({ manifest }: NodePool): string | undefined {
  return textOf(at(manifest.body, ['spec', 'replicas']));
}

/** Nodes that a static pool keeps, within its limit of nodes; as many as one can think of where nothing here says how many. */
export function fixedNodesOf(pool: NodePool): number {
  const [replicas, limit] = [replicasOf(pool), pool.limits.nodes].map(Number);
  const wanted = Number.isNaN(replicas) ? Number.POSITIVE_INFINITY : replicas;
  return Number.isNaN(limit) ? wanted : Math.min(wanted, limit);
}
