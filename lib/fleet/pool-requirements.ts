import type { NormalNodePool } from './normal-fleet';
import { RESERVED } from './reserved-capacity';
import type { ResolvedRequirement } from './resolved-fleet';

/** A requirement that options make. */
export interface DerivedRequirement extends ResolvedRequirement {
  /** What of a description decides about it. */
  readonly option: string;
}

/** What the options of a pool, those of `requirements` aside, require of its nodes. */
export function derivedRequirements({
  instances,
  arches,
  capacity,
  reserved,
}: NormalNodePool): readonly DerivedRequirement[] {
  const capacityTypes = reserved ? [capacity, RESERVED] : [capacity];
  return [
    oneOf('karpenter.k8s.aws/instance-category', 'instanceCategories', instances.instanceCategories),
    oneOf('karpenter.k8s.aws/instance-family', 'instanceFamilies', instances.instanceFamilies),
    oneOf('karpenter.k8s.aws/instance-size', 'instanceSizes', instances.instanceSizes),
    bound('karpenter.k8s.aws/instance-generation', 'minGeneration', 'Gt', instances.minGeneration),
    bound('karpenter.k8s.aws/instance-cpu', 'minCpu', 'Gt', instances.minCpu),
    bound('karpenter.k8s.aws/instance-cpu', 'maxCpu', 'Lt', instances.maxCpu),
    oneOf('karpenter.k8s.aws/instance-hypervisor', 'nothing: pools take types of the Nitro system', [
      'nitro',
    ]),
    oneOf('karpenter.sh/capacity-type', 'capacity', capacityTypes),
    oneOf('kubernetes.io/arch', 'arch', arches),
    oneOf('kubernetes.io/os', 'nothing: nodes run Linux', ['linux']),
    oneOf('topology.kubernetes.io/zone', 'zones', instances.zones),
  ].filter((requirement) => requirement !== undefined);
}

function oneOf(
  key: string,
  option: string,
  values: readonly string[] | undefined,
): DerivedRequirement | undefined {
  return values && { key, operator: 'In', values, minValues: undefined, option };
}

/** Karpenter's `Gt` and `Lt` exclude the bound itself, and unlike `Gte` and `Lte` every v1 release knows them. */
function bound(
  key: string,
  option: string,
  operator: 'Gt' | 'Lt',
  value: number | undefined,
): DerivedRequirement | undefined {
  if (value === undefined) return undefined;
  const step = operator === 'Gt' ? -1 : 1;
  return { key, operator, values: [`${value + step}`], minValues: undefined, option };
}
