import { readFileSync } from 'node:fs';
import type { ConfigOverrides } from '../../lib/fleet/config-overrides';
import { type DescriptionError, Faults } from '../../lib/fleet/fault';
import type { HelperDigestsProps } from '../../lib/fleet/props/containers';
import type {
  EgressProps,
  ExistingPoolProps,
  FargateProps,
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
import type { GitlabCaProps } from '../../lib/fleet/props/gitlab-ca';
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
  RunnerProps,
  RunnerSettings,
  RunnerTokenProps,
  S3CacheProps,
  SessionServerProps,
  TopologySpreadProps,
  VolumeClaimProps,
} from '../../lib/fleet/props/runner';
import shapes from '../../lib/fleet/props/shapes.json';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { checkShape } from '../../lib/fleet/validate/shape';
import { currentShapes, DESCRIPTIONS, SHAPES } from '../../tools/scripts/options';
import { type Option, type OptionGroup, readOptions } from '../../tools/scripts/options-page';
import { DEFAULT_FLEET } from '../fleets';

const CYCLE: Record<string, unknown> = {};
CYCLE.self = CYCLE;
const [RUNNER] = DEFAULT_FLEET.runners;
const runner = (change: object) => ({ ...DEFAULT_FLEET, runners: [{ ...RUNNER, ...change }] });

function messageOf(fleet: unknown): string {
  try {
    resolveFleets([fleet as never], new Map());
  } catch (error) {
    if ((error as Error).name !== 'DescriptionError') throw error;
    return (error as DescriptionError).message;
  }
  throw new Error('the description was taken');
}

// biome-ignore format: a table of cases
test.each<[string, unknown, RegExp]>([
  ['null', null, /fleets\[0\] > \(the whole\): "null"/],
  ['a text', 'x', /a fleet is an object/],
  ['no runners', { name: 'x' }, /x > runners: nothing/],
  ['a text for runners', { name: 'x', runners: 'a' }, /runners: "a"\n.*a list of objects/],
  ['a runner that is null', { name: 'x', runners: [null] }, /runners\[0\]: null/],
  ['a slip in an option', runner({ concurency: 5 }), /runners\[0\]\.concurency: "concurency"[\s\S]*fix: {2}write concurrency/],
  ['a slip deep in an option', runner({ build: { cpu: { requests: '1' } } }), /build\.cpu\.requests[\s\S]*write request/],
  ['a text for a container', runner({ build: '4' }), /runners\[0\]\.build: "4"/],
  ['a text for tags', runner({ tags: 'a,b' }), /tags: "a,b"\n.*a list/],
  ['null for the cache of all runners', { ...DEFAULT_FLEET, runnerDefaults: { cache: null } }, /cache: null[\s\S]*write \{ \.\.\. \}, or leave it out/],
  ['null for what a runner must say', runner({ arch: null }), /arch: null/],
  ['null in what a cache must say', runner({ cache: { bucket: null, region: 'eu-west-1' } }), /cache\.bucket: null/],
  ['a number for an object of the owner', { ...DEFAULT_FLEET, manifests: [5] }, /manifests\[0\]: 5\n.*a path or a function/],
  ['an object that is called by no kind', { ...DEFAULT_FLEET, existing: ['deployer'] }, /existing\[0\]: "deployer"/],
  ['an object for a pool list', { ...DEFAULT_FLEET, nodePools: {} }, /nodePools: "an object"/],
  ['a text for ports', { ...DEFAULT_FLEET, network: { jobPorts: '80' } }, /network\.jobPorts: "80"\n.*a list of numbers/],
  ['null for labels', { ...DEFAULT_FLEET, labels: null }, /labels: null/],
  ['an object in labels', { ...DEFAULT_FLEET, labels: CYCLE }, /labels\["self"\]: "an object"/],
  ['a budget that is null', { ...DEFAULT_FLEET, nodePoolDefaults: { budgets: [null] } }, /budgets\[0\]: null/],
  ['a patch with a cycle', runner({ patches: { Deployment: CYCLE } }), /patches: "no data"/],
  ['a text for config', runner({ config: 'x' }), /config: "x"\n.*an object/],
  ['a table of config.toml that is not one', runner({ config: { kubernetes: {} } }), /config\.kubernetes: "kubernetes"/],
  ['no table of the executor', runner({ config: { runner: { kubernetes: null } } }), /config > runner\.kubernetes: null[\s\S]*a table of config.toml/],
  ['a text for the table of the executor', runner({ config: { runner: { kubernetes: 'x' } } }), /config > runner\.kubernetes: "x"/],
  ['a list for a table of config.toml', runner({ config: { runner: [] } }), /config\.runner: "a list"/],
  ['a text for true or false', runner({ rootlessBuilds: 'false' }), /rootlessBuilds: "false"[\s\S]*write true or false/],
  ['a number for true or false', runner({ privileged: 1 }), /privileged: 1\n[\s\S]*write true or false/],
  ['a big number for a text', runner({ jobImage: 5n }), /jobImage: "a bigint"/],
  ['an object among tags', runner({ tags: [Object.create(null)] }), /tags\[0\]: "an object"/],
  ['an architecture that objects have', runner({ arch: 'constructor' }), /arch: "constructor"[\s\S]*allowed are/],
  ['a capacity that objects have', runner({ capacity: '__proto__' }), /capacity: "__proto__"[\s\S]*allowed are/],
  ['a fleet that is called as what objects have', { ...DEFAULT_FLEET, name: 'constructor' }, /name: "constructor"/],
  ['room that is held at no time', runner({ prewarm: { jobs: 1, timezone: 'UTC' } }), /prewarm > hours: nothing/],
  ['more jobs than numbers hold', runner({ concurrency: 1e308 }), /concurrency: 1e\+308/],
  ['a number for an address', { ...DEFAULT_FLEET, gitlabUrl: 5 }, /gitlabUrl: "5"/],
  ['a number for an image', { ...DEFAULT_FLEET, nodeClass: { amiAlias: 5 } }, /amiAlias: 5/],
  ['a name that constructs can not have', runner({ name: 'constructor' }), /any name but this one/],
  ['a name of a file beside runners', runner({ name: 'poddisruptionbudget-managers' }), /taken by objects/],
])('%s is refused by place and what is wanted, not by a crash', (_, fleet, says) => {
  expect(messageOf(fleet)).toMatch(says);
});

