import { DescriptionError } from '../../lib/fleet/fault';
import shapes from '../../lib/fleet/props/shapes.json';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import type { Shape } from '../../lib/shape/shape';
import { CERTIFICATE } from '../certificate';

/**
 * For each option a value of its type that nothing can be rendered from: an option without a rule of its own would
 * take it. An option joins this list or that of options which take every value, or the first test fails.
 */

/** A value, and what else of the fleet must be said for the option to count. */
interface Unusable {
  readonly value: unknown;
  readonly fleet?: object;
}

const unusable = (value: unknown, fleet?: object): Unusable => ({ value, fleet });
const auto = { compute: 'eks-auto-mode' };
const external = { tokens: { from: 'external-secret', store: 'vault' } };
const existing = { tokens: { from: 'existing-secret' } };

const UNUSABLE: Readonly<Record<string, Unusable>> = {
  'RunnerFleetProps.name': unusable('A fleet'),
  'RunnerFleetProps.clusterName': unusable('a cluster'),
  'RunnerFleetProps.gitlabUrl': unusable('gitlab.com'),
  'RunnerFleetProps.prefix': unusable('A prefix'),
  'RunnerFleetProps.managerNamespace': unusable('A namespace'),
  'RunnerFleetProps.managerServiceAccount': unusable('An account'),
  'RunnerFleetProps.imageRegistry': unusable('a registry'),
  'RunnerFleetProps.runners': unusable([]),
  'RunnerFleetProps.compute': unusable('fargate'),
  'RunnerFleetProps.nodePools': unusable([{ arch: 'arm64', capacity: 'spot', pool: 'none' }]),
  'RunnerFleetProps.labels': unusable({ 'a key': 'a value' }),
  'RunnerFleetProps.existing': unusable(['an object']),
  'RunnerFleetProps.sealedPullSecrets': unusable(['of-nobody']),
  'RunnerFleetProps.patches': unusable({ Deployment: {} }),
  'RunnerFleetProps.existingPools': unusable([{ pool: 'none', nodeSelector: { a: 'b' } }]),
  'ManagerNodesProps.nodeSelector': unusable({}),
  'ManagerNodesProps.tolerations': unusable({ 'a key': 'NoSchedule' }),
  'ExistingPoolProps.nodeSelector': unusable({}),
  'ExistingPoolProps.tolerations': unusable({ 'a key': 'NoSchedule' }),
  'ExistingPoolProps.pool': unusable('A pool'),
  'ExistingPoolProps.startedBy': unusable('nobody'),
  'NamespaceProps.name': unusable('elsewhere'),
  'NamespaceProps.podSecurity': unusable('strict'),
  'ManagerProps.image': unusable('an image'),
  'ManagerProps.helperImage': unusable('example.com/helper:latest'),
  'ManagerProps.imagePullPolicy': unusable('always'),
  'ManagerProps.imagePullSecrets': unusable(['A Secret']),
  'ManagerProps.podLabels': unusable({ 'a key': 'a value' }),
  'ManagerProps.podAnnotations': unusable({ 'a key': 'a value' }),
  'ManagerProps.priorityClassName': unusable('A class'),
  'ManagerProps.env': unusable({ HOME: '/' }),
  'ManagerProps.volumes': unusable([{ mountPath: '/a' }]),
  'ManagerProps.metricsPort': unusable(80),
  'ManagerProps.topologySpread': unusable([{ topologyKey: 'a zone' }]),
  'ManagerVolumeProps.mountPath': unusable('/etc/gitlab-runner/certs'),
  'ManagerVolumeProps.configMap': unusable('A ConfigMap'),
  'ManagerVolumeProps.secret': unusable('A Secret'),
  'ManagerVolumeProps.emptyDir': unusable({}),
  'ManagerVolumeProps.items': unusable({ 'key.json': '/key.json' }),
  'TopologySpreadProps.topologyKey': unusable('a zone'),
  'TopologySpreadProps.maxSkew': unusable(0),
  'TopologySpreadProps.whenUnsatisfiable': unusable('Never'),
  'TopologySpreadProps.minDomains': unusable(0),
  'TopologySpreadProps.among': unusable('cluster'),
  'SessionServerProps.advertiseAddress': unusable('https://terminals.example.com'),
  'SessionServerProps.port': unusable(443),
  'SessionServerProps.timeout': unusable('soon'),
  'SessionServerProps.fromCidrs': unusable(['GitLab']),
  'SessionServerProps.fromNamespaces': unusable(['A namespace']),
  'SessionServerProps.serviceType': unusable('NodePort'),
  'SessionServerProps.loadBalancerClass': unusable('service.k8s.aws/nlb'),
  'SessionServerProps.serviceAnnotations': unusable({ 'a key': 'a value' }),
  'TokensProps.from': unusable('a drawer'),
  'TokensProps.store': unusable('A store', external),
  'TokensProps.storeKind': unusable('Store', external),
  'TokensProps.property': unusable('', external),
  'TokensProps.refreshInterval': unusable('0', external),
  'GitlabCaProps.pem': unusable('a certificate'),
  'GitlabCaProps.configMap': unusable('A ConfigMap'),
  'GitlabCaProps.secret': unusable('A Secret'),
  'GitlabCaProps.key': unusable('a key'),
  'FargateProps.region': unusable('Ireland'),
  'FargateProps.logRetentionDays': unusable(2),
  'ProxyProps.http': unusable('proxy.example.com:3128'),
  'ProxyProps.https': unusable('https://user:password@proxy.example.com'),
  'ProxyProps.noProxy': unusable(['*']),
  'NetworkProps.jobPorts': unusable([0]),
  'NetworkProps.jobExcept': unusable(['the VPC']),
  'NetworkProps.dnsServers': unusable(['dns.example.com']),
  'NetworkProps.metricsFrom': unusable(['A namespace']),
  'NetworkProps.metricsFromLabels': unusable({}),
  'MonitoringProps.labels': unusable({ 'a key': 'a value' }),
  'MonitoringProps.prometheusNamespace': unusable('A namespace'),
  'MonitoringProps.interval': unusable('1s'),
  'MonitoringProps.runbookUrl': unusable('wiki.example.com'),
  'MonitoringProps.karpenter': unusable(true, auto),
  'MonitoringProps.queueTime': unusable('2h'),
  'MonitoringProps.dashboardLabels': unusable({}),
  'MonitoringProps.dashboardFolder': unusable(''),
  'EgressProps.cidr': unusable('169.254.169.254/32'),
  'EgressProps.except': unusable(['10.0.0.0/8']),
  'EgressProps.namespace': unusable('A namespace'),
  'EgressProps.namespaceLabels': unusable({ 'a key': 'a value' }),
  'EgressProps.podLabels': unusable({ 'example.com/a': 'b' }),
  'EgressProps.ports': unusable([0]),
  'EgressProps.protocol': unusable('ICMP'),
  'JobNamespacesProps.quotaFactor': unusable(0),
  'OrphanCleanupProps.schedule': unusable('every hour'),
  'OrphanCleanupProps.grace': unusable('30s'),
  'OrphanCleanupProps.image': unusable('node:latest'),
  'OrphanCleanupProps.imagePullSecrets': unusable(['A Secret']),
  'RunnerSettings.runnerVersion': unusable('latest'),
  'RunnerSettings.imageFlavor': unusable('debian'),
  'RunnerSettings.concurrency': unusable(0),
  'RunnerSettings.requestConcurrency': unusable(0),
  'RunnerSettings.managers': unusable(0),
  'RunnerSettings.tags': unusable(['a,b']),
  'RunnerSettings.jobImage': unusable('an image'),
  'RunnerSettings.maxServices': unusable(-1),
  'DockerInDockerProps.image': unusable('docker:latest'),
  'DockerInDockerProps.registryMirror': unusable('https://mirror.example.com/hub'),
  'DockerInDockerProps.mtu': unusable(100),
  'DockerInDockerProps.allowedServices': unusable(['']),
  'RunnerSettings.longestJob': unusable('0s'),
  'RunnerSettings.drain': unusable('0s'),
  'RunnerSettings.pollTimeout': unusable('0s'),
  'RunnerSettings.pullPolicy': unusable('sometimes'),
  'RunnerSettings.serviceAccount': unusable('An account'),
  'RunnerSettings.imagePullSecrets': unusable(['A Secret']),
  'JobServiceAccountProps.name': unusable('default'),
  'JobServiceAccountProps.roleArn': unusable('ci-builds'),
  'JobServiceAccountProps.identity': unusable('keys'),
  'JobServiceAccountProps.labels': unusable({ 'a key': 'a value' }),
  'JobServiceAccountProps.annotations': unusable({ 'eks.amazonaws.com/role-arn': 'ci' }),
  'JobServiceAccountProps.imagePullSecrets': unusable(['']),
  'RunnerSettings.jobNamespace': unusable('A namespace'),
  'RunnerSettings.pool': unusable('A pool'),
  'RunnerSettings.devices': unusable({ 'example.com/device': -1 }),
  'RunnerSettings.nodeSelector': unusable({ 'a key': 'a value' }),
  'RunnerSettings.tolerations': unusable({ 'a key': 'NoSchedule' }),
  'RunnerSettings.podLabels': unusable({ 'a key': 'a value' }),
  'RunnerSettings.podAnnotations': unusable({ 'a key': 'a value' }),
  'RunnerSettings.patches': unusable({ Namespace: {} }),
  'RunnerProps.name': unusable('A runner'),
  'RunnerProps.arch': unusable('riscv64'),
  'RunnerProps.capacity': unusable('reserved'),
  'RunnerProps.gitlabId': unusable(0),
  'RunnerTokenProps.secret': unusable('A secret', existing),
  'RunnerTokenProps.key': unusable('a key', existing),
  'RunnerTokenProps.storeKey': unusable('', external),
  'RunnerTokenProps.property': unusable('', external),
  'RunnerTokenProps.version': unusable('', external),
  'PrewarmProps.jobs': unusable(0),
  'PrewarmProps.hours': unusable(['at noon']),
  'PrewarmProps.timezone': unusable('Europe/Nowhere'),
  'S3CacheProps.bucket': unusable('A bucket'),
  'S3CacheProps.region': unusable('Ireland'),
  'S3CacheProps.identity': unusable('keys'),
  'S3CacheProps.roleArn': unusable('a role'),
  'S3CacheProps.server': unusable('https://minio.example.com'),
  'S3CacheProps.insecure': unusable(true),
  'S3CacheProps.pathStyle': unusable(true),
  'S3CacheProps.credentialsSecret': unusable('A Secret'),
  'S3CacheProps.encryption': unusable('AES'),
  'S3CacheProps.kmsKeyId': unusable('a key'),
  'RunnerSettings.volumes': unusable([{ mountPath: '/cache' }]),
  'JobProps.environment': unusable({ 'a-b': 'x' }),
  'JobProps.preGetSourcesScript': unusable(' '),
  'JobProps.postGetSourcesScript': unusable(' '),
  'JobProps.preBuildScript': unusable(' '),
  'JobProps.postBuildScript': unusable(' '),
  'JobProps.services': unusable([{ image: 'postgres:latest' }]),
  'JobProps.allowedImages': unusable([]),
  'JobProps.allowedServices': unusable(['an image']),
  'JobProps.priorityClassName': unusable('A class'),
  'JobProps.runtimeClassName': unusable('A class'),
  'JobProps.hostAliases': unusable([{ ip: 'db', hostnames: ['db'] }]),
  'JobServiceProps.image': unusable('an image'),
  'JobServiceProps.alias': unusable('My DB'),
  'JobServiceProps.environment': unusable({ 'a-b': 'x' }),
  'JobProps.podAffinity': unusable([{ prefer: 'near' }]),
  'JobPodAffinityProps.prefer': unusable('near'),
  'JobPodAffinityProps.topologyKey': unusable('a node'),
  'JobPodAffinityProps.matchLabels': unusable({}),
  'JobPodAffinityProps.weight': unusable(0),
  'HostAliasProps.ip': unusable('db.example.com'),
  'HostAliasProps.hostnames': unusable(['A name']),
  'JobVolumeProps.mountPath': unusable('cache'),
  'JobVolumeProps.claim': unusable('A claim'),
  'JobVolumeProps.newClaim': unusable({ name: 'logs', size: '1Gi', storageClass: 'efs' }),
  'JobVolumeProps.hostPath': unusable('/data'),
  'JobVolumeProps.configMap': unusable('A ConfigMap'),
  'JobVolumeProps.secret': unusable('scripts'),
  'JobVolumeProps.emptyDir': unusable({ sizeLimit: '1m' }),
  'JobVolumeProps.items': unusable({ 'settings.xml': '../settings.xml' }),
  'JobVolumeProps.subPath': unusable('../other'),
  'JobVolumeProps.readOnly': unusable(true),
  'VolumeClaimProps.name': unusable('A claim'),
  'VolumeClaimProps.size': unusable('a lot'),
  'VolumeClaimProps.storageClass': unusable('A class'),
  'VolumeClaimProps.accessMode': unusable('ReadWriteOnce'),
  'EmptyDirProps.medium': unusable('Disk'),
  'EmptyDirProps.sizeLimit': unusable('2 GB'),
  'ImageDigestsProps.manager': unusable('sha256:1'),
  'HelperDigestsProps.amd64': unusable('sha256:1'),
  'HelperDigestsProps.arm64': unusable('sha256:1'),
  'ResourceRange.request': unusable('3 apples'),
  'ResourceRange.limit': unusable('3 apples'),
  'ResourceRange.maxRequest': unusable('3 apples'),
  'ResourceRange.maxLimit': unusable('3 apples'),
  'NodePoolSettings.instanceCategories': unusable([]),
  'NodePoolSettings.instanceFamilies': unusable([]),
  'NodePoolSettings.minGeneration': unusable(0),
  'NodePoolSettings.instanceSizes': unusable([]),
  'NodePoolSettings.minCpu': unusable(0),
  'NodePoolSettings.maxCpu': unusable(0),
  'NodePoolSettings.zones': unusable([]),
  'NodePoolSettings.expireAfter': unusable('0s'),
  'NodePoolSettings.terminationGracePeriod': unusable('0s'),
  'NodePoolSettings.consolidateAfter': unusable('soon'),
  'NodePoolSettings.consolidationPolicy': unusable('WhenFull'),
  'NodePoolSettings.nodeLabels': unusable({ 'a key': 'a value' }),
  'NodePoolSettings.startupTaints': unusable({ 'example.com/a': 'Never' }),
  'NodePoolSettings.devices': unusable({ 'example.com/device': -1 }),
  'NodePoolSettings.patches': unusable({ Deployment: {} }),
  'NodePoolSettings.requirements': unusable([{ key: 'a', operator: 'In' }]),
  'NodeRequirement.key': unusable('a key'),
  'NodeRequirement.operator': unusable('Like'),
  'NodeRequirement.values': unusable([]),
  'NodeRequirement.minValues': unusable(0),
  'NodePoolProps.pool': unusable('A pool'),
  'NodePoolProps.arch': unusable('riscv64'),
  'NodePoolProps.capacity': unusable('reserved'),
  'PoolLimits.cpu': unusable('3 apples'),
  'PoolLimits.memory': unusable('3 apples'),
  'DisruptionBudget.nodes': unusable('some'),
  'DisruptionBudget.reasons': unusable(['Bored']),
  'DisruptionBudget.schedule': unusable('at noon'),
  'DisruptionBudget.duration': unusable('8s'),
  'NodeClassProps.amiAlias': unusable('al2023@latest'),
  'NodeClassProps.amiSelectorTerms': unusable([]),
  'NodeClassProps.amiFamily': unusable('Windows2022'),
  'NodeClassProps.userData': unusable('x'.repeat(20000)),
  'NodeClassProps.instanceStorePolicy': unusable('RAID1'),
  'NodeClassProps.blockDeviceMappings': unusable([{ deviceName: 'a disk', ebs: {} }]),
  'NodeClassProps.subnetSelectorTerms': unusable([]),
  'NodeClassProps.securityGroupSelectorTerms': unusable([]),
  'NodeClassProps.capacityReservationSelectorTerms': unusable([]),
  'RegistryMirrorProps.registry': unusable('https://docker.io'),
  'RegistryMirrorProps.endpoint': unusable([]),
  'KubeletProps.maxPods': unusable(-1),
  'KubeletProps.podsPerCore': unusable(-1),
  'KubeletProps.kubeReserved': unusable({ cpu: '-1' }),
  'KubeletProps.systemReserved': unusable({ gpu: '1' }),
  'KubeletProps.evictionHard': unusable({ 'memory.free': '5%' }),
  'KubeletProps.evictionSoft': unusable({ 'memory.available': 'little' }),
  'KubeletProps.evictionSoftGracePeriod': unusable({ 'memory.available': 'soon' }),
  'KubeletProps.evictionMaxPodGracePeriod': unusable(1.5),
  'KubeletProps.imageGCHighThresholdPercent': unusable(101),
  'KubeletProps.imageGCLowThresholdPercent': unusable(-1),
  'KubeletProps.clusterDNS': unusable(['dns']),
  'AmiSelectorTermProps.id': unusable('i-1'),
  'SubnetSelectorTermProps.id': unusable('vpc-1', auto),
  'PodSecurityGroupSelectorTermProps.id': unusable('vpc-1', auto),
  'SecurityGroupSelectorTermProps.id': unusable('vpc-1'),
  'CapacityReservationSelectorTermProps.id': unusable('i-1'),
  'CapacityReservationSelectorTermProps.ownerID': unusable('acme'),
  'CapacityReservationSelectorTermProps.instanceMatchCriteria': unusable('closed'),
  'AmiSelectorTermProps.tags': unusable({ '': 'a' }),
  'SubnetSelectorTermProps.tags': unusable({ '': 'a' }, auto),
  'PodSecurityGroupSelectorTermProps.tags': unusable({ '': 'a' }, auto),
  'SecurityGroupSelectorTermProps.tags': unusable({ '': 'a' }),
  'CapacityReservationSelectorTermProps.tags': unusable({ '': 'a' }),
  'BlockDeviceMappingProps.deviceName': unusable('a disk'),
  'BlockDeviceProps.volumeSize': unusable('0Gi'),
  'BlockDeviceProps.volumeType': unusable('gp1'),
  'BlockDeviceProps.iops': unusable(1),
  'BlockDeviceProps.throughput': unusable(1),
  'BlockDeviceProps.kmsKeyID': unusable(''),
  'BlockDeviceProps.snapshotID': unusable('a snapshot'),
  'BlockDeviceProps.volumeInitializationRate': unusable(1),
  'NodeClassProps.subnetTags': unusable({}),
  'NodeClassProps.securityGroupTags': unusable({}),
  'NodeClassProps.nodeRole': unusable('arn:aws:iam::123456789012:role/nodes'),
  'NodeClassProps.instanceProfile': unusable(''),
  'NodeClassProps.tags': unusable({ 'aws:key': 'a value' }),
  'RootVolumeProps.size': unusable('0Gi'),
  'RootVolumeProps.iops': unusable(1),
  'RootVolumeProps.throughput': unusable(1),
  'RootVolumeProps.kmsKeyId': unusable(''),
  'NodeClassProps.snatPolicy': unusable('Always', auto),
  'NodeClassProps.networkPolicy': unusable('Deny', auto),
  'NodeClassProps.networkPolicyEventLogs': unusable('On', auto),
  'NodeClassProps.podSubnetSelectorTerms': unusable([], auto),
  'NodeClassProps.podSecurityGroupSelectorTerms': unusable([], auto),
  'NodeClassProps.certificateBundles': unusable([], auto),
  'NodeClassProps.placementGroupSelector': unusable({}, auto),
  'EphemeralStorageProps.size': unusable('0Gi', auto),
  'EphemeralStorageProps.iops': unusable(1, auto),
  'EphemeralStorageProps.throughput': unusable(1, auto),
  'EphemeralStorageProps.kmsKeyID': unusable('', auto),
  'AdvancedNetworkingProps.httpsProxy': unusable('proxy', auto),
  'AdvancedNetworkingProps.noProxy': unusable(['*'], auto),
  'AdvancedNetworkingProps.ipv4PrefixSize': unusable('28', auto),
  'CertificateBundleProps.name': unusable('A bundle', auto),
  'CertificateBundleProps.pem': unusable('a certificate', auto),
  'PlacementGroupSelectorProps.name': unusable('', auto),
  'PlacementGroupSelectorProps.id': unusable('sg-1', auto),
  'ConfigOverrides.global': unusable({ concurent: 5 }),
  'ConfigOverrides.runner': unusable({ token: 'x' }),
};

