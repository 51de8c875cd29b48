/**
 * What Karpenter asks of a pod before it asks any pool. A pod that fails is passed over: no node starts for it, whatever
 * its other alternatives allow. Preferences are not looked at.
 *
 * Sources: kubernetes-sigs/karpenter 6e7eab7a (the core of aws/karpenter-provider-aws v1.14.1),
 * pkg/controllers/provisioning/provisioner.go (Validate), pkg/apis/v1/nodeclaim_validation.go (ValidateRequirement) and
 * pkg/apis/v1/labels.go (IsRestrictedLabel).
 */
import { isLabelValue, isQualifiedName } from '../values/label';
import {
  CAPACITY_TYPE_LABEL,
  HOSTNAME_LABEL,
  normalizeLabel,
  TENANCY_LABEL,
  WELL_KNOWN_LABELS,
} from './labels';
import type { NodeSelectorRequirement } from './requirement';

/** One term of a required node affinity; terms are alternatives. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  /** Whether it has `matchFields`. */
  readonly hasFields: boolean;
}

/** Why Karpenter passes a pod over. */
export interface PodFault {
  /** The label, or `matchFields`, or another field of the pod. */
  readonly key: string;
  readonly why: string;
  /** Whether the pod lands once the field is removed, whatever its labels. */
  readonly isRemovable?: boolean;
}

/** Domains of labels that are Karpenter's own, those below them included. */
const RESTRICTED_DOMAINS = ['karpenter.sh', 'karpenter.k8s.aws'];
const RESTRICTED_LABELS = [HOSTNAME_LABEL];

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Gte', 'Lte'];
const COMPARISONS = ['Gt', 'Lt', 'Gte', 'Lte'];

/** Labels of which only some values mean anything. */
const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  [CAPACITY_TYPE_LABEL, ['on-demand', 'reserved', 'spot']],
  [TENANCY_LABEL, ['dedicated', 'default']],
]);

/** Whether neither a pod nor a pool may name a label. */
export function isRestrictedLabel(key: string): boolean {
  if (WELL_KNOWN_LABELS.has(key)) return false;
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  return (
    RESTRICTED_DOMAINS.some((one) => domain === one || domain.endsWith(`.${one}`)) ||
    RESTRICTED_LABELS.includes(key)
  );
}

/** Every reason why Karpenter passes a pod over, each once; none means that it asks the pools. */
export function podFaults(
  nodeSelector: Readonly<Record<string, string>>,
  terms: readonly NodeSelectorTerm[],
): readonly PodFault[] {
  const selected = Object.entries(nodeSelector).flatMap(([key, value]) =>
    requirementFaults({ key, operator: 'In', values: [value] }),
  );
  const inTerms = terms.flatMap(({ matchExpressions, hasFields }) => [
    ...(hasFields ? [{ key: 'matchFields', why: 'Karpenter reads no matchFields' }] : []),
    ...matchExpressions.flatMap(requirementFaults),
  ]);
  const all = [...selected, ...inTerms];
  return all.filter(
    (one, index) => all.findIndex(({ key, why }) => key === one.key && why === one.why) === index,
  );
}

/** What is wrong with one requirement on a node, wherever a pod has it. */
export function requirementFaults({
  key: written,
  operator,
  values = [],
}: NodeSelectorRequirement): PodFault[] {
  const key = normalizeLabel(written);
  const reasons = [
    ...(OPERATORS.includes(operator) ? [] : [`${operator} is not an operator`]),
    ...(isRestrictedLabel(key) ? ['Karpenter keeps this label to itself'] : []),
    ...(isQualifiedName(key) ? [] : ['this is not a label key']),
    // What holds a variable gets its value when a job runs.
    ...values
      .filter((value) => !isLabelValue(value) && !value.includes('$'))
      .map((value) => `"${value}" is not a label value`),
    ...operandReasons(key, operator, values),
  ];
  return reasons.map((why) => ({ key: written, why }));
}

/** What is wrong with the values beside an operator. */
function operandReasons(key: string, operator: string, values: readonly string[]): string[] {
  if (operator === 'In') {
    const known = KNOWN_VALUES.get(key);
    if (values.length === 0) return ['In has no value'];
    if (known === undefined || values.some((value) => known.includes(value))) return [];
    return [`${values.join(', ')} is none of ${known.join(', ')}`];
  }
  if (!COMPARISONS.includes(operator)) return [];
  const [value = ''] = values;
  const isCount = values.length === 1 && /^(\+?[0-9]+|-0+)$/.test(value) && BigInt(value) < 2n ** 63n;
  return isCount ? [] : [`${operator} takes one whole number from 0`];
}
