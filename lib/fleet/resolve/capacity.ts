import { JOB_POOL_DEFAULTS, MANAGER_POOL_DEFAULTS } from '../defaults';
import { Faults } from '../fault';
import { dedicatedTo, nodePoolName, POOL_NAME_MOST } from '../names';
import { mergeSettings } from '../normalise/merge-settings';
import type { RunnerFleetProps } from '../props/fleet';
import type { NodePoolProps, NodePoolSettings } from '../props/node-pool';
import type { RunnerProps } from '../props/runner';
import {
  CAPACITY_TYPES,
  type ResolvedNodeClass,
  type ResolvedNodePool,
  type ResolvedRunner,
} from '../resolved-fleet';
import { checkName, checkOneOf } from '../validate/fields';
import { AMI_ALIAS } from '../versions';
import { largestJobRequest } from './job-requests';
import { resolveNodeClass } from './node-class';
import { type NodePoolDemand, resolveJobPool, resolveManagerPool } from './node-pools';
import { countOr, jobPool } from './runner';

/** The node pools and node classes of a fleet. */
export interface ResolvedCapacity {
  readonly nodePools: readonly ResolvedNodePool[];
  readonly nodeClasses: readonly ResolvedNodeClass[];
}

/** Node pools for what the runners need, with the settings that the fleet has for them, and the managers' pool. */
export function resolveCapacity(
  faults: Faults,
  fleet: RunnerFleetProps,
  prefix: string,
  descriptions: readonly RunnerProps[],
  runners: readonly ResolvedRunner[],
): ResolvedCapacity {
  const demands = nodePoolDemands(descriptions, runners);
  checkNodePools(faults, fleet.nodePools ?? [], demands);
  const nodeClasses = new Map<string, ResolvedNodeClass>();
  const nodePools = demands.map((demand) => {
    const name = nodePoolName(prefix, demand.pool, demand.arch, demand.capacity);
    const place = faults.at(`nodePool ${poolKey(demand)}`);
    const settings = settingsOf(fleet, demand);
    const shared = settings.nodeClass === undefined;
    const className = shared ? dedicatedTo(prefix, demand.pool) : name;
    if (!nodeClasses.has(className)) {
      const purpose = {
        ...{
          name: className,
          fleet: fleet.name,
          clusterName: fleet.clusterName ?? fleet.name,
          pool: demand.pool,
        },
        rootVolumeSize: JOB_POOL_DEFAULTS.rootVolumeSize,
        patch: shared ? fleet.patches?.EC2NodeClass : settings.patches?.EC2NodeClass,
      };
      const classPlace = (shared ? faults : place).at('nodeClass');
      const nodeClass = resolveNodeClass(classPlace, fleet.nodeClass, settings.nodeClass ?? {}, purpose);
      nodeClasses.set(className, nodeClass);
      if (descriptions.some((one) => one.rootlessBuilds && jobPool(one) === demand.pool))
        checkUserNamespaces(classPlace, nodeClass);
    }
    return resolveJobPool(place, prefix, className, demand, settings);
  });
  if (fleet.fargate?.managers) return { nodePools, nodeClasses: [...nodeClasses.values()] };
  const managerPool = resolveManagers(faults, fleet, prefix, runners);
  return {
    nodePools: [...nodePools, managerPool.nodePool],
    nodeClasses: [...nodeClasses.values(), managerPool.nodeClass],
  };
}

/** Bottlerocket sets user.max_user_namespaces to 0. */
function checkUserNamespaces(faults: Faults, { amiAlias }: ResolvedNodeClass): void {
  if (!String(amiAlias).startsWith('bottlerocket@')) return;
  const rule = 'Bottlerocket allows no user namespaces, and rootless builds need one';
  faults.add('amiAlias', amiAlias, rule, `give the pool of the builds another image, as "${AMI_ALIAS}"`);
}