/** What takes every value of its type, and why. */
const TAKES_ALL: Readonly<Record<string, string>> = {
  'RunnerFleetProps.manifests': 'files are read where the fleet is rendered: test/app/own-manifests.test.ts',
  'TokensProps.keyPrefix': 'stores differ in what a key may be, and no prefix is one too',
  'S3CacheProps.path': 'the key of an S3 object may begin with any text, and with none',
  'AmiSelectorTermProps.name': 'EC2 finds images by any text',
  'AmiSelectorTermProps.owner': 'EC2 finds images by any text',
  'AmiSelectorTermProps.ssmParameter': 'parameters have many forms of names',
  'SecurityGroupSelectorTermProps.name': 'EC2 finds groups by any text',
  'KubeletProps.cpuCFSQuota': 'true or false',
  'NodeClassProps.associatePublicIPAddress': 'true or false',
  'NodeClassProps.detailedMonitoring': 'true or false',
  'BlockDeviceMappingProps.rootVolume': 'true or false',
  'AdvancedNetworkingProps.enableV4Egress': 'true or false',
  'AdvancedSecurityProps.fips': 'true or false',
  'JobServiceProps.command': 'programs take any text as an argument, and none',
  'JobServiceProps.entrypoint': 'programs take any text as an argument, and none',
  'MonitoringProps.dashboard': 'true or false',
  'MonitoringProps.kubeStateMetrics': 'true or false',
  'NamespaceProps.existing': 'true or false',
  'NamespaceProps.shared': 'true or false',
  'FargateProps.managers': 'true or false',
  'GitlabCaProps.jobs': 'true or false',
  'JobServiceAccountProps.automountServiceAccountToken': 'true or false',
  'JobNamespacesProps.limitRange': 'true or false',
  'OrphanCleanupProps.enabled': 'true or false',
  'JobNamespacesProps.resourceQuota': 'true or false',
  'RunnerSettings.exactTags': 'true or false',
  'RunnerSettings.protected': 'true or false',
  'RunnerSettings.locked': 'true or false',
  'RunnerSettings.runUntagged': 'true or false',
  'RunnerSettings.privileged': 'true or false',
  'RunnerSettings.rootlessBuilds': 'true or false',
  'RunnerSettings.allowPrivilegeEscalation': 'true or false',
  'S3CacheProps.shared': 'true or false',
  'VolumeClaimProps.perSlot': 'true or false; that it needs one manager, in test/fleet/job-volumes.test.ts',
};

