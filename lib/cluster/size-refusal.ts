import type { NodeResources } from '../karpenter/allocatable';
import type { InstanceType } from '../karpenter/instance-types';
import type { DaemonSetOverhead, PodRequests } from '../karpenter/node-price';
import { type Shortage, shortages } from '../karpenter/shortages';
import { fieldsOf } from '../values/record';
import { capacityOf, type NodePool, nodeOf } from './node-pools';

/** Why no node of a pool has room for a pod that matches it. */
export interface SizeRefusal {
  readonly by: 'size';
  /** The type that comes nearest to having room. */
  readonly nearest: InstanceType;
  /** What that type is short of; where every type is short of something, just that. */
  readonly short: readonly BindingShortage[];
}

export interface BindingShortage extends Shortage {
  /** Whether kubelet settings of the node class are the cause: the machine itself has enough. */
  readonly byClass: boolean;
}

/** What binds where no candidate has room: what all are short of, else what the nearest is. */
export function sizeRefusal(
  pool: NodePool,
  candidates: readonly InstanceType[],
  daemonSets: DaemonSetOverhead,
  requests: PodRequests,
): SizeRefusal {
  const all = candidates.map((type) => ({
    type,
    short: shortages(nodeOf(pool, type), daemonSets, requests),
  }));
  const [first, ...rest] = all;
  const common = first.short
    .map(({ resource }) => resource)
    .filter((resource) => rest.every(({ short }) => short.some((one) => one.resource === resource)));
  const binds = ({ resource }: Shortage) => common.length === 0 || common.includes(resource);
  const freeOf = ({ short }: (typeof all)[number]) =>
    short.find(({ resource }) => resource === common[0])?.free ?? 0;
  const nearest = all.reduce((best, one) => {
    const order =
      freeOf(one) - freeOf(best) ||
      best.short.length - one.short.length ||
      one.type.memoryMib - best.type.memoryMib;
    return order > 0 ? one : best;
  });
  const ofMachine = shortagesOfMachine(pool, nearest.type, daemonSets, requests);
  return {
    by: 'size',
    nearest: nearest.type,
    short: nearest.short
      .filter(binds)
      .map((one) => ({ ...one, byClass: isByClass(pool, one, ofMachine.has(one.resource)) })),
  };
}

/** What a machine would be short of if nothing were reserved on it. */
function shortagesOfMachine(
  pool: NodePool,
  type: InstanceType,
  daemonSets: DaemonSetOverhead,
  requests: PodRequests,
): ReadonlySet<string> {
  const whole: NodeResources = capacityOf(pool, type);
  return new Set(shortages(whole, daemonSets, requests).map(({ resource }) => resource));
}

/** Signals of eviction by resource. */
const SIGNALS: Readonly<Record<string, string>> = {
  memory: 'memory.available',
  'ephemeral-storage': 'nodefs.available',
};

function isByClass({ nodeClass }: NodePool, { resource }: Shortage, isMachineShort: boolean): boolean {
  const kubelet = nodeClass?.spec.kubelet;
  if (kubelet === undefined) return false;
  if (resource === 'pods') return kubelet.maxPods !== undefined || (kubelet.podsPerCore ?? 0) > 0;
  const isReserved = [kubelet.kubeReserved, kubelet.systemReserved].some(
    (one) => fieldsOf(one)[resource] !== undefined,
  );
  return !isMachineShort && (isReserved || fieldsOf(kubelet.evictionHard)[SIGNALS[resource]] !== undefined);
}

const GIB = 1024 ** 3;

/** An amount of a resource, for people. */
export function formatAmount(resource: string, amount: number): string {
  const positive = Math.max(amount, 0);
  if (resource === 'cpu') return `${positive}m CPU`;
  if (resource === 'memory') return `${(positive / GIB).toFixed(1)}Gi of memory`;
  if (resource === 'ephemeral-storage') return `${(positive / GIB).toFixed(1)}Gi of disk`;
  return `${positive} ${resource}`;
}

/** The refusal as half a sentence, for people. */
export function formatSizeRefusal({ nearest, short }: SizeRefusal): string {
  const parts = short.map((one) => {
    const { resource, free, wants, byClass } = one;
    if (resource === 'pods')
      return `daemonsets take all of its pods${byClass ? ', which kubelet of the EC2NodeClass limits' : ''}`;
    const reserved = byClass ? ' after what kubelet of the EC2NodeClass reserves' : '';
    return `${formatAmount(resource, free)} left${reserved}, ${formatAmount(resource, wants)} wanted`;
  });
  return `no type has room for it; ${nearest.name} comes nearest: ${parts.join(', ')}`;
}
