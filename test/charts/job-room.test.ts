import { runChecks } from '../../lib/checks/all';
import { admit } from '../../lib/cluster/admission';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { quotasFor, usageOf } from '../../lib/cluster/quotas';
import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import type { RunnerFleetProps, RunnerProps } from '../../lib/index';
import { fieldsOf } from '../../lib/values/record';
import { DEFAULT_FLEET, find, manifests, render } from '../fleets';

/** What a cluster makes of a rendered fleet. */
function observed(fleet: RunnerFleetProps) {
  const files = render(fleet).map(({ path, text }) => ({ path, text }));
  const parsed = parseManifests(files);
  return observe(parsed.manifests);
}

/** Why admission refuses a job of a runner, as large as its ceilings allow, with so many services. */
function refusals(fleet: RunnerFleetProps, services: number): string[] {
  const { manifests: all, runners } = observed(fleet);
  return runners.flatMap(({ table }) => {
    const names = Array.from({ length: services }, () => 'postgres:17');
    const pod = jobPod(table, { ...largestJob(table), services: names });
    if ('refused' in pod) return [pod.message];
    return admit(fieldsOf(pod), pod.namespace, all).refusals.map(({ reason }) => reason);
  });
}

/** Findings of admission and of limits in a rendered fleet. */
function findings(fleet: RunnerFleetProps) {
  return runChecks(observed(fleet)).findings.filter(({ id }) => /^(admitted|limits-suffice)\//.test(id));
}

const RUNNER: RunnerProps = { name: 'a', arch: 'arm64', capacity: 'spot', concurrency: 20 };
const fleetOf = (...runners: readonly Partial<RunnerProps>[]): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  runners: runners.map((change, index) => ({ ...RUNNER, name: `runner-${index}`, ...change })),
});
const room = (fleet: RunnerFleetProps, kind: 'LimitRange' | 'ResourceQuota', namespace = 'gitlab-jobs') =>
  find(manifests(fleet), kind, 'jobs', namespace).spec;

test('a job with fourteen services is refused, and one with as many as are counted on is not', () => {
  expect(refusals(DEFAULT_FLEET, 14).length).toBeGreaterThan(0);
  expect(refusals(DEFAULT_FLEET, 5).length).toBeGreaterThan(0);
  expect(refusals(DEFAULT_FLEET, 4)).toEqual([]);
  expect(refusals({ ...DEFAULT_FLEET, runnerDefaults: { maxServices: 14 } }, 14)).toEqual([]);
  expect(refusals({ ...DEFAULT_FLEET, runnerDefaults: { maxServices: 0 } }, 1).length).toBeGreaterThan(0);
});

test('services that ask for little are counted all the same: no job can lower their limit of disk', () => {
  const { manifests: all, runners } = observed(fleetOf({}));
  const variables = {
    KUBERNETES_SERVICE_MEMORY_LIMIT: '1Mi',
    KUBERNETES_SERVICE_MEMORY_REQUEST: '1Mi',
    KUBERNETES_SERVICE_EPHEMERAL_STORAGE_LIMIT: '1Mi',
    KUBERNETES_SERVICE_EPHEMERAL_STORAGE_REQUEST: '1Mi',
  };
  const pod = jobPod(runners[0].table, { variables, services: Array.from({ length: 14 }, () => 'redis:8') });
  const reasons = admit(fieldsOf(pod), 'gitlab-jobs', all).refusals.map(({ reason }) => reason);
  expect(reasons).toEqual([expect.stringContaining('of ephemeral-storage is allowed')]);
});