/** What a table must say besides the option, so that nothing else in it is a fault. */
const NEEDED: Readonly<Record<string, object>> = {
  RunnerFleetProps: {
    name: 'acme',
    runners: [{ name: 'a', arch: 'amd64', capacity: 'spot' }],
  },
  ManagerNodesProps: { nodeSelector: { 'example.com/team': 'ci' } },
  ExistingPoolProps: { pool: 'jobs', nodeSelector: { 'example.com/team': 'ci' } },
  NamespaceProps: { name: 'gitlab-jobs' },
  TokensProps: { from: 'external-secret', store: 'vault' },
  FargateProps: { region: 'eu-west-1' },
  RunnerProps: { name: 'a', arch: 'amd64', capacity: 'spot' },
  PrewarmProps: { jobs: 1, hours: ['* 8-17 * * *'], timezone: 'UTC' },
  S3CacheProps: { bucket: 'acme-cache', region: 'eu-west-1' },
  JobServiceProps: { image: 'postgres:17.5' },
  HostAliasProps: { ip: '10.0.0.5', hostnames: ['db.example.com'] },
  JobPodAffinityProps: { prefer: 'apart' },
  JobVolumeProps: { mountPath: '/cache', emptyDir: {} },
  ManagerVolumeProps: { mountPath: '/etc/gcs', secret: 'gcs' },
  TopologySpreadProps: { topologyKey: 'topology.kubernetes.io/zone' },
  SessionServerProps: { advertiseAddress: 'terminals.example.com:8093', fromCidrs: ['10.0.0.1/32'] },
  VolumeClaimProps: { name: 'cache', size: '10Gi', storageClass: 'efs' },
  NodePoolProps: { arch: 'amd64', capacity: 'spot' },
  EgressProps: { cidr: '10.0.0.0/8', ports: [443] },
  RegistryMirrorProps: { registry: 'docker.io', endpoint: ['https://mirror.example.com'] },
  NodeRequirement: { key: 'example.com/rack', operator: 'NotIn', values: ['a'] },
  CertificateBundleProps: { name: 'registry-ca', pem: CERTIFICATE },
  BlockDeviceMappingProps: { deviceName: '/dev/xvdf', ebs: { volumeSize: '100Gi' } },
  BlockDeviceProps: { volumeSize: '100Gi' },
  DisruptionBudget: { nodes: '10%', schedule: '0 8 * * *', duration: '8h' },
};

