/** Objects that API servers take, and changes of their specs that they refuse: the cluster tests apply the same. */

export const NODE_POOL = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'crd-rules' },
  spec: {
    disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '5m', budgets: [{ nodes: '10%' }] },
    template: {
      metadata: { labels: { 'example.com/tier': 'ci' } },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'ci' },
        requirements: [
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
          { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['3'] },
        ],
      },
    },
  },
};

export const NODE_CLASS = {
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: 'crd-rules' },
  spec: {
    amiSelectorTerms: [{ alias: 'al2023@v20260801' }],
    role: 'nodes',
    subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
    securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
  },
};

/** A change of a spec; null removes a field. */
export interface CrdCase {
  readonly kind: 'NodePool' | 'EC2NodeClass' | 'NodeClass';
  readonly spec: object;
}

export interface RefusedCase extends CrdCase {
  readonly message: string;
}

function pools(message: string, ...specs: readonly object[]): RefusedCase[] {
  return specs.map((spec) => ({ kind: 'NodePool', message, spec }));
}

function classes(message: string, ...specs: readonly object[]): RefusedCase[] {
  return specs.map((spec) => ({ kind: 'EC2NodeClass', message, spec }));
}

function required(...requirements: readonly object[]): object {
  return { template: { spec: { requirements } } };
}

function labelled(key: string): object {
  return { template: { metadata: { labels: { [key]: 'x' } } } };
}

/** The label as a template label, and as the key of a requirement. */
function named(...keys: readonly string[]): object[] {
  return keys.flatMap((key) => [labelled(key), required({ key, operator: 'Exists' })]);
}

function kubelet(settings: object): object {
  return { kubelet: settings };
}

function referring(field: string): object {
  return { template: { spec: { nodeClassRef: { [field]: '' } } } };
}

