import { fieldsOf, listOf, textOf } from '../../values/record';
import { CAPACITY_TYPE_LABEL, INSTANCE_LABELS, NODE_POOL_LABEL, TENANCY_LABEL } from '../labels';
import { type CrdRule, has, type TransitionRule } from './rule';

/** Labels of Karpenter's own domains that a pool may name. */
const OF_KARPENTER: readonly string[] = [CAPACITY_TYPE_LABEL, NODE_POOL_LABEL];
const OF_AWS: ReadonlySet<string> = new Set([
  ...INSTANCE_LABELS,
  TENANCY_LABEL,
  'karpenter.k8s.aws/ec2nodeclass',
  'karpenter.k8s.aws/capacity-reservation-id',
  'karpenter.k8s.aws/capacity-reservation-interruptible',
  'karpenter.k8s.aws/capacity-reservation-type',
  'karpenter.k8s.aws/placement-group-id',
  'karpenter.k8s.aws/placement-group-partition',
]);

/** What stands before the first slash, or all of a key without one: the rules look at its end alone. */
function domainOf(key: unknown): string {
  return /^[^/]+/.exec(String(key))?.[0] ?? '';
}

/** The rules for labels, which template labels and keys of requirements share. */
function labelRules(at: string, each?: 'key'): CrdRule[] {
  return [
    {
      at,
      each,
      message: 'label domain "karpenter.sh" is restricted',
      refuses: (key) => !OF_KARPENTER.includes(String(key)) && domainOf(key).endsWith('karpenter.sh'),
      fix: 'remove it, or use a domain of your own',
    },
    {
      at,
      each,
      message: 'label "karpenter.sh/nodepool" is restricted',
      refuses: (key) => key === NODE_POOL_LABEL,
      fix: 'remove it: every node has this label',
    },
    {
      at,
      each,
      message: 'label "kubernetes.io/hostname" is restricted',
      refuses: (key) => key === 'kubernetes.io/hostname',
      fix: 'remove it',
    },
    {
      at,
      each,
      message: 'label domain "karpenter.k8s.aws" is restricted',
      refuses: (key) => !OF_AWS.has(String(key)) && domainOf(key).endsWith('karpenter.k8s.aws'),
      fix: 'write a label that Karpenter knows, or use a domain of your own',
    },
  ];
}

const REQUIREMENTS = 'spec.template.spec.requirements';
const COMPARISONS = ['Gt', 'Lt', 'Gte', 'Lte'];

/** A whole number from 0 as CEL's `int()` reads it. */
function isCount(text: unknown): boolean {
  return /^(\+?[0-9]+|-0+)$/.test(String(text)) && BigInt(String(text)) < 2n ** 63n;
}

/** The rules of the NodePool's definition that judge an object alone. */
export const NODE_POOL_RULES: readonly CrdRule[] = [
  {
    at: 'spec',
    message: "only 'limits.nodes' is supported on static NodePools",
    refuses: (spec) => {
      const limits = Object.keys(fieldsOf(fieldsOf(spec).limits));
      return has(spec, 'replicas') && limits.length > 0 && limits.join() !== 'nodes';
    },
    fix: 'limit nodes alone, or remove replicas',
  },
  {
    at: 'spec',
    message: "'weight' is not supported on static NodePools",
    refuses: (spec) => has(spec, 'replicas') && has(spec, 'weight'),
    fix: 'remove weight, or replicas',
  },
  {
    at: 'spec.disruption.budgets',
    each: 'item',
    message: "'schedule' must be set with 'duration'",
    refuses: (budget) => has(budget, 'schedule') !== has(budget, 'duration'),
    fix: 'write both, or neither',
  },
  ...labelRules('spec.template.metadata.labels', 'key'),
  ...['group', 'kind', 'name'].map((field) => ({
    at: `spec.template.spec.nodeClassRef.${field}`,
    message: `${field} may not be empty`,
    refuses: (value: unknown) => value === '',
    fix: 'name the node class',
  })),
  {
    at: REQUIREMENTS,
    each: 'item',
    message: "requirements with operator 'In' must have a value defined",
    refuses: (item) => fieldsOf(item).operator === 'In' && listOf(fieldsOf(item).values).length === 0,
    fix: 'list a value, or remove the requirement',
  },
  {
    at: REQUIREMENTS,
    each: 'item',
    message: "requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value",
    refuses: (item) => {
      const values = listOf(fieldsOf(item).values);
      const compares = COMPARISONS.includes(textOf(fieldsOf(item).operator) ?? '');
      return compares && (values.length !== 1 || !isCount(values[0]));
    },
    fix: 'write one whole number, in quotes',
  },
  {
    at: REQUIREMENTS,
    each: 'item',
    message:
      "requirements with 'minValues' must have at least that many values specified in the 'values' field",
    refuses: (item) => {
      const { operator, values, minValues } = fieldsOf(item);
      return operator === 'In' && has(item, 'minValues') && listOf(values).length < Number(minValues);
    },
    fix: 'list more values, or lower minValues',
  },
  ...labelRules(`${REQUIREMENTS}[].key`),
];

/** The rules of the NodePool's definition that compare an object with what it was. */
export const NODE_POOL_TRANSITIONS: readonly TransitionRule[] = [
  {
    at: 'spec',
    message:
      'Cannot transition NodePool between static (replicas set) and dynamic (replicas unset) provisioning modes',
    refuses: (spec, before) => has(spec, 'replicas') !== has(before, 'replicas'),
    fix: 'add a NodePool of another name, and remove this one once its nodes are gone',
  },
  ...['group', 'kind'].map((field) => ({
    at: 'spec.template.spec.nodeClassRef',
    message: `nodeClassRef.${field} is immutable`,
    refuses: (value: unknown, before: unknown) => fieldsOf(value)[field] !== fieldsOf(before)[field],
    fix: 'add a NodePool of another name, and remove this one once its nodes are gone',
  })),
];
