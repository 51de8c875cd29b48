import { allocatable } from '../../karpenter/allocatable';
import { autoModeCapacity, autoModeTypes } from '../../karpenter/auto-mode';
import { type InstanceType, instanceTypes } from '../../karpenter/instance-types';
import { matchingTypes } from '../../karpenter/matching-types';
import { type DaemonSetOverhead, slots } from '../../karpenter/node-price';
import { poolRequirements } from '../../karpenter/requirements';
import { mebibytes, milli, type Quantity, toMilli, toUnits } from '../../values/quantity';
import type { NormalNodePool, NormalRunner } from '../normal-fleet';
import type { ResolvedRequirement, ResolvedRunner } from '../resolved-fleet';

/** What nodes add up to. */
interface Amounts {
  readonly cpu: Quantity;
  readonly memory: Quantity;
}

const NOTHING: Amounts = { cpu: 0n, memory: 0n };
/** Devices bind long before what daemons take. */
const NO_DAEMONS: DaemonSetOverhead = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
const ANY_CLASS = { amiFamily: 'AL2023' };
const ANY_AUTO_MODE_CLASS = autoModeCapacity(undefined);

/**
 * CPUs and memory of the nodes for jobs that hold devices, all at once. Limits count whole nodes, and what is left of one without
 * a free device is of no use to another job: with the sum of requests as limit, most of them would wait.
 */
export function deviceNodes(
  pool: NormalNodePool,
  requirements: readonly ResolvedRequirement[],
  jobs: readonly ResolvedRunner[],
  runners: readonly NormalRunner[],
): Amounts {
  const devices = new Map(runners.map((runner) => [runner.name, runner.devices]));
  const held = jobs.map((job) => ({ job, own: Object.entries(devices.get(job.name) || {}) }));
  if (held.every(({ own }) => own.length === 0)) return NOTHING;
  const types = matchingTypes(
    pool.compute === 'eks-auto-mode' ? autoModeTypes() : instanceTypes(),
    poolRequirements({ requirements: requirements.map(asManifest) }),
  );
  return held
    .filter(({ own }) => own.length > 0)
    .map(({ job, own }) => nodesFor(job, Object.fromEntries(own), types, pool))
    .reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }), NOTHING);
}

function asManifest({ key, operator, values }: ResolvedRequirement) {
  return { key, operator, values };
}

/** Nodes of the type that Karpenter starts for many of these jobs: that holds most of them, and is the cheapest of those. */
function nodesFor(
  { concurrency, largestJob }: ResolvedRunner,
  extended: Readonly<Record<string, number>>,
  types: readonly InstanceType[],
  { compute, devices }: NormalNodePool,
): Amounts {
  const pod = { cpuMilli: toMilli(largestJob.cpu), memoryBytes: toUnits(largestJob.memory), extended };
  const [best] = types
    .map((type) => {
      const node = allocatable(type, compute === 'eks-auto-mode' ? ANY_AUTO_MODE_CLASS : ANY_CLASS);
      const full = { ...node, extended: { ...node.extended, ...devices } };
      return { type, count: slots(full, NO_DAEMONS, pod) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || priceOf(a.type) - priceOf(b.type));
  if (best === undefined) return NOTHING;
  const nodes = Math.ceil(concurrency / best.count);
  return { cpu: milli(nodes * best.type.vcpu * 1000), memory: mebibytes(nodes * best.type.memoryMib) };
}

function priceOf({ onDemandUsdPerHour: usd }: InstanceType): number {
  return usd === undefined ? Number.POSITIVE_INFINITY : usd;
}
