import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import type { NodeResources } from './allocatable';

/** `spec.limits` of a NodePool: quantities by resource; `nodes` is a count. */
export type Limits = Readonly<Record<string, string>>;

/**
 * Whether a pool without nodes may start one of this capacity. Karpenter leaves out types that have more of a resource than
 * the limits have left of it.
 * @see filterByRemainingResources in sigs.k8s.io/karpenter v1.14.1, pkg/controllers/provisioning/scheduling/scheduler.go
 */
export function mayStart(limits: Limits, capacity: NodeResources): boolean {
  return Object.entries(limits).every(([resource, text]) => {
    const limit = parseQuantity(text);
    if (limit === undefined) return true;
    if (resource === 'cpu') return capacity.cpuMilli <= toMilli(limit);
    return amountOf(resource, capacity) <= toUnits(limit);
  });
}

function amountOf(resource: string, capacity: NodeResources): number {
  if (resource === 'memory') return capacity.memoryBytes;
  if (resource === 'ephemeral-storage') return capacity.ephemeralStorageBytes;
  if (resource === 'pods') return capacity.pods;
  if (resource === 'nodes') return 1;
  return capacity.extended[resource] ?? 0;
}
