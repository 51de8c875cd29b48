import { KNOWN_DEVICES } from '../karpenter/devices';
import type { InstanceType } from '../karpenter/instance-types';
import { CAPACITY_TYPE_LABEL, HOSTNAME_LABEL, normalizeLabel } from '../karpenter/labels';
import { amountOf, mayStart } from '../karpenter/limits';
import { matchingTypes } from '../karpenter/matching-types';
import { type DaemonSetOverhead, jobPrice, slots } from '../karpenter/node-price';
import { has } from '../karpenter/requirement';
import {
  type Conflict,
  conflicts,
  intersectAll,
  podRequirements,
  type Requirements,
} from '../karpenter/requirements';
import { formatTaint, type Taint, untolerated } from '../karpenter/taints';
import { at, listOf } from '../values/record';
import { daemonSetsOn } from './daemon-sets';
import { type MinValuesShortage, minValuesShortage } from './min-values';
import { capacityOf, type NodePool, nodeOf } from './node-pools';
import type { Pod } from './pod';
import { formatSizeRefusal, type SizeRefusal, sizeRefusal } from './size-refusal';

/** Where a pod may land in a pool, or what refuses it. */
export interface Placement {
  readonly pool: NodePool;
  /** Types on whose nodes it fits and that the limits let start; empty if it is refused. */
  readonly types: readonly InstanceType[];
  /** Types that requirements leave it, whatever their size. */
  readonly candidates: number;
  readonly refusal: Refusal | undefined;
  /** Cheapest type on demand and what a minute of the job costs on it, alone on the node. */
  readonly cheapest: Offer | undefined;
  /** The type on which a job costs least where every slot of its node is taken. */
  readonly packed: Offer | undefined;
}

/** A type on demand, and what a minute of the job costs on it. */
export interface Offer {
  readonly type: InstanceType;
  readonly usdPerMinute: number;
}

/** The first thing that refuses a pod, in the order in which Karpenter asks. */
export type Refusal =
  | { readonly by: 'taint'; readonly taint: string }
  | { readonly by: 'requirement'; readonly conflict: Conflict }
  | { readonly by: 'spread'; readonly key: string }
  | { readonly by: 'no reservation' }
  | { readonly by: 'no type' }
  | { readonly by: 'device'; readonly device: string }
  | SizeRefusal
  | { readonly by: 'min values'; readonly shortage: MinValuesShortage }
  | { readonly by: 'limit'; readonly smallest: InstanceType; readonly limit: string; readonly has: string };

/** How a pod fares in each pool. */
export function placements(
  pod: Pod,
  pools: readonly NodePool[],
  daemonSets: DaemonSetOverhead,
): readonly Placement[] {
  return pools.map((pool) => placement(pod, pool, daemonSets));
}

/** What keeps a pod out of a pool, the size of its nodes aside. */
export interface Obstacles {
  readonly taints: readonly Taint[];
  /** Of the alternative with the fewest. */
  readonly conflicts: readonly Conflict[];
}

/** All taints and requirements that keep a pod out of a pool. */
export function obstaclesOf(pod: Pod, pool: NodePool): Obstacles {
  const alternatives = pod.selections.map((selection) =>
    conflicts(pool.requirements, podRequirements(selection), pool.wellKnown),
  );
  const fewest = alternatives.reduce((best, one) => (one.length < best.length ? one : best));
  return { taints: untolerated(firmTaints(pool), pod.tolerations), conflicts: fewest };
}

/** How many they are. */
export function obstacles(pod: Pod, pool: NodePool): number {
  const found = obstaclesOf(pod, pool);
  return found.taints.length + found.conflicts.length;
}

/** Karpenter gives up what a taint only prefers, before it leaves a pod without a node. */
function firmTaints({ taints }: NodePool): readonly Taint[] {
  return taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
}

