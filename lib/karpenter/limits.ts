import { formatDecimal, parseQuantity, toUnits } from '../values/quantity';
import type { NodeResources } from './allocatable';

/** `spec.limits` of a NodePool: quantities by resource; `nodes` is a count. */
export type Limits = Readonly<Record<string, string>>;

/** What a node of some capacity takes of a limit: CPUs, bytes, pods, devices, one node. */
export function amountOf(resource: string, capacity: NodeResources): number {
  if (resource === 'cpu') return capacity.cpuMilli / 1000;
  if (resource === 'memory') return capacity.memoryBytes;
  if (resource === 'ephemeral-storage') return capacity.ephemeralStorageBytes;
  if (resource === 'pods') return capacity.pods;
  if (resource === 'nodes') return 1;
  return capacity.extended[resource] ?? 0;
}

/**
 * How many nodes of this capacity limits allow; Infinity where none bounds them. A limit that is not a quantity, which the API
 * server refuses, bounds nothing.
 */
export function nodesWithin(limits: Limits, capacity: NodeResources): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (const [resource, milli] of milliOf(limits)) {
    const each = amountOf(resource, capacity);
    if (each !== 0) fewest = Math.min(fewest, Math.max(Math.floor(milli / (each * 1000)), 0));
  }
  return fewest;
}

const read = new WeakMap<Limits, readonly (readonly [string, number])[]>();

/**
 * Limits in milli-units, since a limit of CPUs may be a fraction and whole units round up. Read once: every instance type is
 * held against them.
 */
function milliOf(limits: Limits): readonly (readonly [string, number])[] {
  let found = read.get(limits);
  if (found === undefined) {
    found = Object.entries(limits).flatMap(([resource, text]) => {
      const limit = parseQuantity(text);
      return limit === undefined ? [] : [[resource, toUnits(limit * 1000n)] as const];
    });
    read.set(limits, found);
  }
  return found;
}

/**
 * Whether a pool without nodes may start one of this capacity. Karpenter leaves out types that have more of a resource than
 * the limits have left of it.
 * @see filterByRemainingResources in sigs.k8s.io/karpenter v1.14.1, pkg/controllers/provisioning/scheduling/scheduler.go
 */
export function mayStart(limits: Limits, capacity: NodeResources): boolean {
  return nodesWithin(limits, capacity) >= 1;
}

/** What is left of limits once so many nodes of a capacity are there. */
export function remaining(limits: Limits, nodes: number, capacity: NodeResources): Limits {
  const entries = Object.entries(limits).map(([resource, text]) => {
    const limit = parseQuantity(text);
    if (limit === undefined) return [resource, text];
    const taken = BigInt(Math.round(nodes * amountOf(resource, capacity) * 1000));
    return [resource, formatDecimal(limit - taken * 1_000_000n)];
  });
  return Object.fromEntries(entries);
}
