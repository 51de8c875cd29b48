import type { ConfigOverrides } from '../../lib/fleet/config-overrides';
import type { ObjectPatch, Patches } from '../../lib/fleet/patches';
import type {
  FargateProps,
  FleetObjectKind,
  NetworkProps,
  RunnerFleetProps,
  TokensProps,
} from '../../lib/fleet/props/fleet';
import type { NodeClassProps, RootVolumeProps } from '../../lib/fleet/props/node-class';
import type {
  DisruptionBudget,
  NodePoolProps,
  NodePoolSettings,
  PoolLimits,
} from '../../lib/fleet/props/node-pool';
import type {
  ContainerResources,
  PrewarmProps,
  ResourceRange,
  RunnerObjectKind,
  RunnerProps,
  RunnerSettings,
  RunnerTokenProps,
  S3CacheProps,
} from '../../lib/fleet/props/runner';
import { resolveOne } from '../fleets';

/**
 * A fleet in which every option says something. `Required` breaks the compilation of this file when an option joins
 * until it is set here. Each value is another one, so that it can be found again in what is resolved.
 */

const patch = (note: string): ObjectPatch => ({ metadata: { annotations: { note } } });

/** All but `SealedSecret`, which is not rendered where tokens come from a store. */
const runnerPatches = (seed: string): Required<Omit<Patches<RunnerObjectKind>, 'SealedSecret'>> => ({
  Deployment: patch(`deployment-${seed}`),
  ServiceAccount: patch(`account-${seed}`),
  Role: patch(`role-${seed}`),
  RoleBinding: patch(`binding-${seed}`),
  ExternalSecret: patch(`external-${seed}`),
});

