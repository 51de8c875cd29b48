import type { Manifest } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { type ComparedRunner, comparedRunners, compareRunners } from '../../lib/compare/compare';
import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import { isEqual, printComparison } from '../../lib/report/comparison-text';
import { DEPLOYMENT, JOBS_POLICY } from '../checks/places';
import { edited, FLEET, parsed } from '../fixtures/files';

const table = (kubernetes: object = {}, more: object = {}) =>
  ({
    name: 'a',
    url: '',
    token: '',
    executor: 'kubernetes',
    kubernetes: { image: 'alpine:3.22', ...kubernetes },
    ...more,
  }) as RunnerTable;
const OPEN = (direction: 'egress' | 'ingress') => [
  { direction, peer: undefined, port: undefined, policy: undefined },
];
const UNGUARDED = { ways: { egress: OPEN('egress'), ingress: OPEN('ingress') }, settings: {} };
const runner = (name: string, one: RunnerTable, more: Partial<ComparedRunner> = {}): ComparedRunner => ({
  name,
  table: one,
  jobsAtOnce: 10,
  drainSeconds: undefined,
  shutdownSeconds: undefined,
  release: undefined,
  guards: UNGUARDED,
  ...more,
});
const sideOf = (manifests: readonly Manifest[]) => comparedRunners(observe(manifests).runners, manifests);
const compared = (before: RunnerTable, after: RunnerTable) =>
  compareRunners([runner('a', before)], [runner('b', after)]).runners[0].differences;

/** What a fleet does on purpose has a reason, and its contrary has none. */
const CASES: readonly (readonly [string, object, object, RegExp | undefined])[] = [
  ['a limit where there was none', {}, { memory_limit: '1Gi' }, /takes what others need|evicted first/],
  ['a limit that is lower', { memory_limit: '2Gi' }, { memory_limit: '1Gi' }, undefined],
  ['a limit that is gone', { memory_limit: '2Gi' }, {}, undefined],
  [
    'images that are always pulled',
    { pull_policy: ['if-not-present'] },
    { pull_policy: ['always'] },
    /private image/,
  ],
  [
    'images that are no longer pulled',
    { pull_policy: ['always'] },
    { pull_policy: ['if-not-present'] },
    undefined,
  ],
  [
    'images that are pulled where nobody pulled before',
    { pull_policy: ['never'] },
    { pull_policy: ['always'] },
    undefined,
  ],
  ['a longer wait for nodes', {}, { poll_timeout: 600 }, /takes longer to start/],
  ['a shorter wait for nodes', { poll_timeout: 900 }, { poll_timeout: 600 }, undefined],
  [
    'a release in place of a tag that moves',
    { image: 'debian:stable-slim' },
    { image: 'debian:13' },
    /a floating tag/,
  ],
  ['another release of an image', { image: 'debian:12' }, { image: 'debian:13' }, undefined],
  [
    'a selector of the fleet',
    {},
    { node_selector: { 'kubernetes.io/arch': 'amd64' } },
    /select an architecture/,
  ],
  ['a selector that is gone', { node_selector: { team: 'ci' } }, {}, undefined],
  [
    'a ceiling that rises',
    { cpu_request: '1' },
    { cpu_request: '1', cpu_request_overwrite_max_allowed: '4' },
    /may ask for more/,
  ],
  [
    'a ceiling that falls',
    { cpu_request: '1', cpu_request_overwrite_max_allowed: '4' },
    { cpu_request: '1' },
    undefined,
  ],
  ['a request that rises', { cpu_request: '1' }, { cpu_request: '2' }, undefined],
  ['privileged jobs', { privileged: false }, { privileged: true }, undefined],
];

test.each(CASES)('%s', (_, before, after, why) => {
  const differences = compared(table(before), table(after));
  expect(differences.length).toBeGreaterThan(0);
  const reasons = differences.map((one) => one.why);
  if (why === undefined) expect(reasons).toContain(undefined);
  else for (const reason of reasons) expect(reason).toMatch(why);
});

