import type { NormalNodePool, NormalRunner } from './normal-fleet';

/** Karpenter's name of capacity that is reserved, besides `spot` and `on-demand`. */
export const RESERVED = 'reserved';

/**
 * Whether jobs of a runner may run on reserved capacity as well as on demand. Those of `spot-first` runners choose between
 * pools by no capacity type at all, so that they need no say in it.
 */
export function takesReserved(
  { pool, arch, capacity }: Pick<NormalRunner, 'pool' | 'arch' | 'capacity'>,
  jobPools: readonly NormalNodePool[],
): boolean {
  return (
    capacity === 'on-demand' &&
    jobPools.some(
      (one) => one.reserved && one.pool === pool && one.arches[0] === arch && one.capacity === capacity,
    )
  );
}
