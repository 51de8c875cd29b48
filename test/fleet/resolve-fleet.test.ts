import { JOB_RESOURCES } from '../../lib/fleet/defaults';
import { sealedTokenFile } from '../../lib/fleet/names';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodeClassProps } from '../../lib/fleet/props/node-class';
import type { NodePoolSettings } from '../../lib/fleet/props/node-pool';
import type { ContainerResources, ResourceRange, RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import type {
  ResolvedEgress,
  ResolvedFleet,
  ResolvedNodePool,
  ResolvedRunner,
} from '../../lib/fleet/resolved-fleet';
import { AMI_ALIAS, JOB_IMAGE, RUNNER_VERSION } from '../../lib/fleet/versions';
import { fakeCiphertext } from '../ciphertext';
import { DEFAULT_FLEET, resolveOne, sealedTokens } from '../fleets';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const GOOD: RunnerFleetProps = { name: 'production', runners: [RUNNER] };

const fleetWith = (change: Partial<RunnerFleetProps>): ResolvedFleet => resolveOne({ ...GOOD, ...change });
const fleetOf = (...runners: Partial<RunnerProps>[]): ResolvedFleet =>
  fleetWith({ runners: runners.map((runner) => ({ ...RUNNER, ...runner })) });
const runnerWith = (change: Partial<RunnerProps>): ResolvedRunner => fleetOf(change).runners[0];
const kubernetesOf = (runner: ResolvedRunner) => runner.managers[0].config.runners[0].kubernetes;
const jobPools = ({ nodePools }: ResolvedFleet) =>
  nodePools.filter(({ name }) => !name.endsWith('-managers'));
const managerPool = ({ nodePools }: ResolvedFleet) => nodePools[nodePools.length - 1];
const values = (pool: ResolvedNodePool, key: string) =>
  pool.requirements
    .filter((one) => one.key.endsWith(`/${key}`))
    .map(({ operator, values: all = [] }) => [operator, ...all]);

describe('tags', () => {
  test('name the architecture in every way that pipelines use, then the capacity', () => {
    expect(runnerWith({}).tags).toEqual(['amd64', 'x86', 'x86-64', 'x86_64', 'spot']);
    expect(runnerWith({ arch: 'arm64', capacity: 'on-demand' }).tags).toEqual([
      'arm64',
      'aarch64',
      'graviton',
      'on-demand',
    ]);
    expect(runnerWith({ capacity: 'spot-first' }).tags).toContain('spot-first');
  });

  test('end in those of the fleet and the own ones, each once', () => {
    const { runners } = fleetWith({
      runnerDefaults: { tags: ['team', 'web'] },
      runners: [{ ...RUNNER, tags: ['web', 'spot', 'large', 'large'] }],
    });
    expect(runners[0].tags.slice(4)).toEqual(['spot', 'team', 'web', 'large']);
  });
});

describe('names', () => {
  test('of a runner stay the same whatever else the fleet holds', () => {
    const [alone] = fleetOf({}).runners;
    const [, joined] = fleetOf({ name: 'b', arch: 'arm64' }, {}).runners;
    expect(joined).toEqual(alone);
    expect(alone).toMatchObject({
      objectName: 'runner-a',
      managerNamespace: 'gitlab-runners',
      jobNamespace: 'gitlab-jobs',
      token: { secretName: 'runner-a-token', file: 'sealed/production/a.yaml' },
    });
    expect(alone.managers.map(({ name }) => name)).toEqual(['runner-a']);
  });

  test('in GitLab begin with the fleet', () => {
    expect(runnerWith({}).managers[0].config.runners[0].name).toBe('production-a');
  });

  test('of namespaces, pools and classes begin with the prefix', () => {
    const fleet = fleetWith({ prefix: 'ci' });
    const names = [fleet.managerNamespace, ...fleet.jobNamespaces, ...fleet.nodePools, ...fleet.nodeClasses];
    expect(names.map(({ name }) => name)).toEqual([
      'ci-runners',
      'ci-jobs',
      'ci-jobs-amd64-spot',
      'ci-managers',
      'ci-jobs',
      'ci-managers',
    ]);
  });

  test('of namespaces may be chosen', () => {
    const fleet = fleetWith({ managerNamespace: 'ops', runners: [{ ...RUNNER, jobNamespace: 'builds' }] });
    expect(fleet.managerNamespace.name).toBe('ops');
    expect(fleet.jobNamespaces.map(({ name }) => name)).toEqual(['builds']);
    expect(kubernetesOf(fleet.runners[0]).namespace).toBe('builds');
  });
});

describe('capacity', () => {
  test('of one type is one pool, to which jobs are bound', () => {
    const fleet = fleetOf({ capacity: 'on-demand' });
    expect(jobPools(fleet).map(({ name, weight }) => [name, weight])).toEqual([
      ['gitlab-jobs-amd64-on-demand', undefined],
    ]);
    expect(values(jobPools(fleet)[0], 'capacity-type')).toEqual([['In', 'on-demand']]);
    expect(kubernetesOf(fleet.runners[0]).node_selector).toEqual({
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/os': 'linux',
      'karpenter.sh/capacity-type': 'on-demand',
      'gitlab-runner-fleet/dedicated-to': 'gitlab-jobs',
    });
  });

  test('spot-first is a spot pool before an on-demand pool of the same label, and jobs take both', () => {
    const fleet = fleetOf({ capacity: 'spot-first' });
    const [spot, onDemand] = jobPools(fleet);
    expect([spot.name, onDemand.name]).toEqual(['gitlab-jobs-amd64-spot', 'gitlab-jobs-amd64-on-demand']);
    expect(spot.weight).toBeGreaterThan(onDemand.weight ?? Number.POSITIVE_INFINITY);
    expect(spot.dedicatedTo).toBe(onDemand.dedicatedTo);
    const selector = kubernetesOf(fleet.runners[0]).node_selector;
    expect(selector).not.toHaveProperty(['karpenter.sh/capacity-type']);
    expect(selector).toHaveProperty(['gitlab-runner-fleet/dedicated-to'], spot.dedicatedTo);
  });

  test('of one type has weights too once another runner prefers one over the other', () => {
    const fleet = fleetOf({}, { name: 'b', capacity: 'spot-first' });
    expect(jobPools(fleet).map(({ weight }) => typeof weight)).toEqual(['number', 'number']);
  });

  test('is shared by runners of the same kind', () => {
    expect(
      jobPools(fleetOf({}, { name: 'b' }, { name: 'c', arch: 'arm64' })).map(({ name }) => name),
    ).toEqual(['gitlab-jobs-amd64-spot', 'gitlab-jobs-arm64-spot']);
  });

  test('of another pool is kept apart by label, taint and selector', () => {
    const fleet = fleetOf({}, { name: 'b', pool: 'large' });
    expect(jobPools(fleet).map(({ dedicatedTo }) => dedicatedTo)).toEqual(['gitlab-jobs', 'gitlab-large']);
    expect(kubernetesOf(fleet.runners[1])).toMatchObject({
      node_selector: { 'gitlab-runner-fleet/dedicated-to': 'gitlab-large' },
      node_tolerations: { 'gitlab-runner-fleet/dedicated-to=gitlab-large': 'NoSchedule' },
    });
  });

  test('of privileged runners is their own, and so is their namespace', () => {
    const fleet = fleetOf({}, { name: 'docker', privileged: true });
    expect(jobPools(fleet).map(({ name }) => name)).toContain('gitlab-privileged-amd64-spot');
    expect(fleet.jobNamespaces.map(({ name, enforce }) => [name, enforce])).toEqual([
      ['gitlab-jobs', 'baseline'],
      ['gitlab-jobs-privileged', 'privileged'],
    ]);
  });
});

describe('limits of a pool', () => {
  test('hold all jobs at their largest, with a quarter to spare', () => {
    // One job: 4 CPUs and 100m of the helper, 4Gi and 256Mi of the helper.
    const [{ limits }] = jobPools(fleetOf({ concurrency: 20, managers: 2 }));
    // Build, helper, and four services of 1 CPU and 2Gi each.
    const [cpu, memory] = [40 * (4.1 + 4) * 1.25, 40 * (4.25 + 8) * 1.25];
    expect(Number(limits.cpu)).toBeGreaterThanOrEqual(cpu);
    expect(Number(limits.cpu)).toBeLessThan(cpu + 8);
    expect(Number(limits.memory.replace('Gi', ''))).toBeGreaterThanOrEqual(memory);
    expect(Number(limits.memory.replace('Gi', ''))).toBeLessThan(memory + 8);
  });

  test('count as many services as a job may have', () => {
    const [{ limits }] = jobPools(fleetOf({ concurrency: 20, maxServices: 0 }));
    expect(limits).toEqual({ cpu: '104', memory: '112Gi' });
  });

  test('add up over the runners of the pool', () => {
    const cpu = (...concurrency: number[]) =>
      Number(
        jobPools(
          fleetOf(...concurrency.map((count, index) => ({ name: `r${index}`, concurrency: count }))),
        )[0].limits.cpu,
      );
    expect(cpu(40, 60)).toBe(cpu(100));
    expect(cpu(40)).toBeLessThan(cpu(100));
  });

  test('follow what a job may ask for', () => {
    const build = { memory: { request: '16Gi' } };
    const memory = Number(jobPools(fleetOf({ concurrency: 10, build }))[0].limits.memory.replace('Gi', ''));
    expect(memory).toBeGreaterThanOrEqual(10 * 16.25 * 1.25);
  });

  test('follow concurrency where config says it', () => {
    const [pool] = jobPools(fleetOf({ config: { global: { concurrent: 40 } } }));
    expect(pool.limits).toEqual(jobPools(fleetOf({ concurrency: 40 }))[0].limits);
  });

  test('may be set one by one', () => {
    const fleet = fleetWith({ nodePools: [{ arch: 'amd64', capacity: 'spot', limits: { cpu: '64' } }] });
    expect(jobPools(fleet)[0].limits).toEqual({ cpu: '64', memory: jobPools(fleetOf({}))[0].limits.memory });
  });
});

describe('everything that ends jobs waits for the longest', () => {
  test('managers drain ten minutes longer, unless said otherwise', () => {
    expect(runnerWith({}).drainSeconds).toBe(2 * 3600 + 600);
    expect(runnerWith({ longestJob: '6h' }).drainSeconds).toBe(6 * 3600 + 600);
    expect(runnerWith({ longestJob: '6h', drain: '6h' }).drainSeconds).toBe(6 * 3600);
  });

  test('nodes drain as long as the longest of their runners', () => {
    const fleet = fleetOf(
      {},
      { name: 'b', longestJob: '10h' },
      { name: 'c', arch: 'arm64', longestJob: '4h' },
    );
    const periods = fleet.nodePools.map(({ name, terminationGracePeriod }) => [name, terminationGracePeriod]);
    expect(periods).toEqual([
      ['gitlab-jobs-amd64-spot', '10h10m'],
      ['gitlab-jobs-arm64-spot', '4h10m'],
      ['gitlab-managers', '10h10m'],
    ]);
  });
});

describe('managers', () => {
  const arches = (fleet: ResolvedFleet) => values(managerPool(fleet), 'arch');

  test('have an on-demand pool of exactly the architectures of the runners', () => {
    expect(arches(fleetOf({ arch: 'arm64' }))).toEqual([['In', 'arm64']]);
    expect(arches(fleetOf({ arch: 'arm64' }, { name: 'b' }, { name: 'c' }))).toEqual([
      ['In', 'amd64', 'arm64'],
    ]);
    expect(values(managerPool(fleetOf({ capacity: 'spot' })), 'capacity-type')).toEqual([
      ['In', 'on-demand'],
    ]);
  });

  test('of one runner have names and system ids of their own, and one token and configuration', () => {
    const { managers } = runnerWith({ managers: 3 });
    expect(managers.map(({ name }) => name)).toEqual(['runner-a', 'runner-a-2', 'runner-a-3']);
    expect(new Set(managers.map(({ systemId }) => systemId)).size).toBe(3);
    for (const { config } of managers) expect(config).toEqual(managers[0].config);
  });

  test('keep their system id, in the form that the runner takes, as others come and go', () => {
    const [first] = runnerWith({}).managers;
    expect(first.systemId).toMatch(/^r_[0-9a-zA-Z]{12}$/);
    expect(runnerWith({ managers: 2, concurrency: 50 }).managers[0].systemId).toBe(first.systemId);
    expect(fleetOf({ name: 'b' }, {}).runners[1].managers[0].systemId).toBe(first.systemId);
    // Written out: another id after an upgrade would be another manager in GitLab.
    expect(first.systemId).toBe('r_5fdb878e6878');
  });

  test('that hold room have another system id with each replacement, and keep it without one', () => {
    const prewarm = { jobs: 4, hours: ['* 8-17 * * *'], timezone: 'Europe/Berlin' };
    const idOf = (runner: Partial<RunnerProps>, fleet: Partial<RunnerFleetProps> = {}) =>
      fleetWith({ ...fleet, runners: [{ ...RUNNER, prewarm, ...runner }] }).runners[0].managers[0].systemId;
    const id = idOf({});
    expect(id).toMatch(/^r_[0-9a-f]{12}$/);
    expect(idOf({ tags: ['more'], locked: true })).toBe(id);
    const others = [
      idOf({ prewarm: { ...prewarm, jobs: 5 } }),
      idOf({ build: { cpu: { request: '2' } } }),
      idOf({ imageFlavor: 'ubuntu' }),
      idOf({ drain: '5h' }),
      idOf({ patches: { Deployment: { spec: { template: { metadata: { annotations: { a: 'b' } } } } } } }),
      idOf({}, { labels: { team: 'a' } }),
      idOf({ prewarm: undefined }),
    ];
    expect(new Set([id, ...others]).size).toBe(others.length + 1);
  });

  test('of different fleets, namespaces and runners never share a system id', () => {
    const ids = [
      fleetOf({}),
      fleetOf({ name: 'b' }),
      fleetWith({ name: 'lab' }),
      fleetWith({ managerNamespace: 'other' }),
    ].map(({ runners }) => runners[0].managers[0].systemId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('have a disk of their own size, but the image and subnets of the fleet', () => {
    const { nodeClasses } = fleetWith({
      nodeClass: { rootVolume: { size: '500Gi' }, subnetTags: { Tier: 'private' } },
    });
    const sizes = nodeClasses.map(({ name, blockDevices }) => [name, blockDevices[0].size]);
    expect(sizes).toEqual([
      ['gitlab-jobs', '500Gi'],
      ['gitlab-managers', '20Gi'],
    ]);
    expect(nodeClasses.map(({ subnetSelectorTerms: [{ tags }] }) => tags)).toEqual([
      { Tier: 'private' },
      { Tier: 'private' },
    ]);
  });

  test('have resources that grow with their jobs', () => {
    const few = runnerWith({ concurrency: 10 }).resources;
    const many = runnerWith({ concurrency: 200 }).resources;
    const milli = (cpu: string) => (cpu.endsWith('m') ? Number.parseInt(cpu, 10) : Number(cpu) * 1000);
    expect(milli(many.cpuRequest)).toBeGreaterThan(milli(few.cpuRequest));
    expect(many.memory).toBe('528Mi');
  });
});

describe('resources of jobs', () => {
  const memoryOf = (range: ResourceRange): object => rangeOf({ memory: range }, 'memory');
  const rangeOf = (build: ContainerResources, key: string): object => {
    const kubernetes = kubernetesOf(runnerWith({ build })) as Record<string, unknown>;
    return {
      request: kubernetes[`${key}_request`],
      limit: kubernetes[`${key}_limit`],
      maxRequest: kubernetes[`${key}_request_overwrite_max_allowed`],
      maxLimit: kubernetes[`${key}_limit_overwrite_max_allowed`],
    };
  };

  test('are the defaults where nothing is said', () => {
    expect(memoryOf({})).toEqual(JOB_RESOURCES.build.memory);
    expect(rangeOf({}, 'cpu')).toEqual({
      request: '1',
      limit: undefined,
      maxRequest: '4',
      maxLimit: undefined,
    });
  });

  test.each<[string, ResourceRange, ResourceRange]>([
    ['a larger request raises limit and ceilings', { request: '8Gi' }, all('8Gi')],
    ['a smaller request leaves the rest', { request: '1Gi' }, { ...all('4Gi'), request: '1Gi' }],
    ['a smaller limit lowers request and ceilings', { limit: '1Gi' }, all('1Gi')],
    ['a larger limit raises the ceilings', { limit: '8Gi' }, { ...all('8Gi'), request: '2Gi' }],
    ['a larger ceiling raises the limit', { maxRequest: '8Gi' }, { ...all('8Gi'), request: '2Gi' }],
    [
      'a smaller ceiling lowers the request',
      { maxRequest: '1Gi' },
      { ...all('4Gi'), request: '1Gi', maxRequest: '1Gi' },
    ],
    ['a smaller ceiling of the limit lowers the limit', { maxLimit: '1Gi' }, all('1Gi')],
    [
      'what is all said is taken as it is',
      { ...all('3Gi'), maxLimit: '5Gi' },
      { ...all('3Gi'), maxLimit: '5Gi' },
    ],
  ])('%s', (_what, said, expected) => {
    expect(memoryOf(said)).toEqual(expected);
  });

  test.each<[string, ResourceRange, ResourceRange]>([
    ['a limit, and with it its ceiling', { limit: null }, { request: '2Gi', maxRequest: '4Gi' }],
    ['the ceilings', { maxRequest: null, maxLimit: null }, { request: '2Gi', limit: '4Gi' }],
    ['a request', { request: null }, { limit: '4Gi', maxRequest: '4Gi', maxLimit: '4Gi' }],
    ['everything', { request: null, limit: null, maxRequest: null, maxLimit: null }, {}],
  ])('null removes %s', (_what, said, expected) => {
    expect(memoryOf(said)).toEqual(expected);
  });

  test('are the same for CPU, which has no limit by default', () => {
    expect(rangeOf({ cpu: { request: '6' } }, 'cpu')).toEqual({ request: '6', maxRequest: '6' });
    expect(rangeOf({ cpu: { limit: '500m' } }, 'cpu')).toEqual({
      request: '500m',
      limit: '500m',
      maxRequest: '500m',
    });
  });
});

function all(quantity: string): Required<ResourceRange> {
  return { request: quantity, limit: quantity, maxRequest: quantity, maxLimit: quantity };
}

describe('runnerDefaults', () => {
  const runnerDefaults = {
    concurrency: 50,
    build: { memory: { request: '3Gi' } },
    podLabels: { team: 'ci', tier: 'one' },
    config: { runner: { environment: ['A=1', 'B=2'], kubernetes: { retry_limit: 7 } } },
  };
  const resolved = (own: Partial<RunnerProps>) =>
    fleetWith({ runnerDefaults, runners: [{ ...RUNNER, ...own }] }).runners[0];

  test('hold for every runner that says nothing else', () => {
    const { config } = resolved({}).managers[0];
    expect(config.concurrent).toBe(50);
    expect(config.runners[0].environment).toEqual(['A=1', 'B=2']);
    expect(resolved({ concurrency: 5 }).managers[0].config.concurrent).toBe(5);
  });

  test('merge objects key by key', () => {
    const kubernetes = kubernetesOf(
      resolved({
        build: { memory: { limit: '6Gi' }, cpu: { request: '2' } },
        podLabels: { tier: 'two' },
        config: { runner: { kubernetes: { retry_backoff_max: 9000 } } },
      }),
    );
    expect(kubernetes).toMatchObject({ memory_request: '3Gi', memory_limit: '6Gi', cpu_request: '2' });
    expect(kubernetes).toMatchObject({ pod_labels: { team: 'ci', tier: 'two' } });
    expect(kubernetes).toMatchObject({ retry_limit: 7, retry_backoff_max: 9000 });
  });

  test('give way to lists, which replace', () => {
    const own = resolved({ config: { runner: { environment: ['C=3'] } } });
    expect(own.managers[0].config.runners[0].environment).toEqual(['C=3']);
  });
});

describe('settings of node pools', () => {
  const poolsWith = (nodePoolDefaults: NodePoolSettings, own: NodePoolSettings = {}) =>
    jobPools(
      fleetWith({
        nodePoolDefaults,
        nodePools: [{ arch: 'amd64', capacity: 'spot', ...own }],
        ...bothArches,
      }),
    );
  const bothArches = { runners: [RUNNER, { ...RUNNER, name: 'b', arch: 'arm64' as const }] };

  test('are those of the fleet beneath those of the pool', () => {
    const [amd64, arm64] = poolsWith(
      { zones: ['eu-west-1a'], maxCpu: 32, nodeLabels: { a: '1' } },
      { maxCpu: 8, nodeLabels: { b: '2' } },
    );
    expect(values(amd64, 'zone')).toEqual([['In', 'eu-west-1a']]);
    expect(values(amd64, 'instance-cpu')).toEqual([
      ['Gt', '1'],
      ['Lt', '9'],
    ]);
    expect(values(arm64, 'instance-cpu')).toEqual([
      ['Gt', '1'],
      ['Lt', '33'],
    ]);
    expect([amd64.nodeLabels, arm64.nodeLabels]).toEqual([{ a: '1', b: '2' }, { a: '1' }]);
  });

  test('never touch the pool of the managers, which has its own', () => {
    const fleet = fleetWith({
      nodePoolDefaults: { zones: ['eu-west-1a'] },
      managerNodePool: { expireAfter: '48h' },
    });
    expect(values(managerPool(fleet), 'zone')).toEqual([]);
    expect(fleet.nodePools.map(({ expireAfter }) => expireAfter)).toEqual(['168h', '48h']);
  });

  test('start from current general purpose instances of 2 to 16 vCPUs', () => {
    const [pool] = jobPools(fleetOf({}));
    expect(values(pool, 'instance-category')).toEqual([['In', 'c', 'm', 'r']]);
    expect(values(pool, 'instance-generation')).toEqual([['Gt', '5']]);
    expect(values(pool, 'instance-cpu')).toEqual([
      ['Gt', '1'],
      ['Lt', '17'],
    ]);
    expect(values(pool, 'instance-hypervisor')).toEqual([['In', 'nitro']]);
    expect(values(pool, 'os')).toEqual([['In', 'linux']]);
  });

  test('drop the defaults of category and generation where families are named', () => {
    const [pool] = poolsWith({}, { instanceFamilies: ['m5', 't3'] });
    expect(values(pool, 'instance-family')).toEqual([['In', 'm5', 't3']]);
    expect(values(pool, 'instance-category')).toEqual([]);
    expect(values(pool, 'instance-generation')).toEqual([]);
    expect(values(pool, 'instance-cpu')).toEqual([
      ['Gt', '1'],
      ['Lt', '17'],
    ]);
  });

  test('keep category and generation beside families where they are said', () => {
    const [pool] = poolsWith({}, { instanceFamilies: ['m5', 'm6i'], minGeneration: 6 });
    expect(values(pool, 'instance-generation')).toEqual([['Gt', '5']]);
  });

  test('drop the default CPU range where sizes are named', () => {
    const [pool] = poolsWith({}, { instanceSizes: ['48xlarge'] });
    expect(values(pool, 'instance-cpu')).toEqual([]);
  });

  test('drop the default bound that the other bound, as said, leaves no room for', () => {
    expect(values(poolsWith({}, { minCpu: 32 })[0], 'instance-cpu')).toEqual([['Gt', '31']]);
    expect(values(poolsWith({}, { maxCpu: 1 })[0], 'instance-cpu')).toEqual([['Lt', '2']]);
    expect(values(poolsWith({}, { minCpu: 16 })[0], 'instance-cpu')).toEqual([
      ['Gt', '15'],
      ['Lt', '17'],
    ]);
  });

  test('add budgets to the ones that always hold', () => {
    const budget = { nodes: '0', schedule: '0 8 * * mon-fri', duration: '8h' };
    const [own, standing] = poolsWith({}, { budgets: [budget] });
    expect(own.budgets).toEqual([...standing.budgets, budget]);
    expect(standing.budgets).toEqual([
      { nodes: '100%', reasons: ['Empty'] },
      { nodes: '10%', reasons: ['Drifted', 'Underutilized'] },
    ]);
  });
});

describe('node classes', () => {
  test('are one for all job pools, and one for the managers', () => {
    const fleet = resolveOne(DEFAULT_FLEET);
    expect(fleet.nodePools.map(({ nodeClass }) => nodeClass)).toEqual([
      ...Array(4).fill('gitlab-jobs'),
      'gitlab-managers',
    ]);
    expect(fleet.nodeClasses.map(({ name }) => name)).toEqual(['gitlab-jobs', 'gitlab-managers']);
  });

  test('find subnets, groups and role by the name of the cluster', () => {
    const [nodeClass] = fleetWith({ clusterName: 'eu' }).nodeClasses;
    expect(nodeClass).toMatchObject({
      amiSelectorTerms: [{ alias: AMI_ALIAS }],
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'eu' } }],
      securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'eu' } }],
      identity: { role: 'KarpenterNodeRole-eu' },
      tags: { 'gitlab-runner-fleet': 'production', 'gitlab-runner-pool': 'jobs' },
    });
  });

  test('of one pool alone take its name and what the fleet says of all', () => {
    const fleet = fleetWith({
      nodeClass: { nodeRole: 'nodes', tags: { team: 'ci' } },
      nodePools: [
        {
          arch: 'amd64',
          capacity: 'spot',
          nodeClass: { rootVolume: { size: '300Gi' }, tags: { tier: 'one' } },
        },
      ],
      runners: [RUNNER, { ...RUNNER, name: 'b', arch: 'arm64' }],
    });
    expect(fleet.nodePools.map(({ nodeClass }) => nodeClass)).toEqual([
      'gitlab-jobs-amd64-spot',
      'gitlab-jobs',
      'gitlab-managers',
    ]);
    const [own, shared] = fleet.nodeClasses;
    expect(own).toMatchObject({ name: 'gitlab-jobs-amd64-spot', identity: { role: 'nodes' } });
    expect(own.tags).toMatchObject({ team: 'ci', tier: 'one' });
    expect([own, shared].map(({ blockDevices }) => blockDevices[0].size)).toEqual(['300Gi', '100Gi']);
    expect(shared.tags).not.toHaveProperty('tier');
  });

  test('of Bottlerocket have their disk for jobs beside a small one for the system', () => {
    const [{ blockDevices }] = fleetWith({ nodeClass: { amiAlias: 'bottlerocket@v1.50.0' } }).nodeClasses;
    expect(blockDevices.map(({ deviceName, rootVolume, size }) => [deviceName, rootVolume, size])).toEqual([
      ['/dev/xvda', false, '4Gi'],
      ['/dev/xvdb', true, '100Gi'],
    ]);
  });

  test('of one pool may have a profile where the fleet has a role, and a role where it has a profile', () => {
    const identities = (fleetWide: NodeClassProps, own: NodeClassProps) =>
      fleetWith({ nodeClass: fleetWide, managerNodePool: { nodeClass: own } }).nodeClasses.map(
        ({ identity }) => identity,
      );
    const [role, profile] = [{ role: 'r' }, { instanceProfile: 'p' }];
    expect(identities({ nodeRole: 'r' }, { instanceProfile: 'p' })).toEqual([role, profile]);
    expect(identities({ instanceProfile: 'p' }, { nodeRole: 'r' })).toEqual([profile, role]);
  });

  test('have an instance profile instead of a role, where one is named', () => {
    expect(fleetWith({ nodeClass: { instanceProfile: 'nodes' } }).nodeClasses[0].identity).toEqual({
      instanceProfile: 'nodes',
    });
  });
});