test('equal configs do not differ, however they are written', () => {
  expect(compared(table({ memory_limit: '1Gi' }), table({ memory_limit: '1024Mi' }))).toEqual([]);
  expect(compared(table({}, { locked: false }), table())).toEqual([]);
});

test('names of volumes say nothing, their place and source do', () => {
  const volume = (name: string, path: string) => ({ volumes: { empty_dir: [{ name, mount_path: path }] } });
  expect(compared(table(volume('a', '/cache')), table(volume('b', '/cache/')))).toEqual([]);
  expect(compared(table(volume('a', '/cache')), table(volume('a', '/other')))).not.toEqual([]);
});

test('of a pod that one side refuses, the refusal is a difference', () => {
  const differences = compared(table({ memory_limit: 'much' }), table());
  expect(differences.filter(({ of }) => of === 'job').map(({ path }) => path)).toEqual(['refused']);
});

test('passwords of variables are not shown', () => {
  const [difference] = compared(table({}, { environment: ['NPM_TOKEN=hunter2'] }), table());
  expect(difference).toMatchObject({
    path: 'config.environment.NPM_TOKEN',
    before: 'hidden',
    after: undefined,
  });
});

test('secrets of scripts are not shown', () => {
  const script = 'curl -H "Authorization: Bearer glpat-aB3dE6gH9jK2mN5pQ8sT" https://example.com';
  const [difference] = compared(table({}, { pre_build_script: script }), table());
  expect(difference).toMatchObject({ path: 'config.pre_build_script', before: 'hidden' });
  const [harmless] = compared(table({}, { pre_build_script: 'make ready' }), table());
  expect(harmless).toMatchObject({ path: 'config.pre_build_script', before: 'make ready' });
});

test('how managers sign in at a cache is meant only where keys give way to a role', () => {
  const cache = (type: string) => table({}, { cache: { Type: 's3', s3: { AuthenticationType: type } } });
  expect(compared(cache('access-key'), cache('iam')).map(({ why }) => why)).toEqual([
    'managers get credentials from outside the config',
  ]);
  expect(compared(cache('iam'), cache('access-key')).map(({ why }) => why)).toEqual([undefined]);
});

test('how many jobs a runner asks for at once, and its own limit, are nothing that jobs see', () => {
  const asking = { request_concurrency: 5, limit: 10 };
  expect(compared(table({}, asking), table({}, { request_concurrency: 1 }))).toEqual([]);
});

test('runners are compared by name, with what releases and fleets put around it', () => {
  const one = table();
  const before = ['gitlab-runner-docker', 'arm', 'gone'].map((name) => runner(name, one));
  const after = ['production-docker', 'production-arm', 'production-new'].map((name) => runner(name, one));
  const comparison = compareRunners(before, after);
  expect(comparison.runners.map((pair) => [pair.before, pair.after])).toEqual([
    ['gitlab-runner-docker', 'production-docker'],
    ['arm', 'production-arm'],
  ]);
  expect(comparison).toMatchObject({ onlyBefore: ['gone'], onlyAfter: ['production-new'] });
  expect(isEqual(comparison)).toBe(false);
  expect(compareRunners(before, after, { gone: 'new' }).onlyBefore).toEqual([]);
});

test('a name that two runners end with is no pair by itself', () => {
  const one = table();
  const before = ['docker', 'arm'].map((name) => runner(name, one));
  const after = ['a-docker', 'b-docker'].map((name) => runner(name, one));
  expect(compareRunners(before, after)).toMatchObject({
    runners: [],
    onlyBefore: ['docker', 'arm'],
    onlyAfter: ['a-docker', 'b-docker'],
  });
  const [pair] = compareRunners(before, after, { docker: 'b-docker' }).runners;
  expect([pair.before, pair.after]).toEqual(['docker', 'b-docker']);
});