const PRIMARY = { networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' };
const EFA = { networkCardIndex: 1, interfaceType: 'efa-only' };
const SIGNALS =
  "['memory.available','nodefs.available','nodefs.inodesFree','imagefs.available','imagefs.inodesFree','pid.available']";
const EMPTY_TAG = "empty tag keys or values aren't supported";
const FAMILIES = ['AL2', 'AL2023', 'Bottlerocket', 'Windows2019', 'Windows2022', 'Windows2025'];

export const REFUSED: readonly RefusedCase[] = [
  ...pools(
    "only 'limits.nodes' is supported on static NodePools",
    { replicas: 2, limits: { cpu: '8' } },
    { replicas: 2, limits: { nodes: '3', cpu: '8' } },
  ),
  ...pools("'weight' is not supported on static NodePools", { replicas: 2, weight: 5 }),
  ...pools(
    "'schedule' must be set with 'duration'",
    { disruption: { budgets: [{ nodes: '0', schedule: '0 8 * * *' }] } },
    { disruption: { budgets: [{ nodes: '0', duration: '8h' }] } },
  ),
  ...pools(
    'label domain "karpenter.sh" is restricted',
    ...named('karpenter.sh/registered', 'a.karpenter.sh/x', 'fookarpenter.sh/x'),
  ),
  ...pools('label "karpenter.sh/nodepool" is restricted', ...named('karpenter.sh/nodepool')),
  ...pools('label "kubernetes.io/hostname" is restricted', ...named('kubernetes.io/hostname')),
  ...pools(
    'label domain "karpenter.k8s.aws" is restricted',
    ...named('karpenter.k8s.aws/instance-pods', 'karpenter.k8s.aws/x'),
  ),
  ...pools('group may not be empty', referring('group')),
  ...pools('kind may not be empty', referring('kind')),
  ...pools('name may not be empty', referring('name')),
  ...pools(
    "requirements with operator 'In' must have a value defined",
    required({ key: 'a', operator: 'In' }),
    required({ key: 'a', operator: 'In', values: [] }),
  ),
  ...pools(
    "requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value",
    required({ key: 'a', operator: 'Gt' }),
    required({ key: 'a', operator: 'Lt', values: ['1', '2'] }),
    required({ key: 'a', operator: 'Gte', values: ['-1'] }),
    required({ key: 'a', operator: 'Lte', values: ['many'] }),
    required({ key: 'a', operator: 'Gt', values: ['1.5'] }),
  ),
  ...pools(
    "requirements with 'minValues' must have at least that many values specified in the 'values' field",
    required({ key: 'a', operator: 'In', values: ['1'], minValues: 2 }),
  ),

  ...classes(
    "must specify exactly one of ['role', 'instanceProfile']",
    { role: null },
    { instanceProfile: 'nodes' },
  ),
  ...classes('role cannot be empty', { role: '' }),
  ...classes('instanceProfile cannot be empty', { role: null, instanceProfile: '' }),
  ...FAMILIES.flatMap((family) =>
    classes(
      `if set, amiFamily must be '${family}' or 'Custom' when using ${family.startsWith('A') ? 'an' : 'a'} ${family} alias`,
      {
        amiFamily: family === 'AL2' ? 'Bottlerocket' : 'AL2',
        amiSelectorTerms: [{ alias: `${family.toLowerCase()}@latest` }],
      },
    ),
  ),
  ...classes('must specify amiFamily if amiSelectorTerms does not contain an alias', {
    amiSelectorTerms: [{ id: 'ami-0123456789abcdef0' }],
  }),
  ...classes("expected at least one, got none, ['tags', 'id', 'name', 'alias', 'ssmParameter']", {
    amiFamily: 'AL2023',
    amiSelectorTerms: [{ owner: 'self' }],
  }),
  ...classes(
    "'id' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms",
    { amiFamily: 'AL2023', amiSelectorTerms: [{ id: 'ami-0123456789abcdef0', name: 'a' }] },
  ),
  ...classes(
    "'alias' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms",
    { amiSelectorTerms: [{ alias: 'al2023@latest', owner: 'self' }] },
  ),
  ...classes("'alias' is mutually exclusive, cannot be set with a combination of other amiSelectorTerms", {
    amiSelectorTerms: [{ alias: 'al2023@latest' }, { id: 'ami-0123456789abcdef0' }],
  }),
  ...classes("'alias' is improperly formatted, must match the format 'family@version'", {
    amiSelectorTerms: [{ alias: 'al2023' }],
  }),
  ...classes(
    "family is not supported, must be one of the following: 'al2', 'al2023', 'bottlerocket', 'windows2019', 'windows2022', 'windows2025'",
    { amiSelectorTerms: [{ alias: 'AL2023@latest' }] },
  ),
  ...classes("windows families may only specify version 'latest'", {
    amiSelectorTerms: [{ alias: 'windows2022@v1' }],
  }),
  ...classes(
    EMPTY_TAG,
    { amiFamily: 'AL2023', amiSelectorTerms: [{ tags: { a: '' } }] },
    { subnetSelectorTerms: [{ tags: { a: '' } }] },
    { securityGroupSelectorTerms: [{ tags: { '': 'a' } }] },
    { capacityReservationSelectorTerms: [{ tags: { a: '' } }] },
  ),
  ...classes("expected at least one, got none, ['tags', 'id', 'instanceMatchCriteria']", {
    capacityReservationSelectorTerms: [{ ownerID: '123456789012' }],
  }),
  ...classes(
    "'id' is mutually exclusive, cannot be set along with other fields in a capacity reservation selector term",
    { capacityReservationSelectorTerms: [{ id: 'cr-0123456789abcdef0', ownerID: '123456789012' }] },
    { capacityReservationSelectorTerms: [] },
  ),
  ...classes('securityGroupSelectorTerms cannot be empty', { securityGroupSelectorTerms: [] }),
  ...classes('subnetSelectorTerms cannot be empty', { subnetSelectorTerms: [] }),
  ...classes("expected at least one, got none, ['tags', 'id', 'name']", { securityGroupSelectorTerms: [{}] }),
  ...classes("expected at least one, got none, ['tags', 'id']", { subnetSelectorTerms: [{}] }),
  ...classes(
    "'id' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term",
    { securityGroupSelectorTerms: [{ id: 'sg-0123456789abcdef0', tags: { a: 'b' } }] },
  ),
  ...classes(
    "'name' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term",
    { securityGroupSelectorTerms: [{ name: 'a', tags: { a: 'b' } }] },
  ),
  ...classes(
    "'id' is mutually exclusive, cannot be set with a combination of other fields in a subnet selector term",
    { subnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0', tags: { a: 'b' } }] },
  ),
  ...classes('must have only one blockDeviceMappings with rootVolume', {
    blockDeviceMappings: ['/dev/xvda', '/dev/xvdb'].map((deviceName) => ({ deviceName, rootVolume: true })),
  }),
  ...classes('snapshotID or volumeSize must be defined', {
    blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeType: 'gp3' } }],
  }),
  ...classes('snapshotID must be set when volumeInitializationRate is set', {
    blockDeviceMappings: [
      { deviceName: '/dev/xvda', ebs: { volumeSize: '20Gi', volumeInitializationRate: 100 } },
    ],
  }),
  ...classes('at least one of tcpEstablishedTimeout, udpStreamTimeout, or udpTimeout must be set', {
    connectionTracking: {},
  }),
  ...classes("networkInterfaces must include a primary interface with interfaceType='interface'", {
    networkInterfaces: [{ ...EFA, deviceIndex: 1 }],
  }),
  ...classes(
    'networkInterfaces must not have duplicate networkCardIndex and deviceIndex pairs, and can have at most one efa device per network card',
    { networkInterfaces: [PRIMARY, PRIMARY] },
    { networkInterfaces: [PRIMARY, { ...EFA, deviceIndex: 1 }, { ...EFA, deviceIndex: 2 }] },
  ),
  ...classes("expected at least one, got none, ['name', 'id']", { placementGroupSelector: {} }),
  ...classes("'name' and 'id' are mutually exclusive", {
    placementGroupSelector: { name: 'a', id: 'pg-0123456789abcdef0' },
  }),
  ...classes("empty tag keys aren't supported", { tags: { '': 'a' } }),
  ...[
    'eks:eks-cluster-name',
    'karpenter.sh/nodepool',
    'karpenter.sh/nodeclaim',
    'karpenter.k8s.aws/ec2nodeclass',
  ].flatMap((tag) => classes(`tag contains a restricted tag matching ${tag}`, { tags: { [tag]: 'a' } })),
  ...classes('tag contains a restricted tag matching kubernetes.io/cluster/', {
    tags: { 'kubernetes.io/cluster/ci': 'owned' },
  }),
  ...classes(
    'imageGCHighThresholdPercent must be greater than imageGCLowThresholdPercent',
    kubelet({ imageGCHighThresholdPercent: 80, imageGCLowThresholdPercent: 80 }),
  ),
  ...classes(
    'evictionSoft OwnerKey does not have a matching evictionSoftGracePeriod',
    kubelet({ evictionSoft: { 'memory.available': '5%' } }),
    kubelet({
      evictionSoft: { 'memory.available': '5%', 'nodefs.available': '5%' },
      evictionSoftGracePeriod: { 'memory.available': '1m' },
    }),
  ),
  ...classes(
    'evictionSoftGracePeriod OwnerKey does not have a matching evictionSoft',
    kubelet({ evictionSoftGracePeriod: { 'memory.available': '1m' } }),
  ),
  ...['evictionHard', 'evictionSoft', 'evictionSoftGracePeriod'].flatMap((field) =>
    classes(`valid keys for ${field} are ${SIGNALS}`, kubelet({ [field]: { 'memory.free': '5m' } })),
  ),
  ...['kubeReserved', 'systemReserved'].flatMap((field) => [
    ...classes(
      `valid keys for ${field} are ['cpu','memory','ephemeral-storage','pid']`,
      kubelet({ [field]: { 'nvidia.com/gpu': '1' } }),
    ),
    ...classes(`${field} value cannot be a negative resource quantity`, kubelet({ [field]: { cpu: '-1' } })),
  ]),
];

