import type { KubeObject } from '../../tools/engines/kube-client';

/** One pod before one pool (or two): whether a node is made for it, and of which pool, is asked of the engine and of the proof. */
export interface PlacementCase {
  readonly name: string;
  /** Requirements of the pool beside Linux on amd64. */
  readonly requirements?: readonly KubeObject[];
  /** Other fields of the pool's `spec`, and of its template. */
  readonly spec?: KubeObject;
  readonly template?: KubeObject;
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Terms of required node affinity. */
  readonly terms?: readonly (readonly KubeObject[])[];
  readonly requests?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly KubeObject[];
  /** Fields of the EC2NodeClass, where it is not the common one. */
  readonly nodeClass?: KubeObject;
  /** A second pool for the same pod, of these fields. */
  readonly rival?: { readonly requirements?: readonly KubeObject[]; readonly spec?: KubeObject };
}

const requirement = (operator: string, key: string, ...values: readonly string[]) =>
  values.length > 0 ? { key, operator, values } : { key, operator };
const is = (key: string, ...values: readonly string[]) => requirement('In', key, ...values);
const not = (key: string, ...values: readonly string[]) => requirement('NotIn', key, ...values);
const exists = (key: string) => requirement('Exists', key);
const missing = (key: string) => requirement('DoesNotExist', key);
const above = (key: string, value: string) => requirement('Gt', key, value);
const below = (key: string, value: string) => requirement('Lt', key, value);
const atLeast = (key: string, value: string) => requirement('Gte', key, value);
const atMost = (key: string, value: string) => requirement('Lte', key, value);

const AWS = 'karpenter.k8s.aws';
const CPU = `${AWS}/instance-cpu`;
const FAMILY = `${AWS}/instance-family`;
const CATEGORY = `${AWS}/instance-category`;
const GENERATION = `${AWS}/instance-generation`;
const MEMORY = `${AWS}/instance-memory`;
const NVME = `${AWS}/instance-local-nvme`;
const GPUS = `${AWS}/instance-gpu-count`;
const HYPERVISOR = `${AWS}/instance-hypervisor`;
const SIZE = `${AWS}/instance-size`;
const TYPE = 'node.kubernetes.io/instance-type';
const ZONE = 'topology.kubernetes.io/zone';
const CAPACITY = 'karpenter.sh/capacity-type';
const ARCH = 'kubernetes.io/arch';
const TEAM = 'example.com/team';

/** A pool of one type, so that sizes are at their edge. */
const LARGE = [is(TYPE, 'c6a.large')];
/** 474 GB of NVMe disks. */
const WITH_NVME = [is(TYPE, 'c6id.2xlarge')];
const RAID0: KubeObject = { instanceStorePolicy: 'RAID0' };
/** The reservation of tools/engines/cloud.py. */
const RESERVED: KubeObject = { capacityReservationSelectorTerms: [{ tags: { 'reserved-for': 'ci' } }] };
const nodes = (fields: KubeObject): KubeObject => ({ kubelet: fields });