describe('the configuration of a runner', () => {
  test('is never without the keys that the rest relies on', () => {
    const { config } = runnerWith({ concurrency: 20 }).managers[0];
    expect(config).toMatchObject({ concurrent: 20, listen_address: ':9252' });
    expect(config.runners[0]).toMatchObject({
      url: 'https://gitlab.com',
      token: '${GITLAB_RUNNER_TOKEN}',
      limit: 20,
      request_concurrency: 5,
    });
    expect(kubernetesOf(runnerWith({}))).toMatchObject({
      image: JOB_IMAGE,
      helper_image: expect.stringContaining(`x86_64-v${RUNNER_VERSION}`),
      poll_timeout: 600,
      privileged: false,
      allow_privilege_escalation: false,
      automount_service_account_token: false,
      pull_policy: 'always',
    });
  });

  test.each([
    [1, 2],
    [4, 2],
    [20, 5],
    [500, 20],
  ])('%i jobs at once are asked for by %i requests at once', (concurrency, requests) => {
    expect(runnerWith({ concurrency }).managers[0].config.runners[0].request_concurrency).toBe(requests);
  });

  test('moves manager and helper to a release together, for their architecture', () => {
    const runner = runnerWith({ arch: 'arm64', runnerVersion: '19.2.1', imageFlavor: 'ubuntu' });
    expect(runner.image).toBe('registry.gitlab.com/gitlab-org/gitlab-runner:ubuntu-v19.2.1');
    expect(kubernetesOf(runner).helper_image).toBe(
      'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:ubuntu-arm64-v19.2.1',
    );
  });

  test('takes the overrides of config over what is derived, and leaves the rest', () => {
    const config = {
      global: { log_level: 'debug' },
      runner: { limit: 3, kubernetes: { poll_timeout: 900 } },
    };
    const [{ config: overridden }] = runnerWith({ config }).managers;
    const [{ config: derived }] = runnerWith({}).managers;
    expect(overridden).toEqual({
      ...derived,
      log_level: 'debug',
      runners: [
        {
          ...derived.runners[0],
          limit: 3,
          kubernetes: { ...derived.runners[0].kubernetes, poll_timeout: 900 },
        },
      ],
    });
  });

  test('lets privileged containers gain rights, and others where it is said', () => {
    const gains = (runner: Partial<RunnerProps>) =>
      kubernetesOf(runnerWith(runner)).allow_privilege_escalation;
    expect(gains({ privileged: true })).toBe(true);
    expect(gains({ allowPrivilegeEscalation: true })).toBe(true);
    expect(gains({ privileged: false })).toBe(false);
  });

  test('holds the bucket of the cache, and no credentials', () => {
    const cache = { bucket: 'ci-cache', region: 'eu-west-1', path: 'x' };
    expect(runnerWith({ cache }).managers[0].config.runners[0].cache).toEqual({
      Type: 's3',
      Shared: false,
      Path: 'x',
      s3: { BucketName: 'ci-cache', BucketLocation: 'eu-west-1', AuthenticationType: 'iam' },
    });
  });

  test('names the role of the cache on the ServiceAccount with irsa, else in the configuration', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/cache';
    const cache = { bucket: 'ci-cache', region: 'eu-west-1', roleArn };
    const irsa = runnerWith({ cache: { ...cache, identity: 'irsa' } });
    const assumed = runnerWith({ cache });
    expect(irsa.serviceAccountAnnotations).toEqual({ 'eks.amazonaws.com/role-arn': roleArn });
    expect(irsa.managers[0].config.runners[0].cache?.s3).not.toHaveProperty('RoleARN');
    expect(assumed.serviceAccountAnnotations).toEqual({});
    expect(assumed.managers[0].config.runners[0].cache?.s3).toHaveProperty('RoleARN', roleArn);
  });
});

