import type { Allocatable } from './allocatable';
import type { InstanceType } from './instance-types';

/** What a pod requests, all containers and its overhead summed up. */
export interface PodRequests {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes?: number;
  /** By extended resource, `nvidia.com/gpu`. */
  readonly extended?: Readonly<Record<string, number>>;
}

/** What daemonsets take of every node before any job. */
export interface DaemonSetOverhead extends PodRequests {
  /** Pods, those in the host's network included: the kubelet counts them all. */
  readonly pods: number;
}

/** Price of one kind of job on one type of node, without disk, traffic and the minutes that a node idles. With the fee of EKS
 * Auto Mode on its nodes. */
export interface JobPrice {
  /** Jobs of this kind that fit at the same time; at least 1. */
  readonly slots: number;
  /** US dollars per minute where the job has the node to itself: the most a job costs. */
  readonly usdPerMinuteAlone: number;
  /** US dollars per minute where every slot is taken: the least a job costs. */
  readonly usdPerMinutePacked: number;
}

/** How many such pods a node takes beside its daemonsets; 0 where not even one fits. */
export function slots(node: Allocatable, daemonSets: DaemonSetOverhead, pod: PodRequests): number {
  let count = node.pods - daemonSets.pods;
  count = Math.min(count, times(node.cpuMilli - daemonSets.cpuMilli, pod.cpuMilli));
  count = Math.min(count, times(node.memoryBytes - daemonSets.memoryBytes, pod.memoryBytes));
  const storage = node.ephemeralStorageBytes - (daemonSets.ephemeralStorageBytes ?? 0);
  count = Math.min(count, times(storage, pod.ephemeralStorageBytes ?? 0));
  for (const [resource, amount] of Object.entries(pod.extended ?? {})) {
    const free = (node.extended[resource] ?? 0) - (daemonSets.extended?.[resource] ?? 0);
    count = Math.min(count, times(free, amount));
  }
  return Math.max(count, 0);
}

/** What an hour of a type costs on demand, the fee of EKS Auto Mode included; undefined where no price is known. */
export function usdPerHour({ onDemandUsdPerHour, autoModeUsdPerHour = 0 }: InstanceType): number | undefined {
  return onDemandUsdPerHour === undefined ? undefined : onDemandUsdPerHour + autoModeUsdPerHour;
}

/** What a minute of such a job costs on demand, or undefined where it does not fit or the price is not known. */
export function jobPrice(
  type: InstanceType,
  node: Allocatable,
  daemonSets: DaemonSetOverhead,
  pod: PodRequests,
): JobPrice | undefined {
  const count = slots(node, daemonSets, pod);
  const usd = usdPerHour(type);
  if (usd === undefined || count === 0) return undefined;
  const usdPerMinute = usd / 60;
  return { slots: count, usdPerMinuteAlone: usdPerMinute, usdPerMinutePacked: usdPerMinute / count };
}

/** A node that is over-reserved takes no pod at all, not even one that requests nothing of that resource. */
function times(free: number, each: number): number {
  if (free < 0) return 0;
  return each > 0 ? Math.floor(free / each) : Infinity;
}
