import {
  AUTO_INSTANCE_LABELS,
  COMPUTE_TYPE_LABEL,
  INSTANCE_LABELS,
  INSTANCE_TYPE_LABEL,
  WINDOWS_BUILD_LABEL,
} from './labels';
import { allowsAbsence, has, type Requirement } from './requirement';
import type { Requirements } from './requirements';

/** An instance type as far as requirements see it. */
export interface LabelledType {
  /** `m7g.2xlarge` */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The instance types that satisfy all requirements on labels of the type, in the order given. Requirements on labels
 * that the type leaves open (zone, capacity type, labels of the pool) don't count against it.
 * Source: kubernetes-sigs/karpenter v1.14.1 pkg/controllers/provisioning/scheduling/nodeclaim.go.
 */
export function matchingTypes<T extends LabelledType>(
  types: readonly T[],
  wanted: Requirements,
): readonly T[] {
  // Bounds last, since reading numbers takes longest: most types are ruled out before.
  const demands = [...wanted.values()].sort((a, b) => Number(isBounded(a)) - Number(isBounded(b)));
  return types.filter((type) => demands.every((demand) => satisfies(type, demand)));
}

/** Whether an instance type satisfies one requirement: the answer for each apart tells which one rules a type out. */
export function satisfies({ name, labels }: LabelledType, demand: Requirement): boolean {
  const value = demand.key === INSTANCE_TYPE_LABEL ? name : labels[demand.key];
  if (value !== undefined) return has(demand, value);
  // What the provider says of such a type is DoesNotExist: aws/karpenter-provider-aws v1.14.1
  // pkg/providers/instancetype/types.go.
  return !followsFromType(demand.key, labels) || allowsAbsence(demand);
}

function isBounded({ gte, lte }: Requirement): boolean {
  return gte !== undefined || lte !== undefined;
}

/** Whether the type alone decides a label: nodes of a type without it do not have it. */
function followsFromType(key: string, labels: LabelledType['labels']): boolean {
  if (INSTANCE_LABELS.has(key) || key === WINDOWS_BUILD_LABEL) return true;
  return COMPUTE_TYPE_LABEL in labels && AUTO_INSTANCE_LABELS.has(key);
}
