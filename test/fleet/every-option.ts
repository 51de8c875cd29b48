import type { ConfigOverrides } from '../../lib/fleet/config-overrides';
import { RUNNER_DEFAULTS } from '../../lib/fleet/defaults';
import type { ObjectPatch, Patches } from '../../lib/fleet/patches';
import type {
  EgressProps,
  ExistingPoolProps,
  FargateProps,
  FleetObjectKind,
  GitlabCaProps,
  JobNamespacesProps,
  ManagerNodesProps,
  MonitoringProps,
  NamespaceProps,
  NetworkProps,
  OrphanCleanupProps,
  ProxyProps,
  RunnerFleetProps,
  TokensProps,
} from '../../lib/fleet/props/fleet';
import type {
  AdvancedNetworkingProps,
  AdvancedSecurityProps,
  AmiSelectorTermProps,
  AutoModeClassProps,
  BlockDeviceMappingProps,
  BlockDeviceProps,
  CapacityReservationSelectorTermProps,
  CertificateBundleProps,
  EphemeralStorageProps,
  KubeletProps,
  NodeClassProps,
  PlacementGroupSelectorProps,
  PodSecurityGroupSelectorTermProps,
  RegistryMirrorProps,
  RootVolumeProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from '../../lib/fleet/props/node-class';
import type {
  DisruptionBudget,
  NodePoolProps,
  NodePoolSettings,
  NodeRequirement,
  PoolLimits,
} from '../../lib/fleet/props/node-pool';
import type {
  ContainerResources,
  DockerInDockerProps,
  EmptyDirProps,
  HostAliasProps,
  ImageDigestsProps,
  JobPodAffinityProps,
  JobProps,
  JobServiceAccountProps,
  JobServiceProps,
  JobVolumeProps,
  ManagerProps,
  ManagerVolumeProps,
  PrewarmProps,
  ResourceRange,
  RunnerObjectKind,
  RunnerProps,
  RunnerSettings,
  RunnerTokenProps,
  S3CacheProps,
  SessionServerProps,
  TopologySpreadProps,
  VolumeClaimProps,
} from '../../lib/fleet/props/runner';
import shapes from '../../lib/fleet/props/shapes.json';
import type { Shape, ShapeTypes } from '../../lib/shape/shape';
import { CERTIFICATE } from '../certificate';
import { sealedTokens } from '../fleets';

/**
 * Fleets in which every option says something. One test looks for each value in YAML, another gives the objects to an API
 * server. `Required` breaks the compilation of this file when an option joins until it is set here, and the list of shapes
 * fails every-option.test.ts. Values differ, so that each can be found again.
 */

const patch = (note: string): ObjectPatch => ({ metadata: { annotations: { note } } });

/** All but `SealedSecret`, which is not rendered where tokens come from a store, and `Service`, which terminals need. */
const runnerPatches = (
  seed: string,
): Required<Omit<Patches<RunnerObjectKind>, 'SealedSecret' | 'Service'>> => ({
  Deployment: patch(`patch-of-deployment-${seed}`),
  ServiceAccount: patch(`patch-of-account-${seed}`),
  Role: patch(`patch-of-role-${seed}`),
  RoleBinding: patch(`patch-of-binding-${seed}`),
  ExternalSecret: patch(`patch-of-external-${seed}`),
});

/** All but those of classes that pools share, and of an account that runners share. */
const fleetPatches: Required<
  Omit<Patches<FleetObjectKind>, 'EC2NodeClass' | 'NodeClass' | 'ServiceAccount'>
> = {
  Namespace: patch('namespace-of-all'),
  NetworkPolicy: patch('policy-of-all'),
  PodDisruptionBudget: patch('budget-of-all'),
  CronJob: patch('cleanup-of-all'),
  LimitRange: patch('range-of-all'),
  ResourceQuota: patch('quota-of-all'),
};

const range = (base: number, unit: string): Required<ResourceRange> => ({
  request: `${base}${unit}`,
  maxRequest: `${base + 1}${unit}`,
  limit: `${base + 2}${unit}`,
  maxLimit: `${base + 3}${unit}`,
});

const container = (base: number): Required<ContainerResources> => ({
  cpu: range(base, 'm'),
  memory: range(base + 10, 'Mi'),
  ephemeralStorage: range(base + 20, 'Mi'),
});

/** All but what is for servers of others, and for keys. */
const cache = (
  seed: string,
  identity: 'pod-identity' | 'irsa',
): Required<Omit<S3CacheProps, 'server' | 'insecure' | 'pathStyle' | 'credentialsSecret'>> => ({
  bucket: `bucket-${seed}`,
  region: seed === 'own' ? 'eu-north-1' : 'eu-west-3',
  identity,
  roleArn: `arn:aws:iam::123456789012:role/role-of-${seed}-cache`,
  encryption: seed === 'own' ? 'KMS' : 'DSSE-KMS',
  kmsKeyId: `alias/cache-of-${seed}`,
  path: `path-${seed}`,
  shared: seed === 'own',
});

/** All but what is for roles of AWS. */
const otherCache = (
  seed: string,
): Required<Omit<S3CacheProps, 'identity' | 'roleArn' | 'encryption' | 'kmsKeyId'>> => ({
  bucket: `bucket-${seed}`,
  region: `region-${seed}`,
  server: `store-${seed}.example.com:9000`,
  insecure: true,
  pathStyle: true,
  credentialsSecret: `keys-of-${seed}`,
  path: `path-${seed}`,
  shared: true,
});

const config = (seed: string, limit: number): Required<ConfigOverrides> => ({
  global: { sentry_dsn: `https://sentry.example.com/${seed}` },
  runner: {
    output_limit: limit,
    environment: [`SEED=${seed}`],
    kubernetes: { priority_class_name: `class-${seed}` },
  },
});

const rootVolume = (base: number): Required<RootVolumeProps> => ({
  size: `${base}Gi`,
  iops: 3000 + base,
  throughput: 125 + base,
  kmsKeyId: `kms-of-${base}`,
});

const kubelet = (seed: string, base: number): Required<KubeletProps> => ({
  maxPods: base + 3000,
  podsPerCore: base + 3100,
  kubeReserved: { cpu: `${base + 3200}m` },
  systemReserved: { memory: `${base + 3300}Mi` },
  evictionHard: { 'nodefs.available': `${base + 3400}Mi` },
  evictionSoft: { 'imagefs.available': `${base + 3500}Mi` },
  evictionSoftGracePeriod: { 'imagefs.available': `${base + 3600}s` },
  evictionMaxPodGracePeriod: base + 3700,
  imageGCHighThresholdPercent: 60 + (base % 30),
  imageGCLowThresholdPercent: 20 + (base % 30),
  clusterDNS: [`172.20.0.${base}`],
  cpuCFSQuota: seed === 'own',
});

const ebs = (base: number): Required<Omit<BlockDeviceProps, 'throughput'>> => ({
  volumeSize: `${base + 4000}Gi`,
  volumeType: 'io2',
  iops: base + 4100,
  kmsKeyID: `kms-of-volume-${base}`,
  snapshotID: `snap-${`${base}`.padStart(8, 'a')}`,
  volumeInitializationRate: base + 100,
});
/** Of gp3 alone. */
const ofGp3 = (base: number): Required<Pick<BlockDeviceProps, 'volumeSize' | 'throughput'>> => ({
  volumeSize: `${base + 4200}Gi`,
  throughput: base + 420,
});

const device = (base: number, letter: string) => `/dev/xvd${'abcdefghij'[base % 10]}${letter}`;
const volumes = (base: number): readonly [Required<BlockDeviceMappingProps>, BlockDeviceMappingProps] => [
  { deviceName: device(base, 'k'), rootVolume: true, ebs: ebs(base) },
  { deviceName: device(base, 'l'), ebs: ofGp3(base) },
];

const reservation = (seed: string): Required<Omit<CapacityReservationSelectorTermProps, 'id'>> => ({
  ownerID: `${seed.length}`.padStart(12, '7'),
  tags: { [`Reserved-${seed}`]: `reserved-${seed}` },
  instanceMatchCriteria: 'targeted',
});

type Either =
  | 'instanceProfile'
  | 'amiSelectorTerms'
  | 'amiFamily'
  | 'subnetSelectorTerms'
  | 'securityGroupSelectorTerms'
  | 'blockDeviceMappings';
type OneWay = Required<Omit<NodeClassProps, Either | keyof AutoModeClassProps>>;
/** Without what excludes another option: a profile the role, terms alias and tags, a root volume of its own the other. */
const nodeClass = (seed: string, base: number): OneWay => ({
  amiAlias: `al2023@v2026${1000 + base}`,
  userData: `#!/bin/bash\necho ${seed}\n`,
  registryMirrors: [registryMirror(seed)],
  kubelet: kubelet(seed, base),
  instanceStorePolicy: 'RAID0',
  rootVolume: rootVolume(base),
  subnetTags: { [`Subnet-${seed}`]: `in-subnet-${seed}` },
  securityGroupTags: { [`Group-${seed}`]: `in-group-${seed}` },
  capacityReservationSelectorTerms: [{ id: `cr-${`${base}`.padStart(8, 'b')}` }, reservation(seed)],
  associatePublicIPAddress: seed === 'own',
  detailedMonitoring: seed === 'own',
  nodeRole: `nodes-${seed}`,
  tags: { [`Tag-${seed}`]: `tagged-${seed}` },
});
/** The one value that it has shows where nothing else says it. */
const withoutPolicy = ({ instanceStorePolicy, ...rest }: OneWay): Omit<OneWay, 'instanceStorePolicy'> => rest;
/** Reservations are for jobs. */
const classOfManagers = (seed: string, base: number): Omit<OneWay, 'capacityReservationSelectorTerms'> => {
  const { capacityReservationSelectorTerms, ...rest } = nodeClass(seed, base);
  return rest;
};

const storage = (base: number): Required<EphemeralStorageProps> => ({
  size: `${base + 9000}Gi`,
  iops: base + 9100,
  throughput: base + 500,
  kmsKeyID: `kms-of-storage-${base}`,
});
const advanced = (seed: string): Required<AdvancedNetworkingProps> => ({
  httpsProxy: `http://proxy-of-nodes-${seed}.example.com:3131`,
  noProxy: [`direct-${seed}.example.com`],
  ipv4PrefixSize: seed === 'own' ? 'Auto' : '32',
  enableV4Egress: seed !== 'own',
});
const security = (seed: string): Required<AdvancedSecurityProps> => ({ fips: seed !== 'own' });
const bundle = (seed: string): Required<CertificateBundleProps> => ({
  name: `bundle-of-${seed}`,
  pem: `# CA of ${seed}\n${CERTIFICATE}`,
});
const podGroup = (seed: string): Required<Omit<PodSecurityGroupSelectorTermProps, 'id'>> => ({
  tags: { [`PG-${seed}`]: `pg-${seed}` },
});
/** By its name, without the id that excludes it. */
const placed = (seed: string): Required<Omit<PlacementGroupSelectorProps, 'id'>> => ({
  name: `placed-${seed}`,
});
const placedById = (base: number): Pick<NodeClassProps, 'placementGroupSelector'> => {
  const byId: Required<Omit<PlacementGroupSelectorProps, 'name'>> = {
    id: `pg-${`${base}`.padStart(8, 'd')}`,
  };
  return { placementGroupSelector: byId };
};
const autoModeClass = (seed: string, base: number): Required<AutoModeClassProps> & NodeClassProps => ({
  ephemeralStorage: storage(base),
  snatPolicy: seed === 'own' ? 'Random' : 'Disabled',
  networkPolicy: seed === 'own' ? 'DefaultAllow' : 'DefaultDeny',
  networkPolicyEventLogs: seed === 'own' ? 'Disabled' : 'Enabled',
  podSubnetSelectorTerms: [
    { id: `subnet-${`${base}`.padStart(8, 'e')}` },
    { tags: { [`PS-${seed}`]: `ps-${seed}` } },
  ],
  podSecurityGroupSelectorTerms: [{ id: `sg-${`${base}`.padStart(8, 'f')}` }, podGroup(seed)],
  advancedNetworking: advanced(seed),
  advancedSecurity: security(seed),
  certificateBundles: [bundle(seed)],
  placementGroupSelector: placed(seed),
  associatePublicIPAddress: seed !== 'own',
  nodeRole: `auto-nodes-${seed}`,
  tags: { [`AutoTag-${seed}`]: `auto-tagged-${seed}` },
});

const amiTerm = (seed: string): Required<Omit<AmiSelectorTermProps, 'id'>> => ({
  name: `image-${seed}`,
  owner: `owner-${seed}`,
  ssmParameter: `parameter-${seed}`,
  tags: { [`Image-${seed}`]: `image-tagged-${seed}` },
});

const FAMILIES: Readonly<Record<string, Required<NodeClassProps>['amiFamily']>> = {
  own: 'AL2023',
  managers: 'Bottlerocket',
};

/** The other way, and nothing of what it excludes. */
const byTerms = (seed: string, base: number): Required<Pick<NodeClassProps, Either>> & NodeClassProps => {
  const subnet: Required<Omit<SubnetSelectorTermProps, 'id'>> = { tags: { [`S-${seed}`]: `s-${seed}` } };
  const group: Required<Omit<SecurityGroupSelectorTermProps, 'id' | 'name'>> = {
    tags: { [`G-${seed}`]: `g-${seed}` },
  };
  const id = (kind: string) => ({ id: `${kind}-${`${base}`.padStart(8, 'c')}` });
  return {
    instanceProfile: `profile-${seed}`,
    amiFamily: FAMILIES[seed] ?? 'Custom',
    amiSelectorTerms: [id('ami'), amiTerm(seed)],
    subnetSelectorTerms: [id('subnet'), subnet],
    securityGroupSelectorTerms: [id('sg'), { name: `group-named-${seed}` }, group],
    blockDeviceMappings: volumes(base),
  };
};

const registryMirror = (seed: string): Required<RegistryMirrorProps> => ({
  registry: `registry-of-${seed}.example.com`,
  endpoint: [`https://node-mirror-of-${seed}.example.com`],
});

const limits = (base: number): Required<PoolLimits> => ({ cpu: `${base}`, memory: `${base}Gi` });

const budget = (hours: number): Required<DisruptionBudget> => ({
  nodes: `${hours + 20}%`,
  reasons: ['Drifted'],
  schedule: `${hours} 8 * * mon-fri`,
  duration: `${hours}h30m`,
});

const requirement = (seed: string): Required<NodeRequirement> => ({
  key: `example.com/required-${seed}`,
  operator: 'NotIn',
  values: [`not-${seed}`],
  minValues: 1 + (seed.length % 40),
});

/** Words that nothing else says. */
const OPERATORS: Readonly<Record<string, NodeRequirement['operator']>> = { own: 'Lte', managers: 'Exists' };

const pool = (seed: string, base: number): Required<NodePoolSettings> => ({
  requirements: [
    requirement(seed),
    {
      key: `example.com/second-${seed}`,
      operator: OPERATORS[seed] ?? 'Gte',
      ...(seed !== 'managers' && { values: [`${base + 7000}`] }),
    },
  ],
  instanceCategories: ['m', `x-${seed}`],
  instanceFamilies: [`m7-${seed}`],
  minGeneration: 5 + (base % 10),
  instanceSizes: [`${base}xlarge`],
  minCpu: base,
  maxCpu: base + 100,
  zones: [`eu-${seed}-1a`],
  limits: limits(base + 5000),
  expireAfter: `${base}h`,
  terminationGracePeriod: `${base}h${base % 60}m`,
  consolidateAfter: `${base}s`,
  consolidationPolicy: seed === 'own' ? 'WhenEmpty' : 'WhenEmptyOrUnderutilized',
  budgets: [budget(base % 60)],
  nodeLabels: { [`example.com/node-${seed}`]: `noded-${seed}` },
  startupTaints: { [`example.com/starting-${seed}`]: 'NoExecute' },
  devices: { [`example.com/node-device-${seed}`]: (base % 60) + 2 },
  nodeClass: nodeClass(seed, base),
  patches: { NodePool: patch(`pool-patch-${seed}`), EC2NodeClass: patch(`class-patch-${seed}`) },
});

const TOKENS: Required<TokensProps> = {
  from: 'external-secret',
  store: 'the-store',
  storeKind: 'SecretStore',
  keyPrefix: 'the/prefix/',
  property: 'property-of-all',
  refreshInterval: '17m',
};

/** All but what is for Secrets that exist. */
const TOKEN: Required<Omit<RunnerTokenProps, 'secret' | 'key'>> = {
  storeKey: 'the/own/key',
  property: 'property-own',
  version: 'version-own',
};

/** Of the release and the flavor of a runner, which must not move alone. */
const digests = (arch: 'amd64' | 'arm64', digit: number): Required<ImageDigestsProps> => {
  const at = (tag: string, offset: number) => `${tag}-v19.4.1@sha256:${`${digit + offset}`.repeat(64)}`;
  const helper = arch === 'amd64' ? { amd64: at('x86_64', 1) } : { arm64: at('arm64', 1) };
  return { manager: at('alpine', 0), helper };
};

const managerImages = (seed: string): Required<Pick<ManagerProps, 'image' | 'helperImage'>> => ({
  image: `registry.example.com/iron/${seed}:alpine-v19.4.0`,
  helperImage: `registry.example.com/helper/${seed}:${seed === 'own' ? 'x86_64' : 'arm64'}-v19.4.0`,
});
/** All but images, which take the place of flavor, release and registry. */
const manager = (seed: string): Required<Omit<ManagerProps, 'image' | 'helperImage'>> => ({
  imagePullPolicy: seed === 'own' ? 'Always' : 'Never',
  podLabels: { [`example.com/manager-label-${seed}`]: `manager-labelled-${seed}` },
  podAnnotations: { [`example.com/manager-annotation-${seed}`]: `manager-annotated-${seed}` },
  priorityClassName: `managers-of-${seed}`,
  imagePullSecrets: [`managers-pull-${seed}`],
  env: { [`MANAGER_OF_${seed}`]: `environment-of-${seed}` },
  volumes: managerVolumes(seed, seed === 'own' ? 9100 : 9200),
  metricsPort: seed === 'own' ? 9301 : 9302,
  topologySpread: [spread(seed), strictSpread(seed)],
});
const managerVolumes = (seed: string, base: number): readonly ManagerVolumeProps[] => {
  const files: Required<Pick<ManagerVolumeProps, 'mountPath' | 'configMap' | 'items'>> = {
    mountPath: `/manager/files-${seed}`,
    configMap: `manager-files-${seed}`,
    items: { [`manager-key-${seed}`]: `manager-file-${seed}` },
  };
  return [
    files,
    { mountPath: `/manager/secret-${seed}`, secret: `manager-secret-${seed}` },
    { mountPath: `/manager/empty-${seed}`, emptyDir: { medium: 'Memory', sizeLimit: `${base}Mi` } },
  ];
};
/** Without `minDomains`, which needs `DoNotSchedule`: a test leaves out each value in turn. */
const spread = (seed: string): Required<Omit<TopologySpreadProps, 'minDomains'>> => ({
  topologyKey: `example.com/spread-${seed}`,
  maxSkew: seed === 'own' ? 77 : 78,
  whenUnsatisfiable: 'DoNotSchedule',
  among: 'fleet',
});
const strictSpread = (
  seed: string,
): Required<Pick<TopologySpreadProps, 'topologyKey' | 'whenUnsatisfiable' | 'minDomains'>> => ({
  topologyKey: `example.com/spread-strictly-${seed}`,
  whenUnsatisfiable: 'DoNotSchedule',
  minDomains: seed === 'own' ? 87 : 88,
});
const LOAD_BALANCER: Required<Pick<SessionServerProps, 'loadBalancerClass'>> = {
  loadBalancerClass: 'example.com/class-of-own',
};
/** All but the class, without which a Service may be of another type. */
const session = (seed: string, base: number): Required<Omit<SessionServerProps, 'loadBalancerClass'>> => ({
  advertiseAddress: `terminals-of-${seed}.example.com:${base}`,
  port: base + 1,
  timeout: `${base - 2000}s`,
  fromCidrs: [`10.${base % 200}.0.0/16`],
  fromNamespaces: [`terminals-from-${seed}`],
  serviceType: 'LoadBalancer',
  serviceAnnotations: { [`example.com/service-${seed}`]: `annotated-service-${seed}` },
});

const service = (seed: string): Required<JobServiceProps> => ({
  image: `registry.example.com/service/${seed}:1.3`,
  alias: `service-of-${seed}`,
  command: [`serve-${seed}`],
  entrypoint: [`/bin/enter-${seed}`],
  environment: { [`SERVICE_OF_${seed}`]: `service-env-${seed}` },
});
const hostAlias = (seed: string): Required<HostAliasProps> => ({
  ip: seed === 'own' ? '10.201.0.1' : '10.202.0.1',
  hostnames: [`host-of-${seed}.example.com`],
});
const preference = (seed: string): Required<JobPodAffinityProps> => ({
  prefer: seed === 'own' ? 'together' : 'apart',
  topologyKey: `example.com/place-of-${seed}`,
  matchLabels: { [`example.com/near-${seed}`]: `near-${seed}` },
  weight: seed === 'own' ? 71 : 72,
});
const job = (seed: string): Required<JobProps> => ({
  environment: { [`JOB_OF_${seed}`]: `job-environment-${seed}` },
  preGetSourcesScript: `echo before-clone-${seed}`,
  postGetSourcesScript: `echo after-clone-${seed}`,
  preBuildScript: `echo before-job-${seed}`,
  postBuildScript: `echo after-job-${seed}`,
  services: [service(seed)],
  allowedImages: [`images-of-${seed}/**`],
  allowedServices: [`services-of-${seed}/**`],
  priorityClassName: `jobs-of-${seed}`,
  runtimeClassName: `runtime-of-${seed}`,
  hostAliases: [hostAlias(seed)],
  podAffinity: [preference(seed)],
});

/** One of each kind. */
const jobVolumes = (seed: string, base: number): readonly JobVolumeProps[] => {
  const shared: Required<Omit<VolumeClaimProps, 'perSlot' | 'accessMode'>> = {
    name: `claim-for-${seed}`,
    size: `${base + 8000}Gi`,
    storageClass: `storage-of-${seed}`,
  };
  const files: Required<Pick<JobVolumeProps, 'mountPath' | 'configMap' | 'items' | 'readOnly'>> = {
    mountPath: `/files/${seed}`,
    configMap: `files-of-${seed}`,
    items: { [`key-${seed}`]: `file-${seed}` },
    readOnly: true,
  };
  const folder: Required<Pick<JobVolumeProps, 'mountPath' | 'hostPath' | 'subPath'>> = {
    mountPath: `/node/${seed}`,
    hostPath: `/mnt/${seed}/node`,
    subPath: `within-${seed}`,
  };
  const emptyDir: Required<EmptyDirProps> = { medium: 'Memory', sizeLimit: `${base + 63}Mi` };
  return [
    { mountPath: `/shared/${seed}`, newClaim: shared },
    { mountPath: `/existing/${seed}`, claim: `existing-of-${seed}` },
    files,
    { mountPath: `/secret/${seed}`, secret: `secret-of-${seed}` },
    folder,
    { mountPath: `/empty/${seed}`, emptyDir },
  ];
};
const SLOTS: Required<Pick<VolumeClaimProps, 'accessMode' | 'perSlot'>> & VolumeClaimProps = {
  name: 'slot-of-own',
  size: '8400Gi',
  storageClass: 'storage-of-slots',
  accessMode: 'ReadWriteOncePod',
  perSlot: true,
};

const dockerInDocker = (seed: string, base: number): Required<DockerInDockerProps> => ({
  image: `registry.example.com/daemon-${seed}:1.2`,
  registryMirror: `https://mirror-of-${seed}.example.com:5${base}`,
  mtu: base + 300,
  allowedServices: [`allowed-of-${seed}:*`],
});

const jobAccount = (seed: string): Required<JobServiceAccountProps> => ({
  name: `account-${seed}`,
  roleArn: `arn:aws:iam::123456789012:role/role-of-jobs-${seed}`,
  identity: seed === 'own' ? 'pod-identity' : 'irsa',
  labels: { [`example.com/account-label-${seed}`]: `account-labelled-${seed}` },
  annotations: { [`example.com/account-annotation-${seed}`]: `account-annotated-${seed}` },
  imagePullSecrets: [`account-pulls-${seed}`],
  automountServiceAccountToken: seed === 'own',
});

/** All but `prewarm`, which excludes `devices`, digests, which are of a release and a flavor, and an account besides another. */
const settings = (
  seed: string,
  base: number,
): Required<
  Omit<RunnerSettings, 'prewarm' | 'imageDigests' | 'volumes' | 'sessionServer' | 'job' | 'jobServiceAccount'>
> => ({
  runnerVersion: `19.4.${base % 1000}`,
  imageFlavor: seed === 'own' ? 'ubi-fips' : 'ubuntu',
  concurrency: base,
  requestConcurrency: base - 1,
  managers: seed === 'own' ? 3 : 2,
  manager: manager(seed),
  tags: [`tag-of-${seed}`],
  exactTags: seed !== 'own',
  protected: seed === 'own',
  locked: seed === 'own',
  runUntagged: seed === 'own',
  jobImage: `registry.example.com/${seed}:1.2`,
  build: container(base + 100),
  helper: container(base + 200),
  service: container(base + 300),
  maxServices: (base % 40) + 3,
  longestJob: seed === 'own' ? '91m' : '92m',
  drain: `${base}m`,
  pollTimeout: `${base + 7}s`,
  privileged: seed === 'own',
  dockerInDocker: dockerInDocker(seed, base),
  rootlessBuilds: false,
  allowPrivilegeEscalation: seed === 'own',
  pullPolicy: seed === 'own' ? 'never' : 'if-not-present',
  serviceAccount: `jobs-as-${seed}`,
  imagePullSecrets: [`jobs-pull-${seed}`],
  jobNamespace: `namespace-${seed}`,
  pool: `pool-${seed}`,
  devices: { [`example.com/device-${seed}`]: 3 },
  nodeSelector: { [`example.com/selector-${seed}`]: `selected-${seed}` },
  tolerations: { [`example.com/taint=${seed}`]: 'NoExecute' },
  podLabels: { [`example.com/label-${seed}`]: `labelled-${seed}` },
  podAnnotations: { [`example.com/annotation-${seed}`]: `annotated-${seed}` },
  cache: cache(seed, seed === 'own' ? 'pod-identity' : 'irsa'),
  config: config(seed, 6000 + base),
  patches: runnerPatches(seed),
});

const RUNNERS: readonly [
  Required<
    Omit<RunnerProps, 'prewarm' | 'imageDigests' | 'volumes' | 'sessionServer' | 'job' | 'jobServiceAccount'>
  >,
  RunnerProps,
] = [
  {
    name: 'own-runner',
    arch: 'amd64',
    capacity: 'spot-first',
    gitlabId: 7100,
    token: TOKEN,
    ...settings('own', 1400),
  },
  { name: 'other-runner', arch: 'arm64', capacity: 'on-demand' },
];

const OWN_POOL: Required<NodePoolProps> = {
  pool: 'pool-own',
  arch: 'amd64',
  capacity: 'spot',
  ...pool('own', 47),
};

/** Ways out: to addresses, to pods by labels, and to pods by the name of their namespace. */
const ways = (seed: string, digit: number): EgressProps[] => {
  const addresses: Required<Omit<EgressProps, 'namespace' | 'namespaceLabels' | 'podLabels'>> = {
    cidr: `10.7${digit}.0.0/16`,
    except: [`10.7${digit}.8.0/24`],
    ports: [6160 + digit],
    protocol: 'SCTP',
  };
  const pods: Required<Omit<EgressProps, 'cidr' | 'except' | 'namespace' | 'protocol'>> = {
    namespaceLabels: { [`example.com/reached-${seed}`]: `by-label-${seed}` },
    podLabels: { [`example.com/of-pods-${seed}`]: `reached-${seed}` },
    ports: [6260 + digit],
  };
  const named: Required<Pick<EgressProps, 'namespace' | 'ports'>> = {
    namespace: `reached-by-name-${seed}`,
    ports: [6360 + digit],
  };
  return [addresses, pods, named];
};

const NETWORK: Required<NetworkProps> = {
  jobPorts: [5432],
  jobExcept: ['10.66.0.0/16'],
  jobEgress: ways('jobs', 1),
  managerEgress: ways('managers', 2),
  dnsServers: ['10.99.0.53'],
  metricsFrom: ['monitoring'],
  metricsFromLabels: { 'example.com/metrics': 'read-by-label' },
};

const MONITORING: Required<MonitoringProps> = {
  labels: { 'example.com/selected': 'by-prometheus' },
  prometheusNamespace: 'of-prometheus',
  interval: '47s',
  runbookUrl: 'https://wiki.example.com/runbooks',
  karpenter: false,
  kubeStateMetrics: false,
  queueTime: '377s',
  dashboard: true,
  dashboardLabels: { 'example.com/found': 'by-the-sidecar' },
  dashboardFolder: 'Folder of dashboards',
};

const PROXY: Required<ProxyProps> = {
  http: 'http://proxy-of-http.example.com:3129',
  https: 'http://proxy-of-https.example.com:3130',
  noProxy: ['not-by-proxy.example.com'],
};

const SHARED_CLASS: Required<Pick<RunnerFleetProps, 'nodeClass'>> & RunnerFleetProps = {
  name: 'everything',
  runners: RUNNERS.map(({ token, patches, allowPrivilegeEscalation, ...runner }) => runner),
  nodeClass: nodeClass('fleet', 131),
  patches: { EC2NodeClass: patch('class-of-all') },
};

/** Whatever takes the place of accounts that runners have to themselves. */
const SHARED_ACCOUNT: Required<Pick<RunnerFleetProps, 'managerServiceAccount'>> = {
  managerServiceAccount: 'account-of-managers',
};

/**
 * All but `fargate`, which excludes pools, selectors and tolerations, what pools or runners have in common, and what takes away
 * objects that patches are for.
 */
const OWN_CLASSES: Required<
  Omit<
    RunnerFleetProps,
    | 'fargate'
    | 'compute'
    | 'nodeClass'
    | 'managerServiceAccount'
    | 'jobNamespaces'
    | 'orphanCleanup'
    | 'managerNodes'
    | 'existingPools'
    | 'gitlabCa'
    | 'namespaces'
    | 'sealedPullSecrets'
  >
> = {
  name: 'everything',
  clusterName: 'the-cluster',
  gitlabUrl: 'https://gitlab.example.com:8443/gitlab',
  prefix: 'the-prefix',
  managerNamespace: 'the-managers',
  imageRegistry: 'mirror.example.com/gitlab-org',
  runners: RUNNERS,
  runnerDefaults: settings('default', 1100),
  nodePoolDefaults: { ...pool('default', 58), nodeClass: withoutPolicy(nodeClass('default', 58)) },
  nodePools: [OWN_POOL],
  managerNodePool: { ...pool('managers', 69), nodeClass: classOfManagers('managers', 69) },
  tokens: TOKENS,
  network: NETWORK,
  monitoring: MONITORING,
  proxy: PROXY,
  labels: { 'example.com/of-all': 'labelled-everywhere' },
  manifests: ['test/fixtures/own-objects/claim.yaml'],
  existing: ['Secret/of-someone/else'],
  patches: fleetPatches,
};

const PLAIN: RunnerProps = { name: 'own-runner', arch: 'amd64', capacity: 'spot' };
const nodesOfOthers = (seed: string): Required<ManagerNodesProps> => ({
  nodeSelector: { [`example.com/nodes-${seed}`]: `nodes-of-${seed}` },
  tolerations: { [`example.com/tainted-${seed}`]: 'NoExecute' },
});
const EXISTING_POOL: Required<ExistingPoolProps> = {
  ...nodesOfOthers('jobs'),
  pool: 'of-others',
  startedBy: 'node-group',
};
/** All but the level, which someone else decides. */
const OF_OTHERS: Required<Omit<NamespaceProps, 'podSecurity'>> = {
  name: 'gitlab-itself',
  existing: true,
  shared: true,
};
const OF_ANOTHER_LEVEL: Required<Pick<NamespaceProps, 'name' | 'podSecurity'>> = {
  name: 'jobs-of-some',
  podSecurity: 'privileged',
};
const PREWARM: Required<PrewarmProps> = { jobs: 17, hours: ['* 7 * * mon-fri'], timezone: 'Europe/Berlin' };
const PREWARM_OF_ALL: Required<PrewarmProps> = {
  jobs: 19,
  hours: ['* 8 * * sat'],
  timezone: 'Europe/Vienna',
};
const EXISTING: Required<Pick<RunnerTokenProps, 'secret' | 'key'>> = { secret: 'the-secret', key: 'the-key' };
const SEALED_PULL_SECRETS: Required<Pick<RunnerFleetProps, 'sealedPullSecrets'>> = {
  sealedPullSecrets: ['sealed-for-pulls'],
};
const FARGATE: Required<FargateProps> = { region: 'eu-south-2', managers: true, logRetentionDays: 731 };

const CA_TEXT: Required<Pick<GitlabCaProps, 'pem' | 'key'>> = {
  pem: CERTIFICATE.trim(),
  key: 'ca-of-gitlab.pem',
};
const CA_OF_OTHERS: Required<Pick<GitlabCaProps, 'configMap' | 'jobs'>> = {
  configMap: 'ca-of-others',
  jobs: true,
};
const CA_IN_SECRET: Required<Pick<GitlabCaProps, 'secret'>> = { secret: 'ca-in-secret' };

const CLEANUP: Required<Omit<OrphanCleanupProps, 'enabled'>> = {
  schedule: '11 1-23/2 * * *',
  grace: '77m',
  image: 'mirror.example.com/node:24.19.0-alpine',
  imagePullSecrets: ['secret-of-the-cleanup'],
};
const NO_CLEANUP: Required<Pick<OrphanCleanupProps, 'enabled'>> = { enabled: false };

const UNBOUNDED: Required<Omit<JobNamespacesProps, 'quotaFactor'>> = {
  limitRange: false,
  resourceQuota: false,
};

/** Each shows all that it says: what excludes each other is in fleets of its own. */
export const FLEETS: Readonly<Record<string, RunnerFleetProps>> = {
  'pools with classes of their own': OWN_CLASSES,
  'pools that share a class': SHARED_CLASS,
  'classes of pools by terms': {
    ...OWN_CLASSES,
    nodePoolDefaults: { nodeClass: { ...byTerms('default', 58), instanceStorePolicy: 'RAID0' } },
    nodePools: [{ ...OWN_POOL, nodeClass: byTerms('own', 47) }],
    managerNodePool: { nodeClass: byTerms('managers', 69) },
  },
  'a class of the fleet by terms': {
    name: 'everything',
    runners: [PLAIN],
    nodeClass: byTerms('fleet', 131),
  },
  'Secrets that exist': {
    name: 'everything',
    tokens: { from: 'existing-secret' },
    runners: [{ ...PLAIN, token: EXISTING }],
  },
  'pull secrets that are sealed': {
    name: 'everything',
    ...SEALED_PULL_SECRETS,
    runners: [{ ...PLAIN, manager: { imagePullSecrets: ['sealed-for-pulls'] } }],
  },
  'tokens that are sealed': {
    name: 'everything',
    runners: [
      { ...PLAIN, patches: { SealedSecret: patch('sealed-own') } },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { patches: { SealedSecret: patch('sealed-default') } },
  },
  'one account of all managers': {
    name: 'everything',
    runners: [PLAIN],
    ...SHARED_ACCOUNT,
    patches: { ServiceAccount: patch('account-of-all') },
  },
  'held room': {
    name: 'everything',
    runners: [
      { ...PLAIN, prewarm: PREWARM },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { prewarm: PREWARM_OF_ALL },
  },
  'images by digest': {
    name: 'everything',
    runners: [
      { ...PLAIN, imageDigests: digests('amd64', 1) },
      { ...PLAIN, name: 'other-runner', arch: 'arm64', imageDigests: digests('arm64', 3) },
    ],
    runnerDefaults: { runnerVersion: '19.4.1' },
  },
  'images by digest, of all runners': {
    name: 'everything',
    runners: [PLAIN, { ...PLAIN, name: 'other-runner', arch: 'arm64' }],
    runnerDefaults: {
      runnerVersion: '19.4.1',
      imageDigests: {
        ...digests('amd64', 5),
        helper: { ...digests('amd64', 5).helper, ...digests('arm64', 6).helper },
      },
    },
  },
  'images of other names': {
    name: 'everything',
    runners: [
      { ...PLAIN, manager: managerImages('own') },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { manager: managerImages('default') },
  },
  'job namespaces with room of their own': {
    name: 'everything',
    runners: [PLAIN],
    jobNamespaces: { quotaFactor: 3.5 },
  },
  'job namespaces without bounds': {
    name: 'everything',
    runners: [PLAIN],
    jobNamespaces: UNBOUNDED,
  },
  'a cleanup of orphaned pods': { name: 'everything', runners: [PLAIN], orphanCleanup: CLEANUP },
  'no cleanup of orphaned pods': { name: 'everything', runners: [PLAIN], orphanCleanup: NO_CLEANUP },
  'rootless builds': {
    name: 'everything',
    runners: [
      { ...PLAIN, rootlessBuilds: true },
      { ...PLAIN, name: 'other-runner', allowPrivilegeEscalation: true },
    ],
  },
  'rootless builds of all runners': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { rootlessBuilds: true },
  },
  'privileged jobs of all runners': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { privileged: true },
  },
  'accounts of jobs': {
    name: 'everything',
    runners: [
      { ...PLAIN, jobServiceAccount: jobAccount('own') },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { jobServiceAccount: jobAccount('default') },
  },
  'tokens of accounts of all jobs': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { jobServiceAccount: { automountServiceAccountToken: true } },
  },
  'what is true for all runners': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: {
      allowPrivilegeEscalation: true,
      cache: { bucket: 'bucket-default', region: 'eu-west-3', shared: true },
    },
  },
  'caches on servers of others': {
    name: 'everything',
    runners: [
      { ...PLAIN, cache: otherCache('own') },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { cache: { ...otherCache('default'), insecure: false, pathStyle: false } },
  },
  'a cache of all runners on a server of others': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { cache: otherCache('all') },
  },
  'what jobs get': {
    name: 'everything',
    runners: [
      { ...PLAIN, job: job('own') },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { job: job('default') },
  },
  'web terminals': {
    name: 'everything',
    runners: [{ ...PLAIN, sessionServer: session('own', 8501) }],
  },
  'web terminals of all runners': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { sessionServer: session('default', 8601) },
  },
  'load balancers of a class': {
    name: 'everything',
    runners: [
      { ...PLAIN, sessionServer: { ...session('own', 8501), ...LOAD_BALANCER } },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: {
      sessionServer: { ...session('default', 8601), loadBalancerClass: 'example.com/class-of-all' },
    },
  },
  'volumes of jobs': {
    name: 'everything',
    runners: [
      { ...PLAIN, jobNamespace: 'own-jobs', volumes: jobVolumes('own', 1) },
      { ...PLAIN, name: 'other-runner' },
    ],
    runnerDefaults: { volumes: jobVolumes('default', 500), jobNamespace: 'default-jobs' },
    namespaces: ['own-jobs', 'default-jobs'].map((name) => ({ name, podSecurity: 'privileged' })),
  },
  'volumes of slots': {
    name: 'everything',
    runners: [{ ...PLAIN, concurrency: 1, volumes: [{ mountPath: '/slot', newClaim: SLOTS }] }],
  },
  'volumes of slots of all runners': {
    name: 'everything',
    runners: [PLAIN],
    runnerDefaults: { concurrency: 1, volumes: [{ mountPath: '/slot', newClaim: SLOTS }] },
  },
  'certificates of a CA': { name: 'everything', runners: [PLAIN], gitlabCa: CA_TEXT },
  'certificates that exist in a ConfigMap': { name: 'everything', runners: [PLAIN], gitlabCa: CA_OF_OTHERS },
  'certificates that exist in a Secret': { name: 'everything', runners: [PLAIN], gitlabCa: CA_IN_SECRET },
  'namespaces of others': {
    name: 'everything',
    runners: [
      { ...PLAIN, jobNamespace: 'jobs-of-some' },
      { ...PLAIN, name: 'other-runner' },
    ],
    managerNamespace: 'gitlab-itself',
    namespaces: [OF_OTHERS, OF_ANOTHER_LEVEL],
  },
  'nodes of others': {
    name: 'everything',
    runners: [{ ...PLAIN, pool: 'of-others' }],
    managerNodes: nodesOfOthers('managers'),
    existingPools: [EXISTING_POOL],
  },
  Fargate: { name: 'everything', runners: [{ ...PLAIN, capacity: 'fargate' }], fargate: FARGATE },
  'EKS Auto Mode': { name: 'everything', runners: [PLAIN], compute: 'eks-auto-mode' },
  'classes of EKS Auto Mode': {
    name: 'everything',
    runners: [PLAIN, { ...PLAIN, name: 'other-runner', arch: 'arm64' }],
    compute: 'eks-auto-mode',
    nodePoolDefaults: { nodeClass: autoModeClass('default', 201) },
    nodePools: [{ arch: 'amd64', capacity: 'spot', nodeClass: autoModeClass('own', 202) }],
    managerNodePool: {
      nodeClass: autoModeClass('managers', 203),
      patches: { NodeClass: patch('class-patch-managers') },
    },
    patches: { NodeClass: patch('class-of-all') },
  },
  'a class of EKS Auto Mode for all pools': {
    name: 'everything',
    runners: [PLAIN],
    compute: 'eks-auto-mode',
    nodeClass: autoModeClass('fleet', 204),
  },
  'placement groups by id': {
    name: 'everything',
    runners: [PLAIN, { ...PLAIN, name: 'other-runner', arch: 'arm64' }],
    compute: 'eks-auto-mode',
    nodePoolDefaults: { nodeClass: placedById(211) },
    nodePools: [{ arch: 'amd64', capacity: 'spot', nodeClass: placedById(212) }],
    managerNodePool: { nodeClass: placedById(213) },
  },
  'a placement group of all pools by id': {
    name: 'everything',
    runners: [PLAIN],
    compute: 'eks-auto-mode',
    nodeClass: placedById(214),
  },
};

/** Options whose value shows in no object, with what shows instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'nodePools[].pool':
    'which pool the settings beside it are for: they show there alone, or the entry is refused',
  'nodePools[].arch':
    'which pool the settings beside it are for: they show there alone, or the entry is refused',
  'nodePools[].capacity':
    'which pool the settings beside it are for: they show there alone, or the entry is refused',
  ...Object.fromEntries(
    ['id', 'ownerID', 'tags', 'instanceMatchCriteria'].map((field) => [
      `managerNodePool.nodeClass.capacityReservationSelectorTerms[].${field}`,
      'nothing: managers never run on reserved capacity, and the option is refused',
    ]),
  ),
  'existingPools[].pool': 'which runners the labels and taints beside it are for',
  'namespaces[].name': 'which namespace the settings beside it are for',
};

/** Options whose word shows nowhere, only what it does. */
export const WORDLESS = ['identity', 'startedBy', 'compute'];

/** A value as YAML shows it, where it does so in another form. */
const SHOWN_AS: Readonly<Record<string, (value: never) => string | number>> = {
  from: (from: string) => (from === 'external-secret' ? 'ExternalSecret' : from),
  // The object that the file holds.
  manifests: () => 'claim-of-the-owner',
  // Pods of one runner with the default concurrency.
  quotaFactor: (factor: number) => factor * RUNNER_DEFAULTS.concurrency,
  // With the poll timeout of a runner that says none, and what a pod may take to stop.
  grace: (minutes: string) => Number.parseInt(minutes, 10) * 60 + 630,
  // Of the whole pod, in seconds.
  drain: (minutes: string) => Number.parseInt(minutes, 10) * 60,
  pollTimeout: (seconds: string) => Number.parseInt(seconds, 10),
  timeout: (seconds: string) => Number.parseInt(seconds, 10),
  // Of an expression, in seconds.
  queueTime: (seconds: string) => Number.parseInt(seconds, 10),
  // The ConfigMap that it adds.
  dashboard: () => 'gitlab-runner-dashboard',
  // Which of two tables the preference is in.
  prefer: (prefer: string) => (prefer === 'together' ? 'pod_affinity' : 'pod_anti_affinity'),
  // What GitLab is told to enforce, in an annotation.
  longestJob: (minutes: string) => Number.parseInt(minutes, 10) * 60,
  'certificateBundles[].pem': (pem: string) => Buffer.from(`${pem.trim()}\n`).toString('base64'),
  // Karpenter's Gt and Lt exclude the bound.
  minGeneration: (generation: number) => generation - 1,
  minCpu: (count: number) => count - 1,
  maxCpu: (count: number) => count + 1,
};

export type Path = readonly string[];
export interface Leaf {
  /** Way to the value in the description. */
  readonly path: Path;
  /** The option, as `runners[].build.cpu.request`. */
  readonly option: string;
  readonly shown: string | number | boolean;
}

const TYPES: ShapeTypes = shapes;

/** All options with the shape of their values, as `nodePools[].limits.cpu`. */
function optionsOf(shape: Shape, path: string): [string, Shape][] {
  const type = typeof shape === 'object' && 'is' in shape ? shape.is : shape;
  const of = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type] : shape;
  if (typeof of === 'string') return [[path, of]];
  if ('table' in of)
    return Object.entries(of.table).flatMap(([key, below]) =>
      optionsOf(below, path === '' ? key : `${path}.${key}`),
    );
  const isOfTables = 'list' in of && typeof of.list === 'string' && Object.hasOwn(TYPES, of.list);
  return isOfTables ? optionsOf(of.list, `${path}[]`) : [[path, of]];
}
const SHAPES = new Map(optionsOf('RunnerFleetProps', ''));
export const OPTIONS = [...SHAPES.keys()];

/** Every value that a description says, with the option that it belongs to. Keys of maps are values too. */
export function leavesOf(value: unknown, path: Path = [], option = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) {
    const as = SHOWN_AS[option.split('.').pop() ?? ''] ?? SHOWN_AS[option.split('.').slice(-2).join('.')];
    return [{ path, option, shown: as ? as(value as never) : (value as string) }];
  }
  const shape = SHAPES.get(option);
  return Object.entries(value).flatMap(([key, item]) => {
    const next = Array.isArray(value) ? `${option}[]` : `${option}${option === '' ? '' : '.'}${key}`;
    const step = [...path, key];
    const below = leavesOf(item, step, shape === undefined ? next : option);
    return typeof shape === 'object' && 'map' in shape
      ? [{ path: step, option, shown: key }, ...below]
      : below;
  });
}

const SEALED = new Set([FLEETS['tokens that are sealed']]);

/** The sealed tokens of the one fleet that has them. */
export function tokensOf(fleet: RunnerFleetProps): ReadonlyMap<string, string> {
  return SEALED.has(fleet) ? sealedTokens(fleet) : new Map();
}
