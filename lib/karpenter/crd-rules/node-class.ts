import { fieldsOf, listOf, textOf } from '../../values/record';
import { KUBELET_RULES } from './kubelet';
import { type CrdRule, has } from './rule';

/** Families of an alias, and what `amiFamily` calls them. */
const FAMILIES: readonly (readonly [alias: string, family: string])[] = [
  ['al2', 'AL2'],
  ['al2023', 'AL2023'],
  ['bottlerocket', 'Bottlerocket'],
  ['windows2019', 'Windows2019'],
  ['windows2022', 'Windows2022'],
  ['windows2025', 'Windows2025'],
];
const FAMILY_NAMES = FAMILIES.map(([alias]) => alias);
const ALIAS = 'spec.amiSelectorTerms[].alias';

function aliasesOf(spec: unknown): readonly string[] {
  return listOf(fieldsOf(spec).amiSelectorTerms).flatMap((term) => textOf(fieldsOf(term).alias) ?? []);
}

const FAMILY_RULES: readonly CrdRule[] = FAMILIES.map(([alias, family]) => ({
  at: 'spec',
  message: `if set, amiFamily must be '${family}' or 'Custom' when using ${family.startsWith('A') ? 'an' : 'a'} ${family} alias`,
  refuses: (spec) =>
    has(spec, 'amiFamily') &&
    aliasesOf(spec).some((one) => one.split('@')[0] === alias) &&
    !['Custom', family].includes(String(fieldsOf(spec).amiFamily)),
  fix: `remove amiFamily, or write ${family}`,
}));

const AMI_RULES: readonly CrdRule[] = [
  {
    at: 'spec.amiSelectorTerms',
    each: 'item',
    message: "expected at least one, got none, ['tags', 'id', 'name', 'alias', 'ssmParameter']",
    refuses: (term) => !has(term, 'tags', 'id', 'name', 'alias', 'ssmParameter'),
    fix: 'name an alias, tags or an id',
  },
  {
    at: 'spec.amiSelectorTerms',
    each: 'item',
    message:
      "'id' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms",
    refuses: (term) => has(term, 'id') && has(term, 'alias', 'tags', 'name', 'owner'),
    fix: 'leave the id alone in its term',
  },
  {
    at: 'spec.amiSelectorTerms',
    each: 'item',
    message:
      "'alias' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms",
    refuses: (term) => has(term, 'alias') && has(term, 'id', 'tags', 'name', 'owner'),
    fix: 'leave the alias alone in its term',
  },
  {
    at: 'spec.amiSelectorTerms',
    message: "'alias' is mutually exclusive, cannot be set with a combination of other amiSelectorTerms",
    refuses: (terms) => listOf(terms).length !== 1 && listOf(terms).some((term) => has(term, 'alias')),
    fix: 'leave one term: the alias, or the others',
  },
  {
    at: ALIAS,
    message: "'alias' is improperly formatted, must match the format 'family@version'",
    refuses: (alias) => !/^[a-zA-Z0-9]+@.+$/.test(String(alias)),
    fix: 'write family and version, for example al2023@v20260801',
  },
  {
    at: ALIAS,
    message: `family is not supported, must be one of the following: ${FAMILY_NAMES.map((one) => `'${one}'`).join(', ')}`,
    refuses: (alias) => !FAMILY_NAMES.includes(String(alias).split('@')[0]),
    fix: 'write one of them',
  },
  {
    at: ALIAS,
    message: "windows families may only specify version 'latest'",
    refuses: (alias) => {
      const [family, version] = String(alias).split('@');
      return FAMILY_NAMES.includes(family) && family.startsWith('windows') && version !== 'latest';
    },
    fix: 'write latest, or select the image by id',
  },
];

/** Tags of a selector: `tags` below whatever has it. */
const SELECTED_TAGS: readonly CrdRule[] = [
  'amiSelectorTerms',
  'capacityReservationSelectorTerms',
  'securityGroupSelectorTerms',
  'subnetSelectorTerms',
].map((field) => ({
  at: `spec.${field}[].tags`,
  each: 'key',
  message: "empty tag keys or values aren't supported",
  refuses: (key, value) => key === '' || value === '',
  fix: 'write key and value; "*" is every value',
}));

