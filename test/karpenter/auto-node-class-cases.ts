/** The NodeClass of EKS Auto Mode: an object that is taken, and changes of its spec that are refused, as in `crd-rule-cases.ts`. */
import type { BoundCase } from './crd-bound-cases';
import type { CrdCase, RefusedCase } from './crd-rule-cases';

export const AUTO_NODE_CLASS = {
  apiVersion: 'eks.amazonaws.com/v1',
  kind: 'NodeClass',
  metadata: { name: 'crd-rules' },
  spec: {
    role: 'nodes',
    subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
    securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
  },
};

function refused(message: string, ...specs: readonly object[]): RefusedCase[] {
  return specs.map((spec) => ({ kind: 'NodeClass', message, spec }));
}

/** Both kinds of pod terms, which stand together, with one of them as it is given. */
function podTerms(
  field: 'podSubnetSelectorTerms' | 'podSecurityGroupSelectorTerms',
  terms: readonly object[],
) {
  const usual = [{ tags: { pods: 'yes' } }];
  return { podSubnetSelectorTerms: usual, podSecurityGroupSelectorTerms: usual, [field]: terms };
}

const interfaces = (...networkInterfaces: readonly object[]) => ({
  advancedNetworking: { networkInterfaces },
});
const PRIMARY = { networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' };
const EFA = { networkCardIndex: 1, deviceIndex: 0, interfaceType: 'efa-only' };
const SECONDARY_PLACE =
  "secondaryIPv4Count and secondaryIPv4PrefixCount need networkCardIndex 0 and interfaceType 'interface'";
const EMPTY_TAG = "empty tag keys or values aren't supported";
const TAGS = [
  'karpenter.sh/provisioner-name',
  'karpenter.sh/nodepool',
  'karpenter.sh/nodeclaim',
  'karpenter.sh/managed-by',
  'eks.amazonaws.com/nodeclass',
];

/** Every rule of a selector; `spec` sets its terms. */
function selector(
  field: string,
  id: string,
  spec: (terms: readonly object[]) => object = (terms) => ({ [field]: terms }),
): RefusedCase[] {
  const by = field === 'securityGroupSelectorTerms' ? "'tags', 'id', 'name'" : "'tags', 'id'";
  return [
    ...refused(`${field} cannot be empty`, spec([])),
    ...refused(`expected at least one, got none, [${by}]`, spec([{}]), spec([{ id }, {}])),
    ...refused(
      `'id' is mutually exclusive, cannot be set with a combination of other fields in ${field}`,
      spec([{ id, tags: { a: 'b' } }]),
    ),
    ...refused(EMPTY_TAG, spec([{ tags: { '': 'b' } }]), spec([{ id }, { tags: { a: '' } }])),
  ];
}

export const AUTO_REFUSED: readonly RefusedCase[] = [
  ...refused("must specify at most one of ['role', 'instanceProfile']", { instanceProfile: 'eks-nodes' }),
  ...refused('role cannot be empty', { role: '' }),
  ...refused('instanceProfile cannot be empty', { role: null, instanceProfile: '' }),
  ...refused(
    'podSubnetSelectorTerms and podSecurityGroupSelectorTerms must be set together',
    { podSubnetSelectorTerms: [{ id: 'subnet-1' }] },
    { podSecurityGroupSelectorTerms: [{ id: 'sg-1' }] },
  ),
  ...selector('subnetSelectorTerms', 'subnet-1'),
  ...selector('securityGroupSelectorTerms', 'sg-1'),
  ...refused(
    "'name' is mutually exclusive, cannot be set with a combination of other fields in securityGroupSelectorTerms",
    { securityGroupSelectorTerms: [{ name: 'nodes', tags: { a: 'b' } }] },
    { securityGroupSelectorTerms: [{ name: 'nodes', id: 'sg-1' }] },
  ),
  ...selector('podSubnetSelectorTerms', 'subnet-1', (terms) => podTerms('podSubnetSelectorTerms', terms)),
  ...selector('podSecurityGroupSelectorTerms', 'sg-1', (terms) =>
    podTerms('podSecurityGroupSelectorTerms', terms),
  ),
  ...refused("empty tag keys aren't supported", { tags: { '': 'a' } }),
  ...refused(
    'tag contains a restricted tag matching kubernetes.io/cluster/',
    { tags: { 'kubernetes.io/cluster/ci': 'owned' } },
    { tags: { team: 'ci', 'kubernetes.io/cluster-name': 'ci' } },
  ),
  ...TAGS.flatMap((tag) =>
    refused(`tag contains a restricted tag matching ${tag}`, { tags: { team: 'ci', [tag]: '' } }),
  ),
  ...refused("expected at least one, got none, ['tags', 'id']", {
    capacityReservationSelectorTerms: [{ owner: '012345678901' }],
  }),
  ...refused(
    "'id' is mutually exclusive, cannot be set along with other fields in a capacity reservation selector term",
    { capacityReservationSelectorTerms: [{ id: 'cr-1', owner: '012345678901' }] },
    { capacityReservationSelectorTerms: [{ id: 'cr-1', tags: { a: 'b' } }] },
  ),
  ...refused(EMPTY_TAG, { capacityReservationSelectorTerms: [{ tags: { a: '' } }] }),
  ...refused("expected at least one, got none, ['name', 'id']", { placementGroupSelector: {} }),
  ...refused("'name' and 'id' are mutually exclusive", { placementGroupSelector: { name: 'a', id: 'pg-1' } }),
  ...refused(
    "networkInterfaces must include a primary interface with interfaceType='interface'",
    interfaces(EFA),
    interfaces({ ...PRIMARY, interfaceType: 'efa-only' }),
  ),
  ...refused(
    "only one of ['secondaryIPv4Count', 'secondaryIPv4PrefixCount'] can be set",
    interfaces({ ...PRIMARY, secondaryIPv4Count: 4, secondaryIPv4PrefixCount: 1 }),
  ),
  ...refused(
    SECONDARY_PLACE,
    interfaces(PRIMARY, { ...EFA, secondaryIPv4Count: 4 }),
    interfaces(PRIMARY, { ...EFA, networkCardIndex: 0, deviceIndex: 1, secondaryIPv4PrefixCount: 1 }),
    interfaces(PRIMARY, { ...EFA, interfaceType: 'interface', secondaryIPv4Count: 0 }),
  ),
];

const taken = (spec: object): CrdCase => ({ kind: 'NodeClass', spec });

/** What is taken, near what is refused. */
export const AUTO_ALLOWED: readonly CrdCase[] = [
  taken({ role: null, instanceProfile: 'eks-nodes' }),
  // As in examples of AWS.
  taken({ role: null }),
  taken({ subnetSelectorTerms: [{ id: 'subnet-1' }, { tags: { a: '*' } }] }),
  // As long as one term is well formed, the definition takes the others.
  taken({ subnetSelectorTerms: [{ id: 'subnet-1', tags: { a: 'b' } }, { id: 'subnet-2' }] }),
  taken({ securityGroupSelectorTerms: [{ name: 'nodes' }, { id: 'sg-1' }] }),
  taken(podTerms('podSubnetSelectorTerms', [{ id: 'subnet-1' }])),
  taken({ tags: { 'karpenter.sh/nodepools': 'a', 'kubernetes.io/role': 'a', team: '' } }),
  taken({ capacityReservationSelectorTerms: [{ id: 'cr-1' }, { tags: { a: 'b' }, owner: '012345678901' }] }),
  taken({ placementGroupSelector: { id: 'pg-1' } }),
  taken(interfaces({ ...PRIMARY, secondaryIPv4PrefixCount: 1 }, EFA)),
  taken({ networkPolicy: 'DefaultDeny', networkPolicyEventLogs: 'Enabled', snatPolicy: 'Disabled' }),
  taken({ advancedSecurity: { fips: true }, certificateBundles: [{ name: 'a', data: 'YQ==' }] }),
  taken({ ephemeralStorage: { size: '100Gi', iops: 4000, throughput: 250, kmsKeyID: 'alias/ci' } }),
];

const bound = (name: string, spec: object): BoundCase => ({ bound: name, kind: 'NodeClass', spec });
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number) => Object.fromEntries(times(count, (index) => [`t${index}`, 'a']));
const storage = (fields: object) => ({ ephemeralStorage: fields });
const network = (fields: object) => ({ advancedNetworking: fields });