const fleetPatches: Required<Patches<FleetObjectKind>> = {
  Namespace: patch('namespace-of-all'),
  NetworkPolicy: patch('policy-of-all'),
  PodDisruptionBudget: patch('budget-of-all'),
  EC2NodeClass: patch('class-of-all'),
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

const cache = (seed: string, identity: 'pod-identity' | 'irsa'): Required<S3CacheProps> => ({
  bucket: `cache-${seed}`,
  region: 'eu-north-1',
  identity,
  roleArn: `arn:aws:iam::123456789012:role/cache-${seed}`,
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
  kmsKeyId: `key-${base}`,
});

/** All but `instanceProfile`, which excludes `nodeRole`. */
const nodeClass = (seed: string, base: number): Required<Omit<NodeClassProps, 'instanceProfile'>> => ({
  amiAlias: `al2023@v2026${1000 + base}`,
  rootVolume: rootVolume(base),
  subnetTags: { Subnet: `subnet-${seed}` },
  securityGroupTags: { Group: `group-${seed}` },
  nodeRole: `role-${seed}`,
  tags: { Tag: `tag-${seed}` },
});

const limits = (base: number): Required<PoolLimits> => ({ cpu: `${base}`, memory: `${base}Gi` });

const budget = (hours: number): Required<DisruptionBudget> => ({
  nodes: `${hours + 20}%`,
  reasons: ['Drifted'],
  schedule: `${hours} 8 * * mon-fri`,
  duration: `${hours}h30m`,
});

const pool = (seed: string, base: number): Required<NodePoolSettings> => ({
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
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  budgets: [budget(base % 60)],
  nodeLabels: { 'example.com/node': `node-${seed}` },
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

/** All but `prewarm`, which excludes `devices`. */
const settings = (seed: string, base: number): Required<Omit<RunnerSettings, 'prewarm'>> => ({
  runnerVersion: `19.4.${base % 1000}`,
  imageFlavor: seed === 'own' ? 'ubi-fips' : 'ubuntu',
  concurrency: base,
  requestConcurrency: base - 1,
  managers: 3,
  tags: [`tag-of-${seed}`],
  jobImage: `registry.example.com/${seed}:1.2`,
  build: container(base + 100),
  helper: container(base + 200),
  service: container(base + 300),
  longestJob: '90m',
  drain: `${base}m`,
  pollTimeout: `${base}s`,
  privileged: seed === 'own',
  rootlessBuilds: false,
  allowPrivilegeEscalation: true,
  pullPolicy: 'if-not-present',
  serviceAccount: `account-${seed}`,
  jobNamespace: `jobs-${seed}`,
  pool: `pool-${seed}`,
  devices: { [`example.com/device-${seed}`]: 3 },
  nodeSelector: { 'example.com/selector': `selector-${seed}` },
  tolerations: { [`example.com/taint=${seed}`]: 'NoExecute' },
  podLabels: { 'example.com/label': `label-${seed}` },
  podAnnotations: { 'example.com/annotation': `annotation-${seed}` },
  cache: cache(seed, seed === 'own' ? 'irsa' : 'pod-identity'),
  config: config(seed, 6000 + base),
  patches: runnerPatches(seed),
});

const RUNNERS: readonly [Required<Omit<RunnerProps, 'prewarm'>>, RunnerProps] = [
  { name: 'own-runner', arch: 'amd64', capacity: 'spot-first', token: TOKEN, ...settings('own', 1400) },
  { name: 'other-runner', arch: 'arm64', capacity: 'on-demand' },
];

const OWN_POOL: Required<NodePoolProps> = {
  pool: 'pool-own',
  arch: 'amd64',
  capacity: 'spot',
  ...pool('own', 47),
};

const NETWORK: Required<NetworkProps> = { jobPorts: [5432], metricsFrom: ['monitoring'] };

/** All but `fargate`, which excludes pools, selectors and tolerations. */
const EVERYTHING: Required<Omit<RunnerFleetProps, 'fargate'>> = {
  name: 'everything',
  clusterName: 'the-cluster',
  gitlabUrl: 'https://gitlab.example.com:8443/gitlab',
  prefix: 'the-prefix',
  managerNamespace: 'the-managers',
  imageRegistry: 'mirror.example.com/gitlab-org',
  runners: RUNNERS,
  runnerDefaults: settings('default', 1100),
  nodeClass: nodeClass('fleet', 131),
  nodePoolDefaults: pool('default', 58),
  nodePools: [OWN_POOL],
  managerNodePool: pool('managers', 69),
  tokens: TOKENS,
  network: NETWORK,
  labels: { 'example.com/label': 'label-of-all' },
  patches: fleetPatches,
};

/** A value as the resolved fleet shows it, where it does so in another form. */
const SHOWN_AS: Record<string, (value: never) => unknown> = {
  managers: (count: number) => `runner-own-runner-${count}`,
  drain: (minutes: string) => Number.parseInt(minutes, 10) * 60,
  pollTimeout: (seconds: string) => Number.parseInt(seconds, 10),
  minGeneration: (generation: number) => `${generation - 1}`,
  minCpu: (count: number) => `${count - 1}`,
  maxCpu: (count: number) => `${count + 1}`,
  // The drain that is said stands for it, and how credentials come shows in a test of its own.
  longestJob: () => EVERYTHING.name,
  identity: () => EVERYTHING.name,
};

/** All texts and numbers below a value, with the path to them. */
function leaves(
  value: unknown,
  path: readonly string[] = [],
): (readonly [readonly string[], string | number])[] {
  if (typeof value === 'string' || typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

/** Paths of what a description says and a resolved fleet does not show. */
function lost(description: object, resolved: object): string[] {
  const shown = leaves(resolved).map(([, value]) => value);
  const text = shown.join('\n');
  return leaves(description).flatMap(([path, value]) => {
    const option = path[path.length - 1];
    const wanted = Object.hasOwn(SHOWN_AS, option) ? SHOWN_AS[option](value as never) : value;
    const found = typeof wanted === 'number' ? shown.includes(wanted) : text.includes(String(wanted));
    return found ? [] : [`${path.join('.')}: ${wanted}`];
  });
}

test('a fleet that sets every option is taken, and shows every value', () => {
  const { nodeClass: ofAllPools, ...rest } = EVERYTHING;
  expect(leaves(rest).length).toBeGreaterThan(200);
  expect(lost(rest, resolveOne(EVERYTHING))).toEqual([]);
});

test('what it says of all node classes shows where no pool says otherwise', () => {
  const { nodePoolDefaults, nodePools, managerNodePool, ...rest } = EVERYTHING;
  const [jobs, , managers] = resolveOne(rest).nodeClasses;
  expect(lost(EVERYTHING.nodeClass, jobs)).toEqual([]);
  // The disk of the fleet is for jobs.
  const { rootVolume: ofJobs, ...shared } = EVERYTHING.nodeClass;
  expect(lost(shared, managers)).toEqual([]);
});

test('an instance profile in place of the role shows too', () => {
  const { nodeRole, ...rest } = nodeClass('fleet', 131);
  const byProfile: Required<Omit<NodeClassProps, 'nodeRole'>> = {
    ...rest,
    instanceProfile: 'the-profile',
  };
  const { nodePoolDefaults, nodePools, managerNodePool, ...fleet } = EVERYTHING;
  const { nodeClasses } = resolveOne({ ...fleet, nodeClass: byProfile });
  expect(nodeClasses.map(({ identity }) => identity)).toEqual(
    Array(3).fill({ instanceProfile: 'the-profile' }),
  );
});

test('what is for tokens that are sealed, or exist, shows where they do', () => {
  const existing: Required<Pick<RunnerTokenProps, 'secret' | 'key'>> = {
    secret: 'the-secret',
    key: 'the-key',
  };
  const runner: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
  const fleet: RunnerFleetProps = {
    name: 'f',
    tokens: { from: 'existing-secret' },
    runners: [{ ...runner, token: existing }],
  };
  expect(lost(existing, resolveOne(fleet))).toEqual([]);
  const patches = { SealedSecret: patch('sealed') };
  expect(lost(patches, resolveOne({ name: 'f', runners: [{ ...runner, patches }] }))).toEqual([]);
});

test('what is either true or false shows for the runner that says it', () => {
  const [own, other] = resolveOne(EVERYTHING).runners.map(({ managers }) => managers[0].config.runners[0]);
  expect(own.kubernetes).toMatchObject({ privileged: true, allow_privilege_escalation: true });
  expect(other.kubernetes).toMatchObject({ privileged: false, allow_privilege_escalation: true });
  expect([own.cache?.Shared, other.cache?.Shared]).toEqual([true, true]);
});

test('the way of credentials to the cache shows for the runner that says it', () => {
  const { runners, managerNamespace } = resolveOne(EVERYTHING);
  const annotation = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/cache-own' };
  expect(runners.map(({ serviceAccountAnnotations }) => serviceAccountAnnotations)).toEqual([annotation, {}]);
  expect(managerNamespace.podIdentity).toBe(true);
});

test('held room in place of devices shows too', () => {
  const prewarm: Required<PrewarmProps> = {
    jobs: 33,
    hours: ['* 7 * * mon-fri'],
    timezone: 'Europe/Berlin',
  };
  const { devices, patches, ...rest } = settings('own', 1400);
  const { runners, prewarmPriority } = resolveOne({
    name: 'a',
    runners: [{ name: 'a', arch: 'amd64', capacity: 'spot', ...rest, prewarm }],
  });
  const [{ config, prewarmedJobs }] = runners[0].managers;
  // A third of 33 for each of three managers, and more for the helper.
  expect(prewarmedJobs).toBe(11);
  expect(config.runners[0].kubernetes.autoscaler).toMatchObject({
    pause_pod_priority_class_name: prewarmPriority,
    policy: [{ periods: prewarm.hours, timezone: prewarm.timezone }],
  });
});

test('Fargate in place of nodes shows too', () => {
  const fargate: Required<FargateProps> = {
    region: 'eu-south-2',
    managers: true,
    logRetentionDays: 731,
  };
  const resolved = resolveOne({
    name: 'a',
    fargate,
    runners: [{ name: 'a', arch: 'amd64', capacity: 'fargate' }],
  });
  expect(lost({ region: fargate.region, logRetentionDays: fargate.logRetentionDays }, resolved)).toEqual([]);
  expect(resolved.fargate?.profiles.map(({ name }) => name)).toEqual(['gitlab-jobs', 'gitlab-managers']);
  expect([resolved.nodePools, resolved.nodeClasses]).toEqual([[], []]);
});