const SELECTOR_RULES: readonly CrdRule[] = [
  {
    at: 'spec.capacityReservationSelectorTerms',
    each: 'item',
    message: "expected at least one, got none, ['tags', 'id', 'instanceMatchCriteria']",
    refuses: (term) => !has(term, 'tags', 'id', 'instanceMatchCriteria'),
    fix: 'name tags or an id',
  },
  {
    at: 'spec.capacityReservationSelectorTerms',
    message:
      "'id' is mutually exclusive, cannot be set along with other fields in a capacity reservation selector term",
    refuses: (terms) =>
      listOf(terms).every((term) => has(term, 'id') && has(term, 'tags', 'ownerID', 'instanceMatchCriteria')),
    fix: 'leave the id alone in its term',
  },
  ...['securityGroup', 'subnet'].map((what) => ({
    at: `spec.${what}SelectorTerms`,
    message: `${what}SelectorTerms cannot be empty`,
    refuses: (terms: unknown) => listOf(terms).length === 0,
    fix: 'name tags or an id',
  })),
  {
    at: 'spec.securityGroupSelectorTerms',
    each: 'item',
    message: "expected at least one, got none, ['tags', 'id', 'name']",
    refuses: (term) => !has(term, 'tags', 'id', 'name'),
    fix: 'name tags, an id or a name',
  },
  // These hold as soon as one term is well formed: so the definition has it.
  {
    at: 'spec.securityGroupSelectorTerms',
    message:
      "'id' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term",
    refuses: (terms) =>
      listOf(terms).length > 0 && listOf(terms).every((term) => has(term, 'id') && has(term, 'tags', 'name')),
    fix: 'leave the id alone in its term',
  },
  {
    at: 'spec.securityGroupSelectorTerms',
    message:
      "'name' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term",
    refuses: (terms) =>
      listOf(terms).length > 0 && listOf(terms).every((term) => has(term, 'name') && has(term, 'tags', 'id')),
    fix: 'leave the name alone in its term',
  },
  {
    at: 'spec.subnetSelectorTerms',
    each: 'item',
    message: "expected at least one, got none, ['tags', 'id']",
    refuses: (term) => !has(term, 'tags', 'id'),
    fix: 'name tags or an id',
  },
  {
    at: 'spec.subnetSelectorTerms',
    message:
      "'id' is mutually exclusive, cannot be set with a combination of other fields in a subnet selector term",
    refuses: (terms) =>
      listOf(terms).length > 0 && listOf(terms).every((term) => has(term, 'id') && has(term, 'tags')),
    fix: 'leave the id alone in its term',
  },
];

/** The same for every kind of node class. */
export const EMPTY_IDENTITY_RULES: readonly CrdRule[] = ['role', 'instanceProfile'].map((field) => ({
  at: `spec.${field}`,
  message: `${field} cannot be empty`,
  refuses: (value) => value === '',
  fix: 'name it',
}));

const IDENTITY_RULES: readonly CrdRule[] = [
  {
    at: 'spec',
    message: "must specify exactly one of ['role', 'instanceProfile']",
    refuses: (spec) => has(spec, 'role') === has(spec, 'instanceProfile'),
    fix: 'write one of them',
  },
  ...EMPTY_IDENTITY_RULES,
];

const VOLUME_RULES: readonly CrdRule[] = [
  {
    at: 'spec.blockDeviceMappings',
    message: 'must have only one blockDeviceMappings with rootVolume',
    refuses: (mappings) => listOf(mappings).filter((one) => fieldsOf(one).rootVolume === true).length > 1,
    fix: 'mark one of them',
  },
  {
    at: 'spec.blockDeviceMappings[].ebs',
    message: 'snapshotID or volumeSize must be defined',
    refuses: (ebs) => !has(ebs, 'snapshotID', 'volumeSize'),
    fix: 'write volumeSize',
  },
  {
    at: 'spec.blockDeviceMappings[].ebs',
    message: 'snapshotID must be set when volumeInitializationRate is set',
    refuses: (ebs) => has(ebs, 'volumeInitializationRate') && !textOf(fieldsOf(ebs).snapshotID),
    fix: 'remove volumeInitializationRate, or name a snapshot',
  },
];