/** At the bound: taken. */
export const AUTO_WITHIN: readonly BoundCase[] = [
  bound('maxLength of a role', { role: 'r'.repeat(64) }),
  bound('maxItems of subnets', {
    subnetSelectorTerms: times(30, (index) => ({ id: `subnet-${index}` })),
  }),
  bound('maxProperties of tags', { subnetSelectorTerms: [{ tags: entries(20) }] }),
  ...['1Gi', '59000Gi', '64000G', '58Ti', '64T'].map((size) => bound(`size ${size}`, storage({ size }))),
  bound('most of both', storage({ iops: 16_000, throughput: 1000 })),
  bound('least of both', storage({ iops: 3000, throughput: 125 })),
  bound('maxLength of a proxy', network({ httpsProxy: `http://${'p'.repeat(248)}` })),
  bound('maxItems of noProxy', network({ noProxy: times(50, (index) => `h${index}`) })),
  bound('maxLength of noProxy', network({ noProxy: ['h'.repeat(255)] })),
  bound('enum of prefixes', network({ ipv4PrefixSize: '32' })),
];

/** Beyond it: refused. */
export const AUTO_BEYOND: readonly BoundCase[] = [
  bound('maxLength of a role', { role: 'r'.repeat(65) }),
  bound('required subnets', { subnetSelectorTerms: null }),
  bound('required security groups', { securityGroupSelectorTerms: null }),
  bound('maxItems of subnets', {
    subnetSelectorTerms: times(31, (index) => ({ id: `subnet-${index}` })),
  }),
  bound('maxProperties of tags', { subnetSelectorTerms: [{ tags: entries(21) }] }),
  bound('pattern of a subnet', { subnetSelectorTerms: [{ id: 'vpc-1' }] }),
  bound('pattern of a security group', { securityGroupSelectorTerms: [{ id: 'nodes' }] }),
  bound('pattern of a reservation', { capacityReservationSelectorTerms: [{ id: 'r-1' }] }),
  bound('pattern of an owner', {
    capacityReservationSelectorTerms: [{ tags: { a: 'b' }, owner: 'platform' }],
  }),
  bound('pattern of a placement group', { placementGroupSelector: { id: 'group' } }),
  ...['0Gi', '59001Gi', '64001G', '59Ti', '65T', '80', '80GB', '1.5Ti'].map((size) =>
    bound(`size ${size}`, storage({ size })),
  ),
  bound('minimum of iops', storage({ iops: 2999 })),
  bound('maximum of iops', storage({ iops: 16_001 })),
  bound('minimum of throughput', storage({ throughput: 124 })),
  bound('maximum of throughput', storage({ throughput: 1001 })),
  bound('enum of SNAT', { snatPolicy: 'None' }),
  bound('enum of network policies', { networkPolicy: 'Strict' }),
  bound('enum of logs', { networkPolicyEventLogs: 'On' }),
  bound('enum of prefixes', network({ ipv4PrefixSize: '28' })),
  bound('maxLength of a proxy', network({ httpsProxy: `http://${'p'.repeat(249)}` })),
  bound('maxItems of noProxy', network({ noProxy: times(51, (index) => `h${index}`) })),
  bound('maxLength of noProxy', network({ noProxy: ['h'.repeat(256)] })),
  bound('a bundle without certificates', { certificateBundles: [{ name: 'a' }] }),
  bound('minLength of a placement group', { placementGroupSelector: { name: '' } }),
];

/** Specs one after the other. */
export const AUTO_TRANSITIONS: readonly { before: object; spec: object; message: string }[] = [
  { before: {}, spec: { role: 'others' }, message: 'immutable field changed' },
];
