import type { KubeObject } from '../../tools/engines/kube-client';

/** One pod before one pool of EKS Auto Mode: of which types a node is made for it, is asked of Karpenter and of the proof. */
export interface AutoModeCase {
  readonly name: string;
  /** Requirements of the pool. */
  readonly requirements: readonly KubeObject[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  /** `ephemeralStorage.size` of the NodeClass. */
  readonly storage?: string;
}

const AWS = 'eks.amazonaws.com';
const is = (key: string, ...values: readonly string[]) => ({ key, operator: 'In', values });
const bound = (key: string, operator: string, value: string) => ({ key, operator, values: [value] });
const CATEGORY = `${AWS}/instance-category`;
const FAMILY = `${AWS}/instance-family`;
const SIZE = `${AWS}/instance-size`;
const CPU = `${AWS}/instance-cpu`;
const GENERATION = `${AWS}/instance-generation`;
const GPU = `${AWS}/instance-gpu-name`;
const NVME = `${AWS}/instance-local-nvme`;
const TYPE = 'node.kubernetes.io/instance-type';
const ZONE = 'topology.kubernetes.io/zone';
const CAPACITY = 'karpenter.sh/capacity-type';
const ARCH = 'kubernetes.io/arch';
const COMPUTE = `${AWS}/compute-type`;
const SPOT = is(CAPACITY, 'spot');
const GENERAL = is(CATEGORY, 'c', 'm');

export const AUTO_MODE_CASES: readonly AutoModeCase[] = [
  { name: 'a small job in a general pool', requirements: [GENERAL, is(ARCH, 'amd64'), SPOT] },
  { name: 'arm64', requirements: [GENERAL, is(ARCH, 'arm64')], nodeSelector: { [ARCH]: 'arm64' } },
  { name: 'a zone and a capacity', requirements: [is(FAMILY, 'c6i'), SPOT, is(ZONE, 'us-east-1b')] },
  {
    name: 'the compute type of Auto Mode',
    requirements: [GENERAL, is(ARCH, 'amd64')],
    nodeSelector: { [COMPUTE]: 'auto' },
  },
  {
    name: 'another compute type',
    requirements: [GENERAL, is(ARCH, 'amd64')],
    nodeSelector: { [COMPUTE]: 'hybrid' },
  },
  {
    name: 'a category that the pool excludes',
    requirements: [GENERAL, is(ARCH, 'amd64')],
    nodeSelector: { [CATEGORY]: 'r' },
  },
  {
    name: 'a label of Karpenter itself, which no node of Auto Mode has',
    requirements: [GENERAL, is(ARCH, 'amd64')],
    nodeSelector: { 'karpenter.k8s.aws/ec2nodeclass': 'none' },
  },
  {
    name: 'a bound of CPUs and of generations',
    requirements: [GENERAL, is(ARCH, 'amd64'), bound(CPU, 'Lte', '8'), bound(GENERATION, 'Gt', '5')],
    requests: { cpu: '6', memory: '10Gi' },
  },
  {
    name: 'more than the largest type within a bound',
    requirements: [GENERAL, is(ARCH, 'amd64'), bound(CPU, 'Lte', '8')],
    requests: { cpu: '8' },
  },
  {
    name: 'burstable types, of which the small ones are not started',
    requirements: [is(FAMILY, 't3'), is(CAPACITY, 'on-demand')],
    requests: { cpu: '500m', memory: '1Gi' },
  },
  {
    name: 'a size that is not started',
    requirements: [is(FAMILY, 't3', 't3a'), is(SIZE, 'small', 'micro', 'nano')],
  },
  { name: 'a family that is not started', requirements: [is(FAMILY, 'vt1')] },
  { name: 'a family before the oldest', requirements: [is(FAMILY, 'm3', 'c3')] },
  {
    name: 'a GPU by its name',
    requirements: [is(CATEGORY, 'g'), is(GPU, 't4'), is(ARCH, 'amd64')],
    limits: { 'nvidia.com/gpu': '1' },
    requests: { cpu: '2', memory: '8Gi', 'nvidia.com/gpu': '1' },
  },
  {
    name: 'local NVMe above the size of the volume',
    requirements: [GENERAL, bound(NVME, 'Gt', '400'), is(ARCH, 'amd64')],
    requests: { cpu: '2', 'ephemeral-storage': '200Gi' },
  },
  {
    name: 'ephemeral storage within the default volume',
    requirements: [is(FAMILY, 'c6i')],
    requests: { 'ephemeral-storage': '60Gi' },
  },
  {
    name: 'ephemeral storage beyond the default volume',
    requirements: [is(FAMILY, 'c6i')],
    requests: { 'ephemeral-storage': '100Gi' },
  },
  {
    name: 'ephemeral storage within a larger volume',
    requirements: [is(FAMILY, 'c6i')],
    requests: { 'ephemeral-storage': '100Gi' },
    storage: '160Gi',
  },
  {
    name: 'nearly all CPUs of one type',
    requirements: [is(TYPE, 'c6a.large')],
    requests: { cpu: '1900m' },
  },
  { name: 'all CPUs of one type', requirements: [is(TYPE, 'c6a.large')], requests: { cpu: '2' } },
  {
    name: 'nearly all memory of one type',
    requirements: [is(TYPE, 'm6a.large')],
    requests: { memory: '6Gi' },
  },
  { name: 'all memory of one type', requirements: [is(TYPE, 'm6a.large')], requests: { memory: '8Gi' } },
];