test('all managers of a runner count as one, which Kubernetes gives half a minute unless they say more', () => {
  const [one, other] = sideOf(parsed(FLEET));
  expect(one).toMatchObject({ jobsAtOnce: 20, drainSeconds: 7800, release: '19.3.0' });
  expect(other).toMatchObject({ jobsAtOnce: 20 });
  const silent = edited(FLEET, [DEPLOYMENT, / +terminationGracePeriodSeconds: .*\n/, '']);
  const drains = sideOf(parsed(silent)).map(({ drainSeconds }) => drainSeconds);
  expect(drains.filter((seconds) => seconds === 30)).toHaveLength(1);
  const twice = edited(FLEET, [DEPLOYMENT, /replicas: 1/, 'replicas: 2']);
  expect(sideOf(parsed(twice)).map(({ jobsAtOnce }) => jobsAtOnce)).toContain(40);
});

test('managers are compared by what they run at once, and how long they wait', () => {
  const [{ differences }] = compareRunners(
    [runner('a', table(), { jobsAtOnce: 20, drainSeconds: 3600, release: '18.9.0' })],
    [runner('a', table(), { jobsAtOnce: 10, drainSeconds: 7800, release: '19.3.0' })],
  ).runners;
  expect(differences.map(({ path, why }) => [path, why === undefined])).toEqual([
    ['manager.jobs at once', true],
    ['manager.seconds to drain', false],
    ['manager.release', false],
  ]);
});

test('the text says what is to look at, and the rest by its reason', () => {
  const comparison = compareRunners(
    [runner('a', table({ memory_limit: '2Gi' }))],
    [runner('b', table({ memory_limit: '1Gi', poll_timeout: 600 }))],
  );
  const text = printComparison(comparison);
  expect(text).toMatch(/^a -> b: \d differences? to look at, 1 intended$/m);
  expect(text).toMatch(/^ {2}build\.resources\.limits\.memory: 2Gi -> 1Gi$/m);
  expect(text).toMatch(/^ {2}intended: a node takes longer to start .* \(1\)$/m);
  expect(text).toMatch(/^0 of 1 runner gives jobs the same or better\.$/m);
});

describe('an allow-list hides nothing', () => {
  const guarded = (kubernetes: object) =>
    table({
      image: undefined,
      allowed_images: ['registry.example.com/**'],
      allowed_services: ['postgres:*'],
      ...kubernetes,
    });

  test('from a config without an image to one that differs in everything else', () => {
    const before = {
      cpu_request: '10',
      memory_limit: '64Gi',
      service_memory_limit: '2Gi',
      service_account: 'a',
    };
    const after = {
      cpu_request: '1',
      memory_limit: '1Gi',
      service_memory_limit: '1Gi',
      service_account: 'b',
    };
    const paths = compared(guarded(before), guarded(after)).map(({ path, why }) => [path, why]);
    expect(paths).toEqual([
      ['build.resources.limits.memory', undefined],
      ['build.resources.requests.cpu', undefined],
      ['build.resources.requests.memory', undefined],
      ['serviceAccountName', undefined],
      ['svc-0.resources.limits.memory', undefined],
      ['svc-0.resources.requests.memory', undefined],
    ]);
  });

  test('of images that the other side does not allow', () => {
    const other = { allowed_images: ['quay.io/**'], allowed_services: ['mysql:*'], cpu_request: '1' };
    const paths = compared(guarded({ cpu_request: '10' }), guarded(other)).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['build.resources.requests.cpu', 'refused']));
  });

  test('and equal lists are no difference', () => {
    expect(compared(guarded({}), guarded({}))).toEqual([]);
  });
});

test('pods that neither side makes are not compared, which is not equal', () => {
  const broken = table({ memory_limit: 'much' });
  const comparison = compareRunners([runner('a', broken)], [runner('a', broken)]);
  expect(isEqual(comparison)).toBe(false);
  expect(printComparison(comparison)).toMatch(/^ {2}not compared: memory_limit: "much" is not/m);
});

