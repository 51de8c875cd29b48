import { listOf } from '../../values/record';
import { type CrdRule, has } from './rule';

/** Fields of an EC2NodeClass that Auto Mode decides itself. */
const NOT_HERE = [
  'amiFamily',
  'amiSelectorTerms',
  'blockDeviceMappings',
  'detailedMonitoring',
  'instanceStorePolicy',
  'kubelet',
  'metadataOptions',
  'userData',
];

/** Tags that Karpenter and EKS set themselves. */
const RESTRICTED_TAGS = [
  'karpenter.sh/provisioner-name',
  'karpenter.sh/nodepool',
  'karpenter.sh/nodeclaim',
  'karpenter.sh/managed-by',
  'eks.amazonaws.com/nodeclass',
];

const termRules = (what: string, fields: readonly string[]): readonly CrdRule[] => [
  {
    at: `spec.${what}SelectorTerms`,
    each: 'item',
    message: `expected at least one, got none, [${fields.map((field) => `'${field}'`).join(', ')}]`,
    refuses: (term) => !has(term, ...fields),
    fix: `name ${fields.join(' or ')}`,
  },
  {
    at: `spec.${what}SelectorTerms`,
    message: `'id' is mutually exclusive, cannot be set with a combination of other fields in ${what}SelectorTerms`,
    refuses: (terms) =>
      listOf(terms).length > 0 &&
      listOf(terms).every(
        (term) => has(term, 'id') && has(term, ...fields.filter((field) => field !== 'id')),
      ),
    fix: 'leave the id alone in its term',
  },
  {
    at: `spec.${what}SelectorTerms[].tags`,
    each: 'key',
    message: "empty tag keys or values aren't supported",
    refuses: (key, value) => key === '' || value === '',
    fix: 'write key and value; "*" is every value',
  },
];

/** The rules of the NodeClass of EKS Auto Mode, as far as they are known: see `lib/shape/auto-mode-kinds.ts`. */
export const AUTO_NODE_CLASS_RULES: readonly CrdRule[] = [
  {
    at: 'spec',
    message: "must specify exactly one of ['role', 'instanceProfile']",
    refuses: (spec) => has(spec, 'role') === has(spec, 'instanceProfile'),
    fix: 'write one of them',
  },
  {
    at: 'spec',
    each: 'key',
    message: 'unknown field: it is one of an EC2NodeClass, and Auto Mode decides it itself',
    refuses: (key) => NOT_HERE.includes(String(key)),
    fix: 'leave it out',
  },
  ...termRules('subnet', ['tags', 'id']),
  ...termRules('securityGroup', ['tags', 'id', 'name']),
  {
    at: 'spec.tags',
    each: 'key',
    message: "empty tag keys aren't supported",
    refuses: (key) => key === '',
    fix: 'name the tag',
  },
  {
    at: 'spec.tags',
    each: 'key',
    message: 'a tag that Karpenter or EKS sets itself',
    refuses: (key) =>
      String(key).startsWith('kubernetes.io/cluster') || RESTRICTED_TAGS.includes(String(key)),
    fix: 'remove it',
  },
];