function resolveManagers(
  faults: Faults,
  fleet: RunnerFleetProps,
  prefix: string,
  runners: readonly ResolvedRunner[],
): { nodePool: ResolvedNodePool; nodeClass: ResolvedNodeClass } {
  const settings = fleet.managerNodePool ?? {};
  const place = faults.at('managerNodePool');
  const arches = [...new Set(runners.map(({ arch }) => arch))].sort();
  const managers = runners.reduce((sum, runner) => sum + runner.managers.length, 0);
  const drain = Math.max(0, ...runners.map(({ drainSeconds }) => drainSeconds));
  const purpose = {
    name: dedicatedTo(prefix, 'managers'),
    fleet: fleet.name,
    clusterName: fleet.clusterName ?? fleet.name,
    pool: 'managers',
    rootVolumeSize: MANAGER_POOL_DEFAULTS.rootVolumeSize,
    patch: settings.patches?.EC2NodeClass ?? fleet.patches?.EC2NodeClass,
  };
  // The fleet's disk is for jobs; managers have their own, small one unless it is said for them.
  const { rootVolume, ...fleetWide } = fleet.nodeClass ?? {};
  // What is wrong with the fleet's settings was noted with the job pools.
  const classPlace = settings.nodeClass ? place.at('nodeClass') : Faults.collect();
  return {
    nodePool: resolveManagerPool(place, prefix, arches, managers, drain, settings),
    nodeClass: resolveNodeClass(classPlace, fleetWide, settings.nodeClass ?? {}, purpose),
  };
}

/** What runners need, in the order in which they ask for it. */
function nodePoolDemands(
  descriptions: readonly RunnerProps[],
  runners: readonly ResolvedRunner[],
): NodePoolDemand[] {
  const demands = new Map<string, NodePoolDemand>();
  for (const [index, description] of descriptions.entries()) {
    const { arch, managers, drainSeconds } = runners[index];
    const { capacity: wanted } = description;
    const capacities = Object.hasOwn(CAPACITY_TYPES, wanted) ? CAPACITY_TYPES[wanted] : [];
    const [{ kubernetes = {} }] = managers[0].config.runners;
    const job = {
      concurrency: managers.reduce((sum, { config }) => sum + countOr(1, config.concurrent), 0),
      largest: largestJobRequest(kubernetes),
      drainSeconds,
    };
    for (const capacity of capacities) {
      const own = { pool: jobPool(description), arch, capacity };
      const known = demands.get(poolKey(own));
      demands.set(poolKey(own), {
        ...own,
        jobs: [...(known?.jobs ?? []), job],
        weighted: (known?.weighted ?? false) || capacities.length > 1,
      });
    }
  }
  return [...demands.values()];
}

function checkNodePools(
  faults: Faults,
  nodePools: readonly NodePoolProps[],
  demands: readonly NodePoolDemand[],
): void {
  const wanted = new Set(demands.map(poolKey));
  const seen = new Set<string>();
  for (const [index, nodePool] of nodePools.entries()) {
    const place = faults.at(`nodePools[${index}]`);
    checkName(place, 'pool', nodePool.pool ?? 'jobs', POOL_NAME_MOST);
    checkOneOf(place, 'arch', nodePool.arch, ['amd64', 'arm64']);
    checkOneOf(place, 'capacity', nodePool.capacity, ['spot', 'on-demand']);
    const key = poolKey(nodePool);
    if (nodePool.pool === 'managers') {
      place.add('pool', 'managers', 'the managers have a pool of their own', 'set managerNodePool instead');
    } else if (seen.has(key)) {
      place.add(
        '(the whole)',
        poolText(nodePool),
        'the same node pool is described twice',
        'merge the two entries',
      );
    } else if (!wanted.has(key)) {
      place.add(
        '(the whole)',
        poolText(nodePool),
        `no runner uses this pool, architecture and capacity: runners use ${demands.map(poolText).join(', ')}`,
        'write pool, arch and capacity of one that runners use, or leave the entry out',
      );
    }
    seen.add(key);
  }
}

/** What tells a pool from others, as a description says it. */
function poolText({ pool = 'jobs', arch, capacity }: Parameters<typeof poolKey>[0]): string {
  return `${pool} ${arch} ${capacity}`;
}

function settingsOf(fleet: RunnerFleetProps, demand: NodePoolDemand): NodePoolSettings {
  const own = fleet.nodePools?.find((nodePool) => poolKey(nodePool) === poolKey(demand));
  const { pool, arch, capacity, ...settings } = own ?? ({} as NodePoolProps);
  return mergeSettings<NodePoolSettings>(fleet.nodePoolDefaults, settings);
}

function poolKey({
  pool = 'jobs',
  arch,
  capacity,
}: Pick<NodePoolProps, 'pool' | 'arch' | 'capacity'>): string {
  return `${pool}-${arch}-${capacity}`;
}