/** The same for every kind of node class. */
export const PRIMARY_INTERFACE: CrdRule = {
  at: 'spec.networkInterfaces',
  message: "networkInterfaces must include a primary interface with interfaceType='interface'",
  refuses: (value) => listOf(value).length > 0 && !listOf(value).some(isPrimary),
  fix: 'add an interface with networkCardIndex 0 and deviceIndex 0',
};

/** The same for every kind of node class. */
export const PLACEMENT_GROUP_RULES: readonly CrdRule[] = [
  {
    at: 'spec.placementGroupSelector',
    message: "expected at least one, got none, ['name', 'id']",
    refuses: (value) => !has(value, 'name', 'id'),
    fix: 'name it, or remove placementGroupSelector',
  },
  {
    at: 'spec.placementGroupSelector',
    message: "'name' and 'id' are mutually exclusive",
    refuses: (value) => has(value, 'name') && has(value, 'id'),
    fix: 'remove one of them',
  },
];

const NETWORK_RULES: readonly CrdRule[] = [
  {
    at: 'spec.connectionTracking',
    message: 'at least one of tcpEstablishedTimeout, udpStreamTimeout, or udpTimeout must be set',
    refuses: (value) => !has(value, 'tcpEstablishedTimeout', 'udpStreamTimeout', 'udpTimeout'),
    fix: 'set one, or remove connectionTracking',
  },
  PRIMARY_INTERFACE,
  {
    at: 'spec.networkInterfaces',
    each: 'item',
    message:
      'networkInterfaces must not have duplicate networkCardIndex and deviceIndex pairs, and can have at most one efa device per network card',
    refuses: isDoubled,
    fix: 'remove one of them',
  },
  ...PLACEMENT_GROUP_RULES,
];

function isPrimary(one: unknown): boolean {
  const { deviceIndex, networkCardIndex, interfaceType } = fieldsOf(one);
  return deviceIndex === 0 && networkCardIndex === 0 && interfaceType === 'interface';
}

function isDoubled(one: unknown, all: unknown): boolean {
  const { deviceIndex, networkCardIndex, interfaceType } = fieldsOf(one);
  const onCard = listOf(all)
    .map(fieldsOf)
    .filter((other) => other.networkCardIndex === networkCardIndex);
  const efaOnly = onCard.filter((other) => other.interfaceType === 'efa-only');
  return (
    onCard.filter((other) => other.deviceIndex === deviceIndex).length !== 1 ||
    (interfaceType === 'efa-only' && efaOnly.length !== 1)
  );
}

/** Tags that Karpenter and EKS set themselves. */
const RESTRICTED_TAGS = [
  'eks:eks-cluster-name',
  'kubernetes.io/cluster/',
  'karpenter.sh/nodepool',
  'karpenter.sh/nodeclaim',
  'karpenter.k8s.aws/ec2nodeclass',
];

const TAG_RULES: readonly CrdRule[] = [
  {
    at: 'spec.tags',
    each: 'key',
    message: "empty tag keys aren't supported",
    refuses: (key) => key === '',
    fix: 'name the tag',
  },
  ...RESTRICTED_TAGS.map(
    (tag): CrdRule => ({
      at: 'spec.tags',
      each: 'key',
      message: `tag contains a restricted tag matching ${tag}`,
      refuses: (key) =>
        tag.endsWith('/') ? String(key).startsWith('kubernetes.io/cluster') : String(key) === tag,
      fix: 'remove it',
    }),
  ),
];

/** The rules of the EC2NodeClass's definition; none of them compares with what an object was. */
export const NODE_CLASS_RULES: readonly CrdRule[] = [
  ...IDENTITY_RULES,
  ...FAMILY_RULES,
  {
    at: 'spec',
    message: 'must specify amiFamily if amiSelectorTerms does not contain an alias',
    refuses: (spec) => aliasesOf(spec).length === 0 && !has(spec, 'amiFamily'),
    fix: 'add amiFamily, for example AL2023',
  },
  ...AMI_RULES,
  ...SELECTED_TAGS,
  ...SELECTOR_RULES,
  ...VOLUME_RULES,
  ...NETWORK_RULES,
  ...TAG_RULES,
  ...KUBELET_RULES,
];
