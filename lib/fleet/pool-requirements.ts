import { AUTO_MODE_GROUP } from '../karpenter/node-life';
import type { NormalNodePool } from './normal-fleet';
import type { Compute } from './props/node-pool';
import { RESERVED } from './reserved-capacity';
import type { ResolvedRequirement } from './resolved-fleet';

/** A requirement that options make. */
export interface DerivedRequirement extends ResolvedRequirement {
  /** What of a description decides about it. */
  readonly option: string;
}

/** What labels of instance types begin with. */
const LABEL_PREFIX: Readonly<Record<Compute, string>> = {
  karpenter: 'karpenter.k8s.aws/',
  'eks-auto-mode': `${AUTO_MODE_GROUP}/`,
};

/** What the options of a pool, those of `requirements` aside, require of its nodes. */
export function derivedRequirements({
  instances,
  arches,
  capacity,
  compute,
  reserved,
}: NormalNodePool): readonly DerivedRequirement[] {
  const capacityTypes = reserved ? [capacity, RESERVED] : [capacity];
  const own = LABEL_PREFIX[compute];
  return [
    oneOf(`${own}instance-category`, 'instanceCategories', instances.instanceCategories),
    oneOf(`${own}instance-family`, 'instanceFamilies', instances.instanceFamilies),
    oneOf(`${own}instance-size`, 'instanceSizes', instances.instanceSizes),
    bound(`${own}instance-generation`, 'minGeneration', 'Gt', instances.minGeneration),
    bound(`${own}instance-cpu`, 'minCpu', 'Gt', instances.minCpu),
    bound(`${own}instance-cpu`, 'maxCpu', 'Lt', instances.maxCpu),
    oneOf(`${own}instance-hypervisor`, 'nothing: pools take types of the Nitro system', ['nitro']),
    oneOf('karpenter.sh/capacity-type', 'capacity', capacityTypes),
    oneOf('kubernetes.io/arch', 'arch', arches),
    // EKS Auto Mode, which starts nothing else, does not support the label.
    compute === 'karpenter' ? oneOf('kubernetes.io/os', 'nothing: nodes run Linux', ['linux']) : undefined,
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
