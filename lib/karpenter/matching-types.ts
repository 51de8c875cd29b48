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
  if (types.length < WORTH_KEEPING) return matching(types, wanted);
  const known: Map<string, readonly LabelledType[]> = KNOWN.get(types) ?? new Map();
  KNOWN.set(types, known);
  const question = questionOf(wanted);
  const answer = known.get(question) ?? matching(types, wanted);
  if (known.size >= MOST_KEPT) known.clear();
  known.set(question, answer);
  return answer as readonly T[];
}

/**
 * Answers by list of types and by what was asked. Both sides of a diff, and the pools and pods of one side, ask the same again
 * and again.
 */
const KNOWN = new WeakMap<readonly LabelledType[], Map<string, readonly LabelledType[]>>();
/** Shorter lists take less time than the key of an answer. */
const WORTH_KEEPING = 10;
/** Answers that are kept of one list. */
const MOST_KEPT = 500;

function questionOf(wanted: Requirements): string {
  return JSON.stringify(
    [...wanted.values()].map(({ key, complement, values, gte, lte }) => [
      key,
      complement,
      [...values],
      gte ?? '',
      lte ?? '',
    ]),
  );
}

function matching<T extends LabelledType>(types: readonly T[], wanted: Requirements): readonly T[] {
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