describe('the quota of a namespace', () => {
  test('holds all jobs of all its runners at once, each as large as it may be with all its services, twice', () => {
    const fleet = fleetOf(
      { concurrency: 7 },
      { concurrency: 30, managers: 2, build: { cpu: { request: '6' } } },
    );
    const { manifests: all, runners } = observed(fleet);
    const used: Record<string, bigint> = {};
    for (const { table, config } of runners) {
      const pod = jobPod(table, {
        ...largestJob(table),
        services: Array.from({ length: 4 }, () => 'redis:8'),
      });
      for (const [name, amount] of Object.entries(usageOf(fieldsOf(pod))))
        used[name] = (used[name] ?? 0n) + amount * BigInt(Number(config.parsed?.concurrent)) * 2n;
    }
    const [{ hard }] = quotasFor({}, 'gitlab-jobs', all);
    expect(Object.keys(hard).sort()).toEqual(
      ['pods', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'].sort(),
    );
    for (const [name, most] of Object.entries(hard)) expect([name, most]).toEqual([name, used[name]]);
  });

  test('is of its own for each namespace', () => {
    const fleet = fleetOf({}, { privileged: true, concurrency: 3 });
    expect(room(fleet, 'ResourceQuota').hard.pods).toBe('40');
    expect(room(fleet, 'ResourceQuota', 'gitlab-jobs-privileged').hard.pods).toBe('6');
  });

  test('has room for the pause pods of a manager and its successor, and the proof counts them', () => {
    const prewarm = { jobs: 10, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' };
    const pods = (change: object) => Number(room(fleetOf(change), 'ResourceQuota').hard.pods);
    expect(pods({ prewarm })).toBe(pods({}) + 24);
    expect(findings(fleetOf({ prewarm }))).toEqual([]);
    const tight = {
      ...fleetOf({ prewarm }),
      patches: { ResourceQuota: { spec: { hard: { pods: '25' } } } },
    };
    expect(findings(tight)).toMatchObject([
      { id: 'admitted/quota', why: expect.stringContaining('pause pods') },
    ]);
  });

  test('does not count what a container does not ask for: every pod would be refused', () => {
    const fleet = fleetOf({ helper: { cpu: { request: null } } });
    expect(Object.keys(room(fleet, 'ResourceQuota').hard)).not.toContain('requests.cpu');
    expect(findings(fleet)).toEqual([]);
  });

  test('has as much room as the description says, or is left out', () => {
    const times = (quotaFactor: number) =>
      room({ ...fleetOf({}), jobNamespaces: { quotaFactor } }, 'ResourceQuota').hard.pods;
    expect([times(1), times(1.5), times(3)]).toEqual(['20', '30', '60']);
    const kinds = manifests({
      ...fleetOf({}),
      jobNamespaces: { resourceQuota: false, limitRange: false },
    }).map(({ kind }) => kind);
    expect(kinds).not.toContain('ResourceQuota');
    expect(kinds).not.toContain('LimitRange');
  });

  test('changes without a change of any manager', () => {
    const deployments = (fleet: RunnerFleetProps) =>
      render(fleet)
        .filter(({ path }) => /deployment|configmap/.test(path))
        .map(({ text }) => text);
    const wider: RunnerFleetProps = {
      ...DEFAULT_FLEET,
      runnerDefaults: { maxServices: 9 },
      jobNamespaces: { quotaFactor: 3, limitRange: false },
    };
    expect(deployments(wider)).toEqual(deployments(DEFAULT_FLEET));
  });
});

describe('the LimitRange of a namespace', () => {
  test('is that of its largest runner', () => {
    const fleet = fleetOf({}, { build: { memory: { request: '16Gi' } } });
    expect(room(fleet, 'LimitRange').limits[0]).toMatchObject({
      type: 'Pod',
      max: { memory: `${16 * 1024 + 512 + 4 * 2048}Mi` },
    });
    expect(findings(fleet)).toEqual([]);
  });

  test('bounds nothing that some container has no limit of', () => {
    const fleet = fleetOf({ service: { memory: { limit: null, maxLimit: null } } });
    expect(room(fleet, 'LimitRange').limits[0].max).toEqual({ 'ephemeral-storage': '70Gi' });
    expect(findings(fleet)).toEqual([]);
    expect(refusals(fleet, 4)).toEqual([]);
  });

  test('follows what config.toml says otherwise', () => {
    const kubernetes = { memory_limit: '10Gi', memory_limit_overwrite_max_allowed: '10Gi' };
    const fleet = fleetOf({ config: { runner: { kubernetes } } });
    expect(findings(fleet)).toEqual([]);
    expect(refusals(fleet, 4)).toEqual([]);
  });

  test('lets pause pods in, which have no limits', () => {
    const prewarm = { jobs: 2, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' };
    const fleet = fleetOf({ prewarm, build: { memory: { request: '8Gi' } } });
    expect(findings(fleet)).toEqual([]);
    const bare = { spec: { limits: [{ type: 'Pod', max: { memory: '100Gi' } }] } };
    expect(findings({ ...fleet, patches: { LimitRange: bare } })).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'admitted/pause-pods', severity: 'warning' })]),
    );
  });
});

test('a pool holds all jobs with as many services as they may have', () => {
  expect(findings(DEFAULT_FLEET)).toEqual([]);
  const limits = { cpu: '104', memory: '120Gi' };
  const short = {
    ...fleetOf({}),
    nodePools: [{ arch: 'arm64' as const, capacity: 'spot' as const, limits }],
  };
  expect(findings(short)).toMatchObject([
    {
      id: 'limits-suffice/with-services',
      severity: 'note',
      fix: expect.stringContaining('162 of cpu and 245Gi'),
    },
  ]);
});

test('limits that are short by less than 5% are no note: all jobs rarely bring all their services at once', () => {
  const short = (cpu: string) => ({
    ...fleetOf({}),
    nodePools: [{ arch: 'arm64' as const, capacity: 'spot' as const, limits: { cpu, memory: '300Gi' } }],
  });
  expect(findings(short('154'))).toEqual([]);
  expect(findings(short('153'))).toMatchObject([{ id: 'limits-suffice/with-services' }]);
});
