import { JOB_POOL_DEFAULTS, MANAGER_POOL_DEFAULTS, SAFE_POOL } from '../defaults';
import { dedicatedTo, nodePoolName } from '../names';
import type { NormalFleet, NormalNodeClass, NormalNodePool, NormalRunner } from '../normal-fleet';
import { patchesOf } from '../patches';
import type { RunnerFleetProps } from '../props/fleet';
import type { Arch, CapacityType, NodePoolProps, NodePoolSettings } from '../props/node-pool';
import { inheritSettings } from './merge-settings';
import { normaliseNodeClass } from './node-class';
import { normaliseNodePool } from './node-pool';

type FleetSoFar = Pick<NormalFleet, 'said' | 'name' | 'prefix' | 'clusterName' | 'runners' | 'fargate'>;
type Nodes = Pick<NormalFleet, 'jobPools' | 'managerPool' | 'nodeClasses'>;

/** A node pool that runners need. */
interface Demand {
  readonly pool: string;
  readonly arch: Arch;
  readonly capacity: CapacityType;
  readonly runners: readonly NormalRunner[];
}

/** Node pools and node classes for what the runners need, and for the managers. */
export function normaliseNodes(fleet: FleetSoFar): Nodes {
  const jobs = demandsOf(fleet.runners).map((demand) => jobPool(fleet, demand));
  const managers = fleet.fargate?.managers ? undefined : managerPool(fleet);
  const all = managers ? [...jobs, managers] : jobs;
  return {
    jobPools: jobs.map(({ pool }) => pool),
    managerPool: managers?.pool,
    nodeClasses: distinct(all.map(({ nodeClass }) => nodeClass)),
  };
}

/** The first of each name: pools that share a class describe it alike. */
function distinct(classes: readonly NormalNodeClass[]): readonly NormalNodeClass[] {
  const byName = new Map<string, NormalNodeClass>();
  for (const one of classes) if (!byName.has(one.name)) byName.set(one.name, one);
  return [...byName.values()];
}

/** What tells a job pool from others, as a description says it. */
export function poolKey({
  pool = SAFE_POOL,
  arch,
  capacity,
}: Pick<NodePoolProps, 'pool' | 'arch' | 'capacity'>): string {
  return `${pool}-${arch}-${capacity}`;
}

/** What runners need, in the order in which they ask for it. */
function demandsOf(runners: readonly NormalRunner[]): readonly Demand[] {
  const demands = new Map<string, Demand>();
  for (const runner of runners) {
    for (const capacity of runner.capacityTypes) {
      const own = { pool: runner.pool, arch: runner.arch, capacity };
      const others = demands.get(poolKey(own))?.runners ?? [];
      demands.set(poolKey(own), { ...own, runners: [...others, runner] });
    }
  }
  return [...demands.values()];
}

interface PoolWithClass {
  readonly pool: NormalNodePool;
  readonly nodeClass: NormalNodeClass;
}

function jobPool({ said: fleet, ...around }: FleetSoFar, demand: Demand): PoolWithClass {
  const settings = settingsOf(fleet, demand);
  const place = `nodePool ${poolKey(demand)}`;
  const name = nodePoolName(around.prefix, demand.pool, demand.arch, demand.capacity);
  const own = settings.nodeClass;
  const className = own === undefined ? dedicatedTo(around.prefix, demand.pool) : name;
  return {
    pool: normaliseNodePool(settings, JOB_POOL_DEFAULTS, demand.runners, {
      place,
      name,
      pool: demand.pool,
      dedicatedTo: dedicatedTo(around.prefix, demand.pool),
      arches: [demand.arch],
      capacity: demand.capacity,
      weighted: demand.runners.some(({ capacityTypes }) => capacityTypes.length > 1),
      nodeClass: className,
    }),
    nodeClass: normaliseNodeClass(fleet.nodeClass, own, around.clusterName, {
      place: own === undefined ? ['nodeClass'] : [place, 'nodeClass'],
      name: className,
      pool: demand.pool,
      // A class that pools share serves the runners of all of them.
      rootlessBuilds: around.runners.some((one) => one.rootlessBuilds && one.pool === demand.pool),
      rootVolumeSize: JOB_POOL_DEFAULTS.rootVolumeSize,
      patches: patchesOf(own === undefined ? fleet.patches : settings.patches, 'EC2NodeClass', className),
    }),
  };
}

function managerPool({ said: fleet, ...around }: FleetSoFar): PoolWithClass {
  const settings = fleet.managerNodePool ?? {};
  const name = dedicatedTo(around.prefix, 'managers');
  const ownPatches = patchesOf(settings.patches, 'EC2NodeClass', name);
  // The fleet's disk is for jobs; managers have their own, small one unless it is said for them.
  const { rootVolume, ...fleetWide } = fleet.nodeClass ?? {};
  return {
    pool: normaliseNodePool(settings, MANAGER_POOL_DEFAULTS, around.runners, {
      place: 'managerNodePool',
      name,
      pool: 'managers',
      dedicatedTo: name,
      arches: [...new Set(around.runners.map(({ arch }) => arch))].sort(),
      capacity: 'on-demand',
      weighted: false,
      nodeClass: name,
    }),
    nodeClass: normaliseNodeClass(fleetWide, settings.nodeClass, around.clusterName, {
      place: settings.nodeClass === undefined ? ['nodeClass'] : ['managerNodePool', 'nodeClass'],
      name,
      pool: 'managers',
      rootlessBuilds: false,
      rootVolumeSize: MANAGER_POOL_DEFAULTS.rootVolumeSize,
      patches: ownPatches.length > 0 ? ownPatches : patchesOf(fleet.patches, 'EC2NodeClass', name),
    }),
  };
}

function settingsOf(fleet: RunnerFleetProps, demand: Demand): NodePoolSettings {
  const entry = fleet.nodePools?.find((one) => poolKey(one) === poolKey(demand));
  if (entry === undefined) return fleet.nodePoolDefaults ?? {};
  const { pool, arch, capacity, ...settings } = entry;
  return inheritSettings<NodePoolSettings>(fleet.nodePoolDefaults, settings);
}
