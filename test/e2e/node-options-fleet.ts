import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { OWN_DISK } from '../../tools/engines/kwok';

const INSTANCE = 'karpenter.k8s.aws';
export const PROXY = 'http://10.20.0.15:3128';
export const MIRROR = { registry: 'docker.io', endpoint: ['https://mirror.internal.example.com'] };

/** A pool of someone else's, on which jobs run. */
export const OF_OTHERS = { team: 'platform' };

/** The owner's own user data, as each family reads it. */
export const OWN_NODE_CONFIG = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      shutdownGracePeriod: 45s
`;
export const OWN_SETTINGS = '[settings.kernel]\nlockdown = "integrity"\n';

/** Settings of the kubelet that leave other room for pods. */
export const KUBELET = {
  maxPods: 23,
  kubeReserved: { cpu: '310m', memory: '1536Mi', 'ephemeral-storage': '3Gi' },
  systemReserved: { cpu: '90m', memory: '700Mi', 'ephemeral-storage': '2Gi' },
  evictionHard: { 'memory.available': '5%', 'nodefs.available': '12Gi' },
};

/** A fleet with a pool for each option of nodes that Karpenter acts on. */
export const NODES_FLEET: RunnerFleetProps = {
  name: 'nodes',
  clusterName: 'production',
  prefix: 'nodes',
  proxy: { http: PROXY },
  existing: ['PriorityClass/nodes-managers'],
  runners: [
    {
      name: 'scratch',
      arch: 'amd64',
      capacity: 'on-demand',
      pool: 'scratch',
      managers: 2,
      manager: {
        priorityClassName: 'nodes-managers',
        topologySpread: [
          { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2 },
        ],
      },
      build: { ephemeralStorage: { request: '100Gi', limit: '200Gi' } },
    },
    { name: 'paid', arch: 'amd64', capacity: 'on-demand', pool: 'paid' },
    { name: 'tight', arch: 'arm64', capacity: 'spot', pool: 'tight' },
    { name: 'rocket', arch: 'amd64', capacity: 'spot', pool: 'rocket' },
    { name: 'of-others', arch: 'amd64', capacity: 'on-demand', pool: 'of-others' },
  ],
  existingPools: [
    { pool: 'of-others', nodeSelector: OF_OTHERS, tolerations: { 'platform=ci': 'NoSchedule' } },
  ],
  nodePools: [
    {
      pool: 'scratch',
      arch: 'amd64',
      capacity: 'on-demand',
      requirements: [{ key: `${INSTANCE}/instance-local-nvme`, operator: 'Gt', values: ['400'] }],
      nodeLabels: { [OWN_DISK]: 'own' },
      nodeClass: {
        instanceStorePolicy: 'RAID0',
        amiFamily: 'AL2023',
        amiSelectorTerms: [{ name: 'amazon-eks-node-al2023-x86_64-standard-*', owner: 'self' }],
        subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': '*' } }],
        securityGroupSelectorTerms: [{ name: 'default' }],
        blockDeviceMappings: [
          { deviceName: '/dev/xvdf', ebs: { volumeSize: '40Gi', volumeType: 'io2', iops: 500 } },
        ],
      },
    },
    {
      pool: 'paid',
      arch: 'amd64',
      capacity: 'on-demand',
      nodeClass: { capacityReservationSelectorTerms: [{ tags: { 'reserved-for': 'ci' } }] },
    },
    {
      pool: 'tight',
      arch: 'arm64',
      capacity: 'spot',
      requirements: [
        { key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: ['c6g.xlarge', 'c7g.xlarge'] },
        { key: `${INSTANCE}/instance-family`, operator: 'Exists', minValues: 3 },
      ],
      startupTaints: { 'example.com/agent-not-ready': 'NoSchedule' },
      nodeClass: {
        userData: OWN_NODE_CONFIG,
        registryMirrors: [MIRROR],
        kubelet: KUBELET,
        rootVolume: { size: '150Gi', iops: 4000, throughput: 250 },
        detailedMonitoring: true,
        associatePublicIPAddress: false,
        tags: { 'cost-center': '4711' },
      },
    },
    {
      pool: 'rocket',
      arch: 'amd64',
      capacity: 'spot',
      nodeClass: {
        amiAlias: 'bottlerocket@v1.50.0',
        userData: OWN_SETTINGS,
        registryMirrors: [MIRROR],
        kubelet: { maxPods: 31, evictionHard: { 'memory.available': '300Mi' } },
      },
    },
  ],
};