describe('the network', () => {
  const open = (ways: readonly ResolvedEgress[]) =>
    ways
      .filter(({ to }) => to.some((peer) => 'cidr' in peer && peer.cidr === '0.0.0.0/0'))
      .flatMap(({ ports }) => ports.map(({ port }) => port));
  const portsOf = ({ network: { managerEgress, jobEgress } }: ResolvedFleet) => ({
    managers: open(managerEgress),
    jobs: open(jobEgress),
  });

  test('opens the port of GitLab to managers and jobs', () => {
    expect(portsOf(fleetOf({}))).toEqual({ managers: [443], jobs: [22, 80, 443] });
    expect(portsOf(fleetWith({ gitlabUrl: 'https://git.example.com:8443/' }))).toEqual({
      managers: [443, 8443],
      jobs: [22, 80, 443, 8443],
    });
    expect(portsOf(fleetWith({ gitlabUrl: 'http://git.example.com' })).managers).toEqual([80, 443]);
  });

  test('opens only the ports that are named, and that of GitLab', () => {
    expect(portsOf(fleetWith({ network: { jobPorts: [5432] } })).jobs).toEqual([443, 5432]);
  });
});

describe('a sealed token', () => {
  const tokenOf = (sealed?: ReadonlyMap<string, string>) => resolveOne(GOOD, sealed).runners[0].token;
  const sealed = (ciphertext: string) =>
    new Map(
      [...sealedTokens(GOOD)].map(([file, text]) => [file, text.replace(fakeCiphertext(1), ciphertext)]),
    );

  test('is awaited under a plain key until there is one', () => {
    expect(tokenOf()).toMatchObject({ key: 'token', ciphertext: undefined, scope: 'strict' });
  });

  test('is kept as it is, under a key that only it has', () => {
    const first = tokenOf(sealed(fakeCiphertext(1)));
    const second = tokenOf(sealed(fakeCiphertext(2)));
    expect(first).toHaveProperty('ciphertext', fakeCiphertext(1));
    expect(first.key).toMatch(/^token-[0-9a-f]{8}$/);
    expect(second.key).toMatch(/^token-[0-9a-f]{8}$/);
    expect(second.key).not.toBe(first.key);
    expect(tokenOf(sealed(fakeCiphertext(1)))).toEqual(first);
  });

  test('changes nothing but the token, and what the managers wait for', () => {
    const {
      token: _sealed,
      waitsFor: started,
      ...withToken
    } = resolveOne(GOOD, sealedTokens(GOOD)).runners[0];
    const { token: _awaited, waitsFor, ...without } = resolveOne(GOOD).runners[0];
    expect(withToken).toEqual(without);
    expect([started, waitsFor]).toEqual([undefined, sealedTokenFile(GOOD.name, GOOD.runners[0].name)]);
  });
});

