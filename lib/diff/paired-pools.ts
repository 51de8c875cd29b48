import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import type { Subject } from '../cluster/observe';
import { type ChangedObject, type Comparison, changesOf } from './rule';

/** A change of a NodePool, with what each side promises. */
export interface PoolChange {
  readonly change: ChangedObject;
  readonly before: NodePool | undefined;
  readonly after: NodePool | undefined;
}

/** NodePools that change, come or go. */
export function pairedPools(comparison: Comparison): readonly PoolChange[] {
  const find = (side: Subject, manifest: Manifest | undefined) =>
    side.pools.find((pool) => pool.manifest === manifest);
  return changesOf(comparison, 'NodePool').map((change) => ({
    change,
    before: find(comparison.before, change.before),
    after: find(comparison.after, change.after),
  }));
}
