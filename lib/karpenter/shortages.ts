import type { Allocatable } from './allocatable';
import type { DaemonSetOverhead, PodRequests } from './node-price';

/** A resource of which a node has too little left for a pod. */
export interface Shortage {
  /** `cpu` in thousandths, `memory` and `ephemeral-storage` in bytes, `pods`, or a device. */
  readonly resource: string;
  /** What daemonsets leave; below zero where they, or reservations, take more than there is. */
  readonly free: number;
  readonly wants: number;
}

/** What keeps a pod off an empty node, daemonsets counted; none where it fits. */
export function shortages(
  node: Allocatable,
  daemonSets: DaemonSetOverhead,
  pod: PodRequests,
): readonly Shortage[] {
  const { ephemeralStorageBytes: disk = 0, extended = {} } = pod;
  const all: Shortage[] = [
    { resource: 'pods', free: node.pods - daemonSets.pods, wants: 1 },
    { resource: 'cpu', free: node.cpuMilli - daemonSets.cpuMilli, wants: pod.cpuMilli },
    { resource: 'memory', free: node.memoryBytes - daemonSets.memoryBytes, wants: pod.memoryBytes },
    {
      resource: 'ephemeral-storage',
      free: node.ephemeralStorageBytes - (daemonSets.ephemeralStorageBytes ?? 0),
      wants: disk,
    },
    ...Object.entries(extended).map(([resource, wants]) => ({
      resource,
      free: (node.extended[resource] ?? 0) - (daemonSets.extended?.[resource] ?? 0),
      wants,
    })),
  ];
  return all.filter(({ free, wants }) => free < 0 || free < wants);
}
