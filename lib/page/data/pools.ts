import { daemonSetsOn } from '../../cluster/daemon-sets';
import { type NodePool, nodeOf } from '../../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../../cluster/observe';
import type { InstanceType } from '../../karpenter/instance-types';
import { ARCH_LABEL, CAPACITY_TYPE_LABEL } from '../../karpenter/labels';
import { slots, usdPerHour } from '../../karpenter/node-price';
import { formatRequirement } from '../../karpenter/requirement';
import { formatTaint } from '../../karpenter/taints';
import { managersByName } from './bursts';
import type { PagePool, PageType } from './page-data';

/** A runner whose jobs land in a pool, with the types that its largest job fits. */
interface Tenant {
  readonly runner: ObservedRunner;
  readonly fitting: ReadonlySet<InstanceType>;
}

/** NodePools of a cluster with their types by price, and whose pods land there. */
export function poolsOf(subject: Subject, cluster: string): readonly PagePool[] {
  const tenants = new Map<string, Tenant[]>();
  const managersOf = new Map<string, Set<string>>();
  for (const [name, [runner]] of managersByName(subject)) {
    const largest = new Map(landing(runner.largestJob).map(({ pool, types }) => [pool.name, types]));
    for (const { pool } of landing(runner.job))
      addTo(tenants, pool.name, { runner, fitting: new Set(largest.get(pool.name)) });
    const on = firstOf(runner.managerPlaced);
    if (on !== undefined) managersOf.set(on, (managersOf.get(on) ?? new Set()).add(name));
  }
  return subject.pools.map((pool) =>
    poolOf(pool, cluster, tenants.get(pool.name) ?? [], [...(managersOf.get(pool.name) ?? [])], subject),
  );
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}

/** The pool that Karpenter tries first for a manager. */
function firstOf(placed: PlacedPod | undefined): string | undefined {
  return landing(placed)[0]?.pool.name;
}

function poolOf(
  pool: NodePool,
  cluster: string,
  tenants: readonly Tenant[],
  managersOf: readonly string[],
  { settings }: Subject,
): PagePool {
  const daemonSets = daemonSetsOn(pool, settings.daemonSets);
  const requests = tenants[0]?.runner.job?.pod.requests;
  const types = pool.types.map((type): PageType => {
    const usd = usdPerHour(type);
    const count = requests && slots(nodeOf(pool, type), daemonSets, requests);
    return {
      name: type.name,
      vcpu: type.vcpu,
      memoryGib: Number((type.memoryMib / 1024).toFixed(1)),
      usdPerHour: usd,
      slots: count,
      usdPerMinutePacked: usd !== undefined && count ? usd / 60 / count : undefined,
      fits: tenants.filter(({ fitting }) => fitting.has(type)).length,
    };
  });
  return {
    name: pool.name,
    cluster,
    arch: valuesOf(pool, ARCH_LABEL),
    capacity: valuesOf(pool, CAPACITY_TYPE_LABEL),
    weight: pool.weight,
    limits: Object.entries(pool.limits)
      .map(([resource, limit]) => `${resource} ${limit}`)
      .join(', '),
    requirements: pool.expressions
      .map(({ key }) => key)
      .filter(isFirst)
      .map((key) => requirementText(pool, key)),
    taints: pool.taints.map(formatTaint),
    jobsOf: tenants.map(({ runner }) => runner.name),
    managersOf,
    types: types.sort(byPrice),
    fitting: types.filter(({ fits }) => fits > 0 && fits === tenants.length).length,
  };
}

function isFirst(key: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(key) === index;
}

function byPrice(a: PageType, b: PageType): number {
  const price = (one: PageType) => one.usdPerHour ?? Number.MAX_VALUE;
  return price(a) - price(b) || (a.name < b.name ? -1 : 1);
}

function valuesOf({ requirements }: NodePool, key: string): string | undefined {
  const requirement = requirements.get(key);
  if (requirement === undefined || requirement.complement || requirement.values.size === 0) return undefined;
  return [...requirement.values].sort().join(' or ');
}

function requirementText({ requirements }: NodePool, key: string): string {
  const requirement = requirements.get(key);
  return requirement === undefined ? key : `${key} ${formatRequirement(requirement)}`;
}