test('null removes a default of a resource', () => {
  expect(resolveFleets([runner({ build: { memory: { limit: null } } }) as never], new Map())).toHaveLength(1);
});

/** The interfaces by name, so that the compiler holds the committed shapes against them. */
interface Interfaces {
  AdvancedNetworkingProps: AdvancedNetworkingProps;
  AdvancedSecurityProps: AdvancedSecurityProps;
  AmiSelectorTermProps: AmiSelectorTermProps;
  AutoModeClassProps: AutoModeClassProps;
  BlockDeviceMappingProps: BlockDeviceMappingProps;
  BlockDeviceProps: BlockDeviceProps;
  CapacityReservationSelectorTermProps: CapacityReservationSelectorTermProps;
  CertificateBundleProps: CertificateBundleProps;
  ConfigOverrides: ConfigOverrides;
  ContainerResources: ContainerResources;
  DisruptionBudget: DisruptionBudget;
  DockerInDockerProps: DockerInDockerProps;
  EgressProps: EgressProps;
  EmptyDirProps: EmptyDirProps;
  EphemeralStorageProps: EphemeralStorageProps;
  ExistingPoolProps: ExistingPoolProps;
  FargateProps: FargateProps;
  GitlabCaProps: GitlabCaProps;
  HelperDigestsProps: HelperDigestsProps;
  HostAliasProps: HostAliasProps;
  ImageDigestsProps: ImageDigestsProps;
  JobNamespacesProps: JobNamespacesProps;
  JobPodAffinityProps: JobPodAffinityProps;
  JobProps: JobProps;
  JobServiceAccountProps: JobServiceAccountProps;
  JobServiceProps: JobServiceProps;
  JobVolumeProps: JobVolumeProps;
  KubeletProps: KubeletProps;
  ManagerNodesProps: ManagerNodesProps;
  ManagerProps: ManagerProps;
  ManagerVolumeProps: ManagerVolumeProps;
  MonitoringProps: MonitoringProps;
  NamespaceProps: NamespaceProps;
  NetworkProps: NetworkProps;
  NodeClassProps: NodeClassProps;
  NodePoolProps: NodePoolProps;
  NodePoolSettings: NodePoolSettings;
  NodeRequirement: NodeRequirement;
  OrphanCleanupProps: OrphanCleanupProps;
  PlacementGroupSelectorProps: PlacementGroupSelectorProps;
  PodSecurityGroupSelectorTermProps: PodSecurityGroupSelectorTermProps;
  PoolLimits: PoolLimits;
  PrewarmProps: PrewarmProps;
  ProxyProps: ProxyProps;
  RegistryMirrorProps: RegistryMirrorProps;
  ResourceRange: ResourceRange;
  RootVolumeProps: RootVolumeProps;
  RunnerFleetProps: RunnerFleetProps;
  RunnerProps: RunnerProps;
  RunnerSettings: RunnerSettings;
  RunnerTokenProps: RunnerTokenProps;
  S3CacheProps: S3CacheProps;
  SecurityGroupSelectorTermProps: SecurityGroupSelectorTermProps;
  SessionServerProps: SessionServerProps;
  SubnetSelectorTermProps: SubnetSelectorTermProps;
  TokensProps: TokensProps;
  TopologySpreadProps: TopologySpreadProps;
  VolumeClaimProps: VolumeClaimProps;
}
type Shapes = typeof shapes;
/** Options that only one of the two has; `never` takes no value, so that a single one does not compile. */
type Apart<Props, Table> = Exclude<keyof Props, keyof Table> | Exclude<keyof Table, keyof Props>;
type Alike<Name extends keyof Shapes & keyof Interfaces> = [
  Apart<Interfaces[Name], Shapes[Name]['table']>,
] extends [never]
  ? 'alike'
  : never;

