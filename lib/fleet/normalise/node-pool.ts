import { formatDuration, parseDuration } from '../../values/duration';
import type { InstanceChoice, NormalNodePool, NormalRunner } from '../normal-fleet';
import { patchesOf } from '../patches';
import type { Compute, NodePoolSettings } from '../props/node-pool';

type Identity = Pick<
  NormalNodePool,
  | 'place'
  | 'name'
  | 'pool'
  | 'compute'
  | 'dedicatedTo'
  | 'arches'
  | 'capacity'
  | 'weighted'
  | 'nodeClass'
  | 'reserved'
>;
type Defaults = InstanceChoice &
  Pick<NormalNodePool, 'expireAfter' | 'consolidateAfter' | 'consolidationPolicy'>;

/** A node pool with every default filled in, for the pods of some runners. */
export function normaliseNodePool(
  said: NodePoolSettings,
  defaults: Defaults,
  runners: readonly NormalRunner[],
  identity: Identity,
): NormalNodePool {
  const drainSeconds = Math.max(0, ...runners.map(({ drain }) => parseDuration(drain) ?? 0));
  const { cpu, memory } = said.limits ?? {};
  return {
    said,
    ...identity,
    drainSeconds,
    instances: chooseInstances(said, defaults, identity.compute),
    limits: { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) },
    expireAfter: said.expireAfter ?? defaults.expireAfter,
    terminationGracePeriod: said.terminationGracePeriod ?? formatDuration(drainSeconds),
    consolidateAfter: said.consolidateAfter ?? defaults.consolidateAfter,
    consolidationPolicy: said.consolidationPolicy ?? defaults.consolidationPolicy,
    budgets: said.budgets ?? [],
    nodeLabels: said.nodeLabels ?? {},
    startupTaints: said.startupTaints ?? {},
    devices: said.devices ?? {},
    requirements: said.requirements ?? [],
    patches: patchesOf(said.patches, 'NodePool', identity.name),
  };
}

/**
 * Defaults that a named family, size or CPU count makes meaningless give way: `m5` is no generation 6, `48xlarge` no
 * 16 vCPUs, and nothing has at least 32 and at most 16.
 */
function chooseInstances(said: NodePoolSettings, defaults: InstanceChoice, compute: Compute): InstanceChoice {
  const { instanceFamilies, instanceSizes, minCpu, maxCpu, zones } = said;
  const bySize = instanceSizes !== undefined;
  const byFamily = instanceFamilies !== undefined;
  const aboveMost = minCpu !== undefined && defaults.maxCpu !== undefined && minCpu > defaults.maxCpu;
  const belowLeast = maxCpu !== undefined && defaults.minCpu !== undefined && maxCpu < defaults.minCpu;
  return {
    instanceCategories:
      said.instanceCategories ??
      (byFamily ? categoriesOf(instanceFamilies, compute) : defaults.instanceCategories),
    instanceFamilies,
    minGeneration: said.minGeneration ?? (byFamily ? undefined : defaults.minGeneration),
    instanceSizes: instanceSizes ?? defaults.instanceSizes,
    minCpu: minCpu ?? (bySize || belowLeast ? undefined : defaults.minCpu),
    maxCpu: maxCpu ?? (bySize || aboveMost ? undefined : defaults.maxCpu),
    zones,
  };
}

/**
 * Categories of the families that are named. EKS Auto Mode takes accelerated types for any job where a pool names no category
 * and others are short.
 */
function categoriesOf(families: readonly string[], compute: Compute): readonly string[] | undefined {
  if (compute !== 'eks-auto-mode') return undefined;
  const categories = families.flatMap((family) => /^[a-z]+/.exec(`${family}`)?.[0] ?? []);
  return [...new Set(categories)];
}