type Tables = Readonly<Record<string, { readonly table: Readonly<Record<string, Shape>> }>>;
const TABLES = shapes as unknown as Tables;

/** A table of a description: its type, where it stands, and the fleet with a table in its place. */
interface Place {
  readonly group: string;
  readonly path: string;
  readonly around: (table: object) => object;
}

/** The type of the tables that a shape is of, and whether it is a list of them; undefined for plain values. */
function tablesOf(shape: Shape): { readonly group: string; readonly isList: boolean } | undefined {
  if (typeof shape === 'string') return shape in TABLES ? { group: shape, isList: false } : undefined;
  if ('list' in shape && typeof shape.list === 'string' && shape.list in TABLES)
    return { group: shape.list, isList: true };
  return 'is' in shape ? tablesOf(shape.is) : undefined;
}

function placesBelow({ group, path, around }: Place): readonly Place[] {
  const inner = Object.entries(TABLES[group].table).flatMap(([name, shape]) => {
    const tables = tablesOf(shape);
    if (tables === undefined) return [];
    return placesBelow({
      group: tables.group,
      path: path === '' ? name : `${path}.${name}`,
      around: (table) => {
        const whole = { ...NEEDED[tables.group], ...table };
        return around({ [name]: tables.isList ? [whole] : whole });
      },
    });
  });
  return [{ group, path, around }, ...inner];
}