test('the options of each shape are those of its interface (npm run docs writes the shapes anew)', () => {
  const compiled: { readonly [Name in keyof Shapes | keyof Interfaces]: Alike<Name> } = {
    AdvancedNetworkingProps: 'alike',
    AdvancedSecurityProps: 'alike',
    AmiSelectorTermProps: 'alike',
    AutoModeClassProps: 'alike',
    BlockDeviceMappingProps: 'alike',
    BlockDeviceProps: 'alike',
    CapacityReservationSelectorTermProps: 'alike',
    CertificateBundleProps: 'alike',
    ConfigOverrides: 'alike',
    ContainerResources: 'alike',
    DisruptionBudget: 'alike',
    DockerInDockerProps: 'alike',
    EgressProps: 'alike',
    EmptyDirProps: 'alike',
    EphemeralStorageProps: 'alike',
    ExistingPoolProps: 'alike',
    FargateProps: 'alike',
    GitlabCaProps: 'alike',
    HelperDigestsProps: 'alike',
    HostAliasProps: 'alike',
    ImageDigestsProps: 'alike',
    JobNamespacesProps: 'alike',
    JobPodAffinityProps: 'alike',
    JobProps: 'alike',
    JobServiceAccountProps: 'alike',
    JobServiceProps: 'alike',
    JobVolumeProps: 'alike',
    KubeletProps: 'alike',
    ManagerNodesProps: 'alike',
    ManagerProps: 'alike',
    ManagerVolumeProps: 'alike',
    MonitoringProps: 'alike',
    NamespaceProps: 'alike',
    NetworkProps: 'alike',
    NodeClassProps: 'alike',
    NodePoolProps: 'alike',
    NodePoolSettings: 'alike',
    NodeRequirement: 'alike',
    OrphanCleanupProps: 'alike',
    PlacementGroupSelectorProps: 'alike',
    PodSecurityGroupSelectorTermProps: 'alike',
    PoolLimits: 'alike',
    PrewarmProps: 'alike',
    ProxyProps: 'alike',
    RegistryMirrorProps: 'alike',
    ResourceRange: 'alike',
    RootVolumeProps: 'alike',
    RunnerFleetProps: 'alike',
    RunnerProps: 'alike',
    RunnerSettings: 'alike',
    RunnerTokenProps: 'alike',
    S3CacheProps: 'alike',
    SecurityGroupSelectorTermProps: 'alike',
    SessionServerProps: 'alike',
    SubnetSelectorTermProps: 'alike',
    TokensProps: 'alike',
    TopologySpreadProps: 'alike',
    VolumeClaimProps: 'alike',
  };
  expect(Object.keys(compiled)).toEqual(Object.keys(shapes).sort());
  expect(readFileSync(SHAPES, 'utf8')).toBe(currentShapes());
});

const groups = DESCRIPTIONS.flatMap((file) => readOptions(readFileSync(file, 'utf8')));
const optionsOf = ({ options, parent }: OptionGroup): readonly Option[] => [
  ...groups.filter(({ name }) => name === parent).flatMap(optionsOf),
  ...options,
];

/** A table of a description: its interface, and what is around a value there. */
interface Place {
  readonly path: string;
  readonly group: OptionGroup;
  readonly around: (table: object) => object;
}

function placesBelow({ path, group, around }: Place): readonly Place[] {
  const inner = optionsOf(group).flatMap(({ name, type }) => {
    const of = groups.find((one) => new RegExp(`\\b${one.name}\\b`).test(type));
    if (of === undefined) return [];
    const below = (table: object) => around({ [name]: type.endsWith('[]') ? [table] : table });
    return placesBelow({ path: `${path}.${name}`, group: of, around: below });
  });
  return [{ path, group, around }, ...inner];
}

const [FLEET] = groups.filter(({ name }) => name === 'RunnerFleetProps');
const PLACES = placesBelow({ path: '', group: FLEET, around: (table) => table });
const NAMES = [...new Set(groups.flatMap(({ options }) => options.map(({ name }) => name)))];

test.each(PLACES)('options of $group.name are taken at "$path", and no others', ({ group, around }) => {
  const isTaken = (option: string) => {
    const faults = Faults.collect();
    checkShape(faults, around({ [option]: 'x' }));
    // A name that the chart has is refused in its own words.
    const isRefused = /^unknown option$|not an option here$/;
    return !faults.all().some(({ found, why }) => found === `"${option}"` && isRefused.test(why));
  };
  expect(NAMES.filter(isTaken).sort()).toEqual(
    optionsOf(group)
      .map(({ name }) => name)
      .sort(),
  );
});

test('tables are told apart however deep they are', () => {
  const paths = PLACES.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['.runners.build.memory', '.nodePools.nodeClass.rootVolume', '.runners.config']),
  );
});

test.each(['ftp://u:secret@g.example.com', 'https://u:secret@g.example.com', 'u:secret@g.example.com'])(
  'the password in an address is not printed',
  (gitlabUrl) => {
    const message = messageOf({ ...DEFAULT_FLEET, gitlabUrl });
    expect(message).toContain('g.example.com');
    expect(message).not.toContain('secret');
  },
);