test('another address of GitLab and a manager that waits less are differences, a default image is intended', () => {
  const at = (url: string) => table({}, { url });
  expect(compared(at('https://a.example.com'), at('https://a.example.com/'))).toEqual([]);
  expect(compared(at('https://a.example.com'), at('https://b.example.com'))).toMatchObject([
    { path: 'config.url', why: undefined },
  ]);
  expect(compared(table({ image: undefined }), table())).toMatchObject([
    { path: 'config.kubernetes.image', before: undefined, why: expect.stringContaining('names no image') },
  ]);
  const [{ differences }] = compareRunners(
    [runner('a', table(), { shutdownSeconds: 600 })],
    [runner('a', table(), { shutdownSeconds: 30 })],
  ).runners;
  expect(differences).toMatchObject([{ path: 'manager.shutdown_timeout', why: undefined }]);
});

test('new limits make no plain equal', () => {
  const comparison = compareRunners([runner('a', table())], [runner('a', table({ memory_limit: '4Gi' }))]);
  const text = printComparison(comparison, false);
  expect(text).toMatch(/^a: gives jobs the same or better, with 1 new limit, \d+ intended$/m);
  expect(text).toMatch(/^ {2}new limit: build\.resources\.limits\.memory: none -> 4Gi$/m);
  expect(text).toMatch(/jobs the same or better, with new limits\.$/m);
  expect(isEqual(comparison)).toBe(true);
});

const BOUNDS = `apiVersion: v1
kind: ResourceQuota
metadata: { name: jobs, namespace: gitlab-jobs }
spec: { hard: { pods: "40" } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: jobs, namespace: gitlab-jobs }
spec: { limits: [{ type: Container, default: { memory: 4Gi }, max: { memory: 8Gi } }] }
`;
const GUARDED_FILES = [...FLEET, { path: 'bounds.yaml', text: BOUNDS }];
const GUARDED = parsed(GUARDED_FILES);

describe('the namespace of jobs', () => {
  const guards = sideOf(GUARDED);
  const without = (kind: string) =>
    compareRunners(guards, sideOf(GUARDED.filter((one) => one.kind !== kind))).runners.flatMap(
      ({ differences }) => differences,
    );
  const added = (kind: string) =>
    compareRunners(sideOf(GUARDED.filter((one) => one.kind !== kind)), guards).runners.flatMap(
      ({ differences }) => differences,
    );

  test.each([
    ['NetworkPolicy', /^namespace\.(?:egress|ingress)$/],
    ['ResourceQuota', /^namespace\.quota\./],
    ['LimitRange', /^namespace\.limit range\./],
    ['Namespace', /^namespace\.pod security$/],
  ])('without its %s is a difference, and with it, intended', (kind, path) => {
    for (const [differences, isMeant] of [
      [without(kind), false],
      [added(kind), true],
    ] as const) {
      expect(differences.length).toBeGreaterThan(0);
      for (const one of differences) {
        expect(one.path).toMatch(path);
        expect([one.path, one.why !== undefined]).toEqual([one.path, isMeant]);
      }
    }
  });

  test('says which ports are closed, and what opens them', () => {
    const [egress] = added('NetworkPolicy').filter((one) => one.path === 'namespace.egress');
    expect(egress.before).toMatch(/^anything/);
    expect(egress.after).toMatch(/0\.0\.0\.0\/0 except 169\.254\.169\.254\/32[^;]*: TCP 22, TCP 80, TCP 443/);
    expect(egress.why).toMatch(/network\.jobPorts.*network\.jobEgress/);
  });

  test('lists each way that only one side has', () => {
    const after = sideOf(parsed(edited(GUARDED_FILES, [JOBS_POLICY, 'port: 22', 'port: 2222'])));
    const paths = compareRunners(guards, after).runners[0].differences.map((one) => [one.path, one.after]);
    expect(paths).toContainEqual([
      expect.stringMatching(/^namespace\.egress 0\.0\.0\.0\/0.*TCP 22$/),
      undefined,
    ]);
    expect(paths).toContainEqual([expect.stringMatching(/TCP 2222$/), 'allowed']);
  });
});