const PLACES = placesBelow({
  group: 'RunnerFleetProps',
  path: '',
  around: (table) => ({ ...NEEDED.RunnerFleetProps, ...table }),
});

/** The interface that declares an option: those of runners and pools inherit. */
function declaredIn(group: string, option: string): string {
  const parent = group.replace('Props', 'Settings');
  return TABLES[parent] !== undefined && option in TABLES[parent].table ? parent : group;
}

/** Each option by its interface and name, with every place of a description where it may stand. */
const OPTIONS = new Map<string, { readonly option: string; readonly places: Place[] }>();
for (const place of PLACES) {
  for (const [option, shape] of Object.entries(TABLES[place.group].table)) {
    const name = `${declaredIn(place.group, option)}.${option}`;
    const isTables = tablesOf(shape) !== undefined;
    if (isTables && !(name in UNUSABLE)) continue;
    const known = OPTIONS.get(name) ?? { option, places: [] };
    known.places.push(place);
    OPTIONS.set(name, known);
  }
}

/** The places of all faults of a fleet. */
function faultsOf(fleet: object): readonly string[] {
  try {
    resolveFleets([fleet as never], new Map());
    return [];
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    return error.faults.map(({ at }) => at);
  }
}

test('each option has a value here that is refused, or a reason why every value is taken', () => {
  expect([...OPTIONS.keys()].sort()).toEqual([...Object.keys(UNUSABLE), ...Object.keys(TAKES_ALL)].sort());
});

test.each(Object.entries(UNUSABLE))(
  'a value of %s that can not be used is a fault at its place',
  (name, { value, fleet }) => {
    const { option, places } = OPTIONS.get(name) as { option: string; places: Place[] };
    const isNamed = (at: string) => new RegExp(`(^|[ .])${option}($|[ .[])`).test(at);
    const taken = places
      .map(({ path, around }) => ({ path, faults: faultsOf({ ...fleet, ...around({ [option]: value }) }) }))
      .filter(({ faults }) => !faults.some(isNamed));
    expect(taken).toEqual([]);
  },
);
