import { fieldsOf, listOf } from '../../values/record';
import { EMPTY_IDENTITY_RULES, PLACEMENT_GROUP_RULES, PRIMARY_INTERFACE } from './node-class';
import { type CrdRule, has, type TransitionRule } from './rule';

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

/** Terms that select something of AWS, and the fields that a term may select it by. */
const SELECTORS: readonly (readonly [field: string, by: readonly string[]])[] = [
  ['subnetSelectorTerms', ['tags', 'id']],
  ['securityGroupSelectorTerms', ['tags', 'id', 'name']],
  ['podSubnetSelectorTerms', ['tags', 'id']],
  ['podSecurityGroupSelectorTerms', ['tags', 'id']],
];

/** Fields that stand alone in their term. */
const ALONE = ['id', 'name'];

function selectorRules([field, by]: (typeof SELECTORS)[number]): readonly CrdRule[] {
  return [
    {
      at: `spec.${field}`,
      message: `${field} cannot be empty`,
      refuses: (terms) => listOf(terms).length === 0,
      fix: 'name tags or an id',
    },
    namesSomething(field, by),
    ...by
      .filter((one) => ALONE.includes(one))
      .map((one) => ({
        at: `spec.${field}`,
        message: `'${one}' is mutually exclusive, cannot be set with a combination of other fields in ${field}`,
        refuses: everyTermHas(one, ...by.filter((other) => other !== one)),
        fix: `leave the ${one} alone in its term`,
      })),
    noEmptyTags(field),
  ];
}

function namesSomething(field: string, by: readonly string[]): CrdRule {
  return {
    at: `spec.${field}`,
    each: 'item',
    message: `expected at least one, got none, [${by.map((one) => `'${one}'`).join(', ')}]`,
    refuses: (term) => !has(term, ...by),
    fix: `name ${by.join(' or ')}`,
  };
}

/** Holds as soon as one term is well formed: so AWS's definition has it. */
function everyTermHas(field: string, ...others: readonly string[]): CrdRule['refuses'] {
  return (terms) =>
    listOf(terms).length > 0 && listOf(terms).every((term) => has(term, field) && has(term, ...others));
}

function noEmptyTags(field: string): CrdRule {
  return {
    at: `spec.${field}[].tags`,
    each: 'key',
    message: "empty tag keys or values aren't supported",
    refuses: (key, value) => key === '' || value === '',
    fix: 'write key and value; "*" is every value',
  };
}

const RESERVATION_RULES: readonly CrdRule[] = [
  namesSomething('capacityReservationSelectorTerms', ['tags', 'id']),
  {
    at: 'spec.capacityReservationSelectorTerms',
    message:
      "'id' is mutually exclusive, cannot be set along with other fields in a capacity reservation selector term",
    refuses: everyTermHas('id', 'tags', 'owner'),
    fix: 'leave the id alone in its term',
  },
  noEmptyTags('capacityReservationSelectorTerms'),
];

const INTERFACES = 'spec.advancedNetworking.networkInterfaces';
const SECONDARY = ['secondaryIPv4Count', 'secondaryIPv4PrefixCount'];

const INTERFACE_RULES: readonly CrdRule[] = [
  { ...PRIMARY_INTERFACE, at: INTERFACES },
  {
    at: `${INTERFACES}[]`,
    message: "only one of ['secondaryIPv4Count', 'secondaryIPv4PrefixCount'] can be set",
    refuses: (one) => SECONDARY.every((field) => has(one, field)),
    fix: 'remove one of them',
  },
  {
    at: `${INTERFACES}[]`,
    message:
      "secondaryIPv4Count and secondaryIPv4PrefixCount need networkCardIndex 0 and interfaceType 'interface'",
    refuses: (one) => {
      const { networkCardIndex, interfaceType } = fieldsOf(one);
      return has(one, ...SECONDARY) && (networkCardIndex !== 0 || interfaceType !== 'interface');
    },
    fix: 'remove them from this interface',
  },
];

/** Tags that Karpenter and EKS set themselves. */
const RESTRICTED_TAGS = [
  'karpenter.sh/provisioner-name',
  'karpenter.sh/nodepool',
  'karpenter.sh/nodeclaim',
  'karpenter.sh/managed-by',
  'eks.amazonaws.com/nodeclass',
];

/** Whether a tag is one that a NodeClass may not set. */
export function isRestrictedTag(key: string): boolean {
  return RESTRICTED_TAGS.includes(key) || key.startsWith('kubernetes.io/cluster');
}

const TAG_RULES: readonly CrdRule[] = [
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
    message: 'tag contains a restricted tag matching kubernetes.io/cluster/',
    refuses: (key) => String(key).startsWith('kubernetes.io/cluster'),
    fix: 'remove it',
  },
  ...RESTRICTED_TAGS.map(
    (tag): CrdRule => ({
      at: 'spec.tags',
      each: 'key',
      message: `tag contains a restricted tag matching ${tag}`,
      refuses: (key) => key === tag,
      fix: 'remove it',
    }),
  ),
];

/** The rules of the NodeClass of EKS Auto Mode, as far as they are documented: AWS publishes no definition. */
export const AUTO_NODE_CLASS_RULES: readonly CrdRule[] = [
  ...EMPTY_IDENTITY_RULES,
  {
    at: 'spec',
    message: "must specify at most one of ['role', 'instanceProfile']",
    refuses: (spec) => has(spec, 'role') && has(spec, 'instanceProfile'),
    fix: 'remove one of them',
  },
  {
    at: 'spec',
    message: 'podSubnetSelectorTerms and podSecurityGroupSelectorTerms must be set together',
    refuses: (spec) => has(spec, 'podSubnetSelectorTerms') !== has(spec, 'podSecurityGroupSelectorTerms'),
    fix: 'write both, or neither',
  },
  {
    at: 'spec',
    each: 'key',
    message: 'unknown field: it is one of an EC2NodeClass, and Auto Mode decides it itself',
    refuses: (key) => NOT_HERE.includes(String(key)),
    fix: 'leave it out',
  },
  ...SELECTORS.flatMap(selectorRules),
  ...RESERVATION_RULES,
  ...PLACEMENT_GROUP_RULES,
  ...INTERFACE_RULES,
  ...TAG_RULES,
];

/** Those that compare an object with what it was. */
export const AUTO_NODE_CLASS_TRANSITIONS: readonly TransitionRule[] = [
  {
    at: 'spec.role',
    message: 'immutable field changed',
    refuses: (role, before) => role !== before,
    fix: 'add a NodeClass of another name with the new role, and let NodePools name it',
  },
];
