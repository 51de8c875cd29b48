import type { Manifest } from '../cluster/manifest';
import { minutePriceOf } from '../cluster/minute-price';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { WAITING_ANNOTATION } from '../contract';
import type { InstanceType } from '../karpenter/instance-types';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../karpenter/labels';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { cheapestNodes } from './pack-nodes';

/** Zones that managers are spread over where their pool does not name some: most regions have three. */
const USUAL_ZONES = 3;

/** A workload of managers, with the pods that it runs once its token is there. */
export interface ManagerPods {
  readonly manifest: Manifest;
  readonly runner: string;
  readonly placed: PlacedPod;
  readonly pods: number;
}

/** The nodes that some managers share. */
export interface ManagerNodes {
  readonly pool: NodePool;
  readonly type: InstanceType;
  readonly nodes: number;
  readonly managers: readonly ManagerPods[];
}

/** Workloads of managers, each once; one that is stopped, other than for want of a token, costs nothing. */
export function managersOf({ runners }: Subject): readonly ManagerPods[] {
  const found = new Map<Manifest, ManagerPods>();
  for (const { manager, managerPlaced: placed, name: runner, replicas: pods } of runners) {
    if (manager === undefined || placed === undefined || isStopped({ manager })) continue;
    found.set(manager, { manifest: manager, runner, placed, pods });
  }
  return [...found.values()];
}

/** Whether no manager runs, and none will once a token is there. */
export function isStopped({ manager }: Pick<ObservedRunner, 'manager'>): boolean {
  const isWaiting = at(manager?.body, ['metadata', 'annotations', WAITING_ANNOTATION]) !== undefined;
  return at(manager?.body, ['spec', 'replicas']) === 0 && !isWaiting;
}

/** The cheapest nodes that hold all managers of each pool; managers without a pool, or a price there, are left out. */
export function managerNodes(subject: Subject): readonly ManagerNodes[] {
  const groups = new Map<
    string,
    { pool: NodePool; types: readonly InstanceType[]; managers: ManagerPods[] }
  >();
  for (const managers of managersOf(subject)) {
    const { placed } = managers;
    const pool = placed.fargate ? undefined : minutePriceOf(placed)?.pool;
    const placement = landing(placed).find((one) => one.pool.name === pool);
    if (placement === undefined) continue;
    // Only managers that may have the same types share nodes.
    const key = `${placement.pool.name} ${placement.types.map(({ name }) => name).join(' ')}`;
    const group = groups.get(key) ?? { pool: placement.pool, types: placement.types, managers: [] };
    group.managers.push(managers);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ pool, types, managers }) => {
    const pods = managers.flatMap(({ placed, pods }) =>
      Array.from({ length: pods }, () => placed.pod.requests),
    );
    const packed = cheapestNodes(pool, types, pods, subject.settings.daemonSets, leastNodes(pool, managers));
    return packed === undefined ? [] : [{ pool, ...packed, managers }];
  });
}

/** Nodes that managers have to be on because they are spread: Karpenter starts them even where the spread is only preferred. */
function leastNodes(pool: NodePool, managers: readonly ManagerPods[]): number {
  const spread = new Map<string, number>();
  let least = managers.length > 0 ? 1 : 0;
  for (const { placed, pods } of managers) {
    for (const { key, among } of spreadsOf(placed.spec)) {
      const count = (spread.get(among) ?? 0) + pods;
      spread.set(among, count);
      least = Math.max(least, key === ZONE_LABEL ? Math.min(count, zonesOf(pool)) : count);
    }
  }
  return least;
}

/** Over what a pod is spread, and together with which others. */
function spreadsOf(spec: unknown): readonly { readonly key: string; readonly among: string }[] {
  const fields = fieldsOf(spec);
  const spreads = listOf(fields.topologySpreadConstraints).map(fieldsOf);
  const apart = listOf(
    at(fields, ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']),
  ).map(fieldsOf);
  return [...spreads, ...apart].flatMap(({ topologyKey, labelSelector }) => {
    const key = textOf(topologyKey);
    const isKnown = key === ZONE_LABEL || key === HOSTNAME_LABEL;
    return isKnown ? [{ key, among: `${key} ${JSON.stringify(labelSelector)}` }] : [];
  });
}

function zonesOf({ expressions }: NodePool): number {
  const named = expressions.find(({ key, operator }) => key === ZONE_LABEL && operator === 'In');
  return named?.values?.length ?? USUAL_ZONES;
}