/** What is near to what is refused, and taken. */
export const ALLOWED: readonly CrdCase[] = [
  { kind: 'NodePool', spec: { replicas: 2, limits: { nodes: '3' } } },
  { kind: 'NodePool', spec: { replicas: 2, limits: {} } },
  { kind: 'NodePool', spec: { weight: 5, limits: { cpu: '8', nodes: '3' } } },
  {
    kind: 'NodePool',
    spec: { disruption: { budgets: [{ nodes: '0', schedule: '0 8 * * *', duration: '8h' }] } },
  },
  { kind: 'NodePool', spec: labelled('karpenter.sh/capacity-type') },
  { kind: 'NodePool', spec: labelled('karpenter.k8s.aws/instance-cpu') },
  { kind: 'NodePool', spec: labelled('node-role.kubernetes.io/ci') },
  { kind: 'NodePool', spec: required() },
  { kind: 'NodePool', spec: required({ key: 'a', operator: 'NotIn' }) },
  { kind: 'NodePool', spec: required({ key: 'a', operator: 'Exists', minValues: 2 }) },
  { kind: 'NodePool', spec: required({ key: 'a', operator: 'Gte', values: ['0'] }) },
  { kind: 'NodePool', spec: required({ key: 'a', operator: 'In', values: ['1', '2'], minValues: 2 }) },
  { kind: 'EC2NodeClass', spec: { role: null, instanceProfile: 'nodes' } },
  { kind: 'EC2NodeClass', spec: { amiFamily: 'AL2023' } },
  { kind: 'EC2NodeClass', spec: { amiFamily: 'Custom' } },
  { kind: 'EC2NodeClass', spec: { amiFamily: 'AL2', amiSelectorTerms: [{ name: 'a', owner: 'self' }] } },
  { kind: 'EC2NodeClass', spec: { amiSelectorTerms: [{ alias: 'windows2022@latest' }] } },
  // The definition refuses these only if every term is so.
  {
    kind: 'EC2NodeClass',
    spec: {
      subnetSelectorTerms: [{ tags: { a: 'b' } }, { id: 'subnet-0123456789abcdef0', tags: { a: 'b' } }],
    },
  },
  { kind: 'EC2NodeClass', spec: { tags: { team: '' } } },
  { kind: 'EC2NodeClass', spec: { networkInterfaces: [PRIMARY, { ...EFA, deviceIndex: 1 }] } },
  { kind: 'EC2NodeClass', spec: { connectionTracking: { udpTimeout: 30 } } },
  { kind: 'EC2NodeClass', spec: { placementGroupSelector: { name: 'a' } } },
  {
    kind: 'EC2NodeClass',
    spec: {
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', rootVolume: true, ebs: { volumeSize: '20Gi' } },
        { deviceName: '/dev/xvdb', rootVolume: false, ebs: { volumeSize: '20Gi' } },
      ],
    },
  },
  {
    kind: 'EC2NodeClass',
    spec: kubelet({
      evictionSoft: { 'memory.available': '5%' },
      evictionSoftGracePeriod: { 'memory.available': '1m' },
      evictionHard: { 'memory.available': '3%' },
      kubeReserved: { cpu: '100m', pid: '100' },
      imageGCHighThresholdPercent: 85,
      imageGCLowThresholdPercent: 80,
    }),
  },
];

/** Specs one after the other. */
export const TRANSITIONS: readonly { before: object; spec: object; message: string }[] = [
  {
    before: {},
    spec: { replicas: 2 },
    message:
      'Cannot transition NodePool between static (replicas set) and dynamic (replicas unset) provisioning modes',
  },
  {
    before: { replicas: 2 },
    spec: {},
    message:
      'Cannot transition NodePool between static (replicas set) and dynamic (replicas unset) provisioning modes',
  },
  {
    before: {},
    spec: { template: { spec: { nodeClassRef: { group: 'eks.amazonaws.com' } } } },
    message: 'nodeClassRef.group is immutable',
  },
  {
    before: {},
    spec: { template: { spec: { nodeClassRef: { kind: 'NodeClass' } } } },
    message: 'nodeClassRef.kind is immutable',
  },
];