describe('several fleets', () => {
  test('of several clusters may share names of everything but themselves', () => {
    const fleets = resolveFleets([GOOD, { ...GOOD, name: 'lab' }], new Map());
    expect(fleets.map(({ name, clusterName }) => [name, clusterName])).toEqual([
      ['production', 'production'],
      ['lab', 'lab'],
    ]);
    expect(fleets.map(({ nodePools }) => nodePools[0].name)).toEqual(Array(2).fill('gitlab-jobs-amd64-spot'));
  });

  test('of one cluster live beside each other with a prefix of their own', () => {
    const second = { ...GOOD, name: 'lab', clusterName: 'production', prefix: 'lab' };
    expect(
      resolveFleets([GOOD, second], new Map()).map(({ managerNamespace }) => managerNamespace.name),
    ).toEqual(['gitlab-runners', 'lab-runners']);
  });

  test('are each what they are alone', () => {
    const lab = { ...GOOD, name: 'lab' };
    expect(resolveFleets([GOOD, lab], new Map())).toEqual([resolveOne(GOOD), resolveOne(lab)]);
  });
});

test('a description is not changed by resolving it', () => {
  const description = structuredClone(DEFAULT_FLEET);
  resolveOne(description);
  expect(description).toEqual(DEFAULT_FLEET);
});
