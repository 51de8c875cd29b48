import { CAPACITY_TYPE_LABEL } from '../karpenter/labels';
import { has } from '../karpenter/requirement';
import { intersectAll, podRequirements } from '../karpenter/requirements';
import type { NodePool } from './node-pools';
import { landing, type PlacedPod } from './observe';

/** Whether a pod may get a node of a capacity type (`spot`, `on-demand`, `reserved`) in a pool. Without the requirement, Karpenter takes any. */
export function mayGet({ pod }: PlacedPod, pool: NodePool, capacityType: string): boolean {
  return pod.selections.some((selection) => {
    const wanted = intersectAll(pool.requirements, podRequirements(selection)).get(CAPACITY_TYPE_LABEL);
    return wanted === undefined || has(wanted, capacityType);
  });
}

/** The first pool that may give a pod a Spot node. */
export function spotPool(placed: PlacedPod | undefined): string | undefined {
  const found = landing(placed).find(({ pool }) => placed !== undefined && mayGet(placed, pool, 'spot'));
  return found?.pool.name;
}