export const CASES: readonly PlacementCase[] = [
  { name: 'a pod that asks for nothing' },
  { name: 'the architecture of the pool', nodeSelector: { [ARCH]: 'amd64' } },
  { name: 'another architecture', nodeSelector: { [ARCH]: 'arm64' } },
  {
    name: 'a category among several',
    requirements: [is(CATEGORY, 'c', 'm')],
    nodeSelector: { [CATEGORY]: 'm' },
  },
  {
    name: 'a category that is not among them',
    requirements: [is(CATEGORY, 'c', 'm')],
    nodeSelector: { [CATEGORY]: 'r' },
  },
  {
    name: 'a family that a pool excludes',
    requirements: [not(FAMILY, 'c6a')],
    nodeSelector: { [FAMILY]: 'c6a' },
  },
  {
    name: 'a family that a pool does not exclude',
    requirements: [not(FAMILY, 'c6a')],
    nodeSelector: { [FAMILY]: 'c6i' },
  },
  {
    name: 'everything excluded that is allowed',
    requirements: [is(FAMILY, 'c6a')],
    terms: [[not(FAMILY, 'c6a')]],
  },
  { name: 'a part of it excluded', requirements: [is(FAMILY, 'c6a', 'c6i')], terms: [[not(FAMILY, 'c6a')]] },
  {
    name: 'more CPUs than a bound',
    requirements: [above(CPU, '3'), below(CPU, '9')],
    terms: [[above(CPU, '7')]],
  },
  { name: 'no whole number between bounds', requirements: [below(CPU, '9')], terms: [[above(CPU, '8')]] },
  { name: 'bounds that meet in one number', requirements: [below(CPU, '9')], terms: [[above(CPU, '7')]] },
  { name: 'bounds between which no type lies', requirements: [above(CPU, '8'), below(CPU, '12')] },
  { name: 'inclusive bounds', requirements: [atLeast(CPU, '8'), atMost(CPU, '8')] },
  {
    name: 'a bound and a value within',
    requirements: [above(GENERATION, '5')],
    nodeSelector: { [GENERATION]: '6' },
  },
  {
    name: 'a bound and a value outside',
    requirements: [above(GENERATION, '5')],
    nodeSelector: { [GENERATION]: '5' },
  },
  { name: 'a bound on memory', requirements: [above(MEMORY, '200000'), is(CATEGORY, 'm')] },
  { name: 'a bound that nothing reaches', requirements: [above(MEMORY, '99999999')] },
  {
    name: 'a disk of its own where some have one',
    requirements: [is(CATEGORY, 'c')],
    terms: [[exists(NVME)]],
  },
  {
    name: 'a disk of its own where none has one',
    requirements: [is(FAMILY, 'c6a')],
    terms: [[exists(NVME)]],
  },
  {
    name: 'no disk of its own where some have none',
    requirements: [is(CATEGORY, 'c')],
    terms: [[missing(NVME)]],
  },
  {
    name: 'no disk of its own where all have one',
    requirements: [is(FAMILY, 'c6id')],
    terms: [[missing(NVME)]],
  },
  { name: 'no GPU, by excluding a count', requirements: [is(CATEGORY, 'c')], terms: [[not(GPUS, '1')]] },
  { name: 'a GPU in a pool without', requirements: [is(CATEGORY, 'c')], terms: [[above(GPUS, '0')]] },
  { name: 'a GPU in a pool with', requirements: [is(FAMILY, 'g6')], terms: [[above(GPUS, '0')]] },
  {
    name: 'nitro, which metal is not',
    requirements: [is(HYPERVISOR, 'nitro')],
    nodeSelector: { [SIZE]: 'metal' },
  },
  { name: 'a label that the pool has', labels: { [TEAM]: 'web' }, nodeSelector: { [TEAM]: 'web' } },
  { name: 'another value of it', labels: { [TEAM]: 'web' }, nodeSelector: { [TEAM]: 'ops' } },
  { name: 'a label that the pool lacks', nodeSelector: { [TEAM]: 'web' } },
  { name: 'the absence of a label that the pool lacks', terms: [[missing(TEAM)]] },
  { name: 'the absence of a label that it has', labels: { [TEAM]: 'web' }, terms: [[missing(TEAM)]] },
  { name: 'another value than a label that it lacks', terms: [[not(TEAM, 'web')]] },
  { name: 'the presence of a label that it lacks', terms: [[exists(TEAM)]] },
  {
    name: 'a label that the pool leaves open',
    requirements: [exists(TEAM)],
    nodeSelector: { [TEAM]: 'web' },
  },
  { name: 'a label out of several', requirements: [is(TEAM, 'web', 'ops')], nodeSelector: { [TEAM]: 'ops' } },
  { name: 'a label that it forbids', requirements: [not(TEAM, 'web')], nodeSelector: { [TEAM]: 'web' } },
  { name: 'an alternative that holds', terms: [[is(ARCH, 'arm64')], [is(ARCH, 'amd64')]] },
  { name: 'alternatives of which none holds', terms: [[is(ARCH, 'arm64')], [is(FAMILY, 'nothing')]] },
  {
    name: 'two expressions of one term',
    requirements: [is(CATEGORY, 'c', 'm')],
    terms: [[is(CATEGORY, 'c'), above(CPU, '15')]],
  },
  { name: 'two expressions that contradict', terms: [[is(CATEGORY, 'c'), is(FAMILY, 'm6a')]] },
  {
    name: 'Spot in a pool of both',
    requirements: [is(CAPACITY, 'spot', 'on-demand')],
    nodeSelector: { [CAPACITY]: 'spot' },
  },
  {
    name: 'Spot in a pool of on-demand nodes',
    requirements: [is(CAPACITY, 'on-demand')],
    nodeSelector: { [CAPACITY]: 'spot' },
  },
  {
    name: 'a zone',
    requirements: [is(ZONE, 'us-east-1a', 'us-east-1b')],
    nodeSelector: { [ZONE]: 'us-east-1b' },
  },
  {
    name: 'a zone that the pool leaves out',
    requirements: [is(ZONE, 'us-east-1a')],
    nodeSelector: { [ZONE]: 'us-east-1b' },
  },
  { name: 'a size by name', requirements: [is(CATEGORY, 'c')], nodeSelector: { [SIZE]: '2xlarge' } },
  { name: 'a type by name', nodeSelector: { [TYPE]: 'm6a.xlarge' } },
  {
    name: 'a type of another pool',
    requirements: [is(CATEGORY, 'c')],
    nodeSelector: { [TYPE]: 'm6a.xlarge' },
  },
  { name: 'a type that is none', nodeSelector: { [TYPE]: 'm99.large' } },
  { name: 'CPU that fits exactly', requirements: LARGE, requests: { cpu: '1930m' } },
  { name: 'CPU that is a thousandth too much', requirements: LARGE, requests: { cpu: '1931m' } },
  { name: 'memory that fits', requirements: LARGE, requests: { memory: '3000Mi' } },
  { name: 'memory that does not', requirements: LARGE, requests: { memory: '3200Mi' } },
  {
    name: 'disk that the default volume holds',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '16Gi' },
  },
  { name: 'disk that it does not', requirements: LARGE, requests: { 'ephemeral-storage': '18Gi' } },
  {
    name: 'disk that a larger volume holds',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '80Gi' },
    nodeClass: {
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '100Gi', volumeType: 'gp3' } }],
    },
  },
  {
    name: 'disk beyond a larger volume',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '95Gi' },
    nodeClass: {
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '100Gi', volumeType: 'gp3' } }],
    },
  },
  {
    name: 'memory beside a larger reserve',
    requirements: LARGE,
    requests: { memory: '2800Mi' },
    nodeClass: nodes({ kubeReserved: { memory: '1Gi' } }),
  },
  { name: 'a node of no pod but its own', requirements: LARGE, nodeClass: nodes({ maxPods: 1 }) },
  {
    name: 'disk that joined NVMe disks hold',
    requirements: WITH_NVME,
    requests: { 'ephemeral-storage': '390Gi' },
    nodeClass: RAID0,
  },
  {
    name: 'disk beyond joined NVMe disks',
    requirements: WITH_NVME,
    requests: { 'ephemeral-storage': '400Gi' },
    nodeClass: RAID0,
  },
  {
    name: 'disk that NVMe disks would hold if they were joined',
    requirements: WITH_NVME,
    requests: { 'ephemeral-storage': '390Gi' },
  },
  {
    name: 'disk of the volume where no NVMe disks are to be joined',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '16Gi' },
    nodeClass: RAID0,
  },
  {
    name: 'disk beyond that volume',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '18Gi' },
    nodeClass: RAID0,
  },
  {
    name: 'CPU besides what the system keeps',
    requirements: LARGE,
    requests: { cpu: '1830m' },
    nodeClass: nodes({ systemReserved: { cpu: '100m' } }),
  },
  {
    name: 'a thousandth more',
    requirements: LARGE,
    requests: { cpu: '1831m' },
    nodeClass: nodes({ systemReserved: { cpu: '100m' } }),
  },
  {
    name: 'memory besides a share that evicts',
    requirements: LARGE,
    requests: { memory: '2300Mi' },
    nodeClass: nodes({ evictionHard: { 'memory.available': '20%' } }),
  },
  {
    name: 'memory that such a share takes',
    requirements: LARGE,
    requests: { memory: '2600Mi' },
    nodeClass: nodes({ evictionHard: { 'memory.available': '20%' } }),
  },
  {
    name: 'disk besides an amount that evicts',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '8Gi' },
    nodeClass: nodes({ evictionHard: { 'nodefs.available': '10Gi' } }),
  },
  {
    name: 'disk that such an amount takes',
    requirements: LARGE,
    requests: { 'ephemeral-storage': '10Gi' },
    nodeClass: nodes({ evictionHard: { 'nodefs.available': '10Gi' } }),
  },
  {
    name: 'reserved capacity that a class finds',
    requirements: [is(CAPACITY, 'reserved', 'on-demand')],
    nodeSelector: { [CAPACITY]: 'reserved' },
    nodeClass: RESERVED,
  },
  {
    name: 'reserved capacity in a pool without',
    requirements: [is(CAPACITY, 'on-demand')],
    nodeSelector: { [CAPACITY]: 'reserved' },
    nodeClass: RESERVED,
  },
  {
    name: 'reserved capacity where the class looks for none',
    requirements: [is(CAPACITY, 'reserved', 'on-demand')],
    nodeSelector: { [CAPACITY]: 'reserved' },
  },
  {
    name: 'as many families as a requirement asks for',
    requirements: [{ ...exists(FAMILY), minValues: 3 }],
  },
  {
    name: 'fewer families than that for a pod of one type',
    requirements: [{ ...exists(FAMILY), minValues: 3 }],
    nodeSelector: { [TYPE]: 'c6a.large' },
  },
  { name: 'a GPU as a resource', requirements: [is(FAMILY, 'g6')], requests: { 'nvidia.com/gpu': '1' } },
  {
    name: 'a GPU as a resource where there is none',
    requirements: [is(CATEGORY, 'c')],
    requests: { 'nvidia.com/gpu': '1' },
  },
  {
    name: 'more GPUs than a type has',
    requirements: [is(TYPE, 'g6.xlarge')],
    requests: { 'nvidia.com/gpu': '2' },
  },
  { name: 'a resource that nobody has', requests: { 'example.com/dongle': '1' } },
  {
    name: 'the largest pod of the largest type',
    requirements: [is(FAMILY, 'm6a'), is(HYPERVISOR, 'nitro')],
    requests: { cpu: '190' },
  },
  {
    name: 'a pod larger than every type',
    requirements: [is(FAMILY, 'm6a'), is(HYPERVISOR, 'nitro')],
    requests: { cpu: '200' },
  },
  {
    name: 'a second taint that is tolerated',
    template: { taints: [{ key: 'extra', effect: 'NoSchedule' }] },
    tolerations: [{ key: 'extra', operator: 'Exists' }],
  },
  { name: 'a second taint that is not', template: { taints: [{ key: 'extra', effect: 'NoSchedule' }] } },
  {
    name: 'a taint of another effect than tolerated',
    template: { taints: [{ key: 'extra', effect: 'NoExecute' }] },
    tolerations: [{ key: 'extra', operator: 'Exists', effect: 'NoSchedule' }],
  },
  {
    name: 'a taint of another value than tolerated',
    template: { taints: [{ key: 'extra', value: 'a', effect: 'NoSchedule' }] },
    tolerations: [{ key: 'extra', operator: 'Equal', value: 'b' }],
  },
  { name: 'a taint that only prefers', template: { taints: [{ key: 'extra', effect: 'PreferNoSchedule' }] } },
  {
    name: 'a startup taint, which goes by itself',
    template: { startupTaints: [{ key: 'boot', effect: 'NoSchedule' }] },
  },
  { name: 'a pool that may start nothing', spec: { limits: { cpu: '0' } } },
  { name: 'a limit below the smallest node that fits', requirements: LARGE, spec: { limits: { cpu: '1' } } },
  { name: 'a limit of just that node', requirements: LARGE, spec: { limits: { cpu: '2' } } },
  {
    name: 'a limit of memory below the smallest node',
    requirements: LARGE,
    spec: { limits: { memory: '1Gi' } },
  },
  {
    name: 'a limit that the CPUs of no larger node keep',
    spec: { limits: { cpu: '5' } },
    requests: { cpu: '4100m' },
  },
  {
    name: 'a limit that a node for the pod keeps',
    spec: { limits: { cpu: '8' } },
    requests: { cpu: '4100m' },
  },
  { name: 'a limit of nodes', spec: { limits: { nodes: '1' } } },
  {
    name: 'the heavier of two, whose limits start no node that holds it',
    spec: { weight: 50, limits: { cpu: '2' } },
    requests: { cpu: '3' },
    rival: { spec: { weight: 10 } },
  },
  { name: 'the heavier of two pools', spec: { weight: 50 }, rival: { spec: { weight: 10 } } },
  {
    name: 'the heavier of two that cannot hold it',
    requirements: LARGE,
    spec: { weight: 50 },
    requests: { cpu: '4' },
    rival: { spec: { weight: 10 } },
  },
  { name: 'a heavier rival', spec: { weight: 10 }, rival: { spec: { weight: 50 } } },
];