/** How a pod fares in one pool. */
export function placement(pod: Pod, pool: NodePool, given: DaemonSetOverhead): Placement {
  const daemonSets = daemonSetsOn(pool, given);
  const [taint] = untolerated(firmTaints(pool), pod.tolerations);
  if (taint) return refused(pool, { by: 'taint', taint: formatTaint(taint) });
  const spread = pod.spreadKeys?.find((key) => !hasLabel(pool, key));
  if (spread !== undefined) return refused(pool, { by: 'spread', key: spread });
  const demands = pod.selections.map((selection) => podRequirements(selection));
  const fitting = demands.filter(
    (demand) => conflicts(pool.requirements, demand, pool.wellKnown).length === 0,
  );
  if (fitting.length === 0) {
    const [conflict] = conflicts(pool.requirements, demands[0], pool.wellKnown);
    return refused(pool, { by: 'requirement', conflict });
  }
  const joined = fitting.map((demand) => intersectAll(pool.requirements, demand));
  const offered = joined.filter((wanted) => !isUnreserved(pool, wanted));
  if (offered.length === 0) return refused(pool, { by: 'no reservation' });
  const options = offered.map((wanted) => matchingTypes(pool.types, wanted));
  const candidates = new Set(options.flat());
  if (candidates.size === 0) return refused(pool, { by: 'no type' });
  const roomy = [...candidates].filter((type) => slots(nodeOf(pool, type), daemonSets, pod.requests) > 0);
  const startable = new Set(roomy.filter((type) => pool.startable.has(type)));
  const choices = options.map((option) => option.filter((type) => startable.has(type)));
  const shortages = choices.map((choice) => minValuesShortage(pool, choice));
  const types = [...startable].filter((type) =>
    choices.some((choice, index) => shortages[index] === undefined && choice.includes(type)),
  );
  const [shortage] = shortages;
  if (types.length === 0 && startable.size > 0 && shortage !== undefined) {
    return { ...refused(pool, { by: 'min values', shortage }), candidates: candidates.size };
  }
  if (types.length > 0) {
    return {
      pool,
      types,
      candidates: candidates.size,
      refusal: undefined,
      cheapest: cheapestOf(types, pool, pod, daemonSets, 'usdPerMinuteAlone'),
      packed: cheapestOf(types, pool, pod, daemonSets, 'usdPerMinutePacked'),
    };
  }
  if (roomy.length > 0) {
    const [smallest] = roomy.sort((a, b) => a.vcpu - b.vcpu || a.memoryMib - b.memoryMib);
    return { ...refused(pool, limitRefusal(pool, smallest)), candidates: candidates.size };
  }
  const device = Object.keys(pod.requests.extended ?? {}).find((name) =>
    [...candidates].every((type) => (nodeOf(pool, type).extended[name] ?? 0) === 0),
  );
  if (device !== undefined) return refused(pool, { by: 'device', device });
  const refusal = sizeRefusal(pool, [...candidates], daemonSets, pod.requests);
  return { ...refused(pool, refusal), candidates: candidates.size };
}

/** Whether nodes could only be of reservations, and the class of the pool selects none. */
function isUnreserved({ nodeClass }: NodePool, wanted: Requirements): boolean {
  const capacityType = wanted.get(CAPACITY_TYPE_LABEL);
  if (nodeClass === undefined || capacityType === undefined) return false;
  const isBought = ['on-demand', 'spot'].some((type) => has(capacityType, type));
  const terms = listOf(at(nodeClass.manifest.body, ['spec', 'capacityReservationSelectorTerms']));
  return !isBought && terms.length === 0;
}

/** Whether nodes of a pool have a label: each has a name, and Karpenter sets some of its own. */
function hasLabel({ requirements, wellKnown }: NodePool, key: string): boolean {
  const name = normalizeLabel(key);
  return name === HOSTNAME_LABEL || wellKnown.has(name) || requirements.has(name);
}

/** The first limit that a node exceeds. */
function limitRefusal(pool: NodePool, smallest: InstanceType): Refusal {
  const capacity = capacityOf(pool, smallest);
  const [resource, text] = Object.entries(pool.limits).find(
    ([name, limit]) => !mayStart({ [name]: limit }, capacity),
  ) ?? ['nodes', '0'];
  const amount = amountOf(resource, capacity);
  const has = ['memory', 'ephemeral-storage'].includes(resource)
    ? `${(amount / 1024 ** 3).toFixed(1)}Gi`
    : `${amount}`;
  return { by: 'limit', smallest, limit: `${resource} ${text}`, has };
}

/** A refusal as half a sentence, for people. */
export function formatRefusal(refusal: Refusal): string {
  if (refusal.by === 'taint') return `taint ${refusal.taint} is not tolerated`;
  if (refusal.by === 'spread')
    return `its nodes have no label ${refusal.key}, over which the pod must be spread`;
  if (refusal.by === 'no type') return 'its requirements and the pod leave no instance type';
  if (refusal.by === 'no reservation')
    return `only reserved capacity is left of ${CAPACITY_TYPE_LABEL}, and its class selects no reservation (capacityReservationSelectorTerms)`;
  if (refusal.by === 'min values') return formatShortage(refusal.shortage);
  if (refusal.by === 'device') {
    const known = KNOWN_DEVICES.has(refusal.device)
      ? ''
      : ', which Karpenter knows of no type without a NodeOverlay';
    return `none of its types has ${refusal.device}${known}`;
  }
  if (refusal.by === 'size') return formatSizeRefusal(refusal);
  if (refusal.by === 'limit') {
    const { smallest, limit, has } = refusal;
    return `its limit of ${limit} starts no node that holds it: the smallest, ${smallest.name}, has ${has}`;
  }
  const { key, pool, pod } = refusal.conflict;
  return `${key} is ${pool}, the pod wants ${pod}`;
}

function formatShortage({ key, least, count }: MinValuesShortage): string {
  return `the types that are left for it have ${count} values of ${key}, and minValues asks for ${least}`;
}

function refused(pool: NodePool, refusal: Refusal): Placement {
  return { pool, types: [], candidates: 0, refusal, cheapest: undefined, packed: undefined };
}

function cheapestOf(
  types: readonly InstanceType[],
  pool: NodePool,
  pod: Pod,
  daemonSets: DaemonSetOverhead,
  price: 'usdPerMinuteAlone' | 'usdPerMinutePacked',
): Offer | undefined {
  let cheapest: Offer | undefined;
  for (const type of types) {
    const prices = jobPrice(type, nodeOf(pool, type), daemonSets, pod.requests);
    if (prices && (!cheapest || prices[price] < cheapest.usdPerMinute)) {
      cheapest = { type, usdPerMinute: prices[price] };
    }
  }
  return cheapest;
}
