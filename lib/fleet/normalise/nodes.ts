import { AUTO_MANAGER_POOL_DEFAULTS, JOB_POOL_DEFAULTS, MANAGER_POOL_DEFAULTS, SAFE_POOL } from '../defaults';
import { classKind, dedicatedTo, managerPoolName, nodePoolName } from '../names';
import type { NormalFleet, NormalNodeClass, NormalNodePool, NormalRunner } from '../normal-fleet';
import { type ObjectPatch, patchesOf } from '../patches';
import type { RunnerFleetProps } from '../props/fleet';
import type { NodeClassProps } from '../props/node-class';
import type { Arch, CapacityType, Compute, NodePoolProps, NodePoolSettings } from '../props/node-pool';
import { inheritSettings } from './merge-settings';
import { beneathOwn, normaliseNodeClass } from './node-class';
import { normaliseNodePool } from './node-pool';

type FleetSoFar = Pick<
  NormalFleet,
  'said' | 'name' | 'prefix' | 'clusterName' | 'compute' | 'proxy' | 'runners' | 'fargate' | 'managerNodes'
>;
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
  const managers = fleet.fargate?.managers || fleet.managerNodes ? undefined : managerPool(fleet);
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
  for (const runner of runners.filter(({ existingPool }) => existingPool === undefined)) {
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
  const name = nodePoolName(around.prefix, demand.pool, demand.arch, demand.capacity, around.compute);
  const own = ownClassOf(settings, name, around.compute);
  const className = own === undefined ? dedicatedTo(around.prefix, demand.pool) : name;
  const weighted = demand.runners.some(({ capacityTypes }) => capacityTypes.length > 1);
  const nodeClass = normaliseNodeClass(fleet.nodeClass, own, around, {
    place: own === undefined ? ['nodeClass'] : [place, 'nodeClass'],
    name: className,
    pool: demand.pool,
    // A class that pools share serves the runners of all of them.
    rootlessBuilds: around.runners.some((one) => one.rootlessBuilds && one.pool === demand.pool),
    rootVolumeSize: JOB_POOL_DEFAULTS.rootVolumeSize,
    patches: classPatches(fleet, settings, className, around.compute),
  });
  const pool = normaliseNodePool(settings, JOB_POOL_DEFAULTS, demand.runners, {
    place,
    name,
    pool: demand.pool,
    compute: around.compute,
    dedicatedTo: dedicatedTo(around.prefix, demand.pool),
    arches: [demand.arch],
    capacity: demand.capacity,
    weighted,
    nodeClass: className,
    // What is paid for already comes first: on demand, and before Spot where a job may have either.
    reserved:
      nodeClass.capacityReservationSelectorTerms.length > 0 && (weighted || demand.capacity === 'on-demand'),
  });
  return { pool, nodeClass };
}

function managerPool({ said: fleet, ...around }: FleetSoFar): PoolWithClass {
  const settings = fleet.managerNodePool ?? {};
  const name = managerPoolName(around.prefix, around.compute);
  const defaults = around.compute === 'eks-auto-mode' ? AUTO_MANAGER_POOL_DEFAULTS : MANAGER_POOL_DEFAULTS;
  const pool = normaliseNodePool(settings, defaults, around.runners, {
    place: 'managerNodePool',
    name,
    pool: 'managers',
    compute: around.compute,
    dedicatedTo: dedicatedTo(around.prefix, 'managers'),
    arches: [...new Set(around.runners.map(({ arch }) => arch))].sort(),
    capacity: 'on-demand',
    weighted: false,
    nodeClass: name,
    reserved: false,
  });
  const nodeClass = normaliseNodeClass(withoutOfJobs(fleet.nodeClass), settings.nodeClass, around, {
    place: settings.nodeClass === undefined ? ['nodeClass'] : ['managerNodePool', 'nodeClass'],
    name,
    pool: 'managers',
    rootlessBuilds: false,
    rootVolumeSize: MANAGER_POOL_DEFAULTS.rootVolumeSize,
    patches: classPatches(fleet, settings, name, around.compute),
  });
  return { pool, nodeClass };
}

/** The fleet's disks, reservations and placement group are for jobs: managers have a small disk of their own unless it is said for them. */
function withoutOfJobs(fleetWide: NodeClassProps = {}): NodeClassProps {
  const {
    rootVolume,
    blockDeviceMappings,
    instanceStorePolicy,
    capacityReservationSelectorTerms,
    ephemeralStorage,
    placementGroupSelector,
    ...rest
  } = fleetWide;
  return rest;
}

/** What differs from the fleet's class; undefined where the pool shares that one. A patch of it needs an object to change, too. */
function ownClassOf(
  { nodeClass, patches }: NodePoolSettings,
  pool: string,
  compute: Compute,
): NodePoolSettings['nodeClass'] {
  return nodeClass ?? (patchesOf(patches, classKind(compute), pool).length > 0 ? {} : undefined);
}

/** Patches of a class: the fleet's, and then those of its pool. */
function classPatches(
  fleet: RunnerFleetProps,
  settings: NodePoolSettings,
  name: string,
  compute: Compute,
): readonly ObjectPatch[] {
  const kind = classKind(compute);
  return [...patchesOf(fleet.patches, kind, name), ...patchesOf(settings.patches, kind, name)];
}

function settingsOf(fleet: RunnerFleetProps, demand: Demand): NodePoolSettings {
  const entry = fleet.nodePools?.find((one) => poolKey(one) === poolKey(demand));
  if (entry === undefined) return fleet.nodePoolDefaults ?? {};
  const { pool, arch, capacity, ...settings } = entry;
  const { nodeClass, ...defaults } = fleet.nodePoolDefaults ?? {};
  const inherited = nodeClass && { nodeClass: beneathOwn(nodeClass, settings.nodeClass ?? {}) };
  return inheritSettings<NodePoolSettings>({ ...defaults, ...inherited }, settings);
}
