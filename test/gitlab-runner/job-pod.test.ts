import { parse } from '@iarna/toml';
import type { ConfigToml } from '../../lib/gitlab-runner/config/toml';
import type { Job } from '../../lib/gitlab-runner/executor/job';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import recorded from './fixtures/executor-pods.json';

interface Recorded {
  readonly name: string;
  readonly config: string;
  readonly job: object;
  readonly outcome: string;
  readonly pod?: object;
}

const cases = recorded.cases as readonly Recorded[];
const runnerOf = (config: string) => (parse(config) as unknown as ConfigToml).runners[0];
/** One case fails by what its patch of the pod's spec asks of the API server, which no config tells. */
const derived = cases.filter(({ name }) => name !== 'advanced-pod-spec');

test.each(derived.filter(({ pod }) => pod).map((one) => [one.name, one]))(
  'the executor made the same pod: %s',
  (_, one) => {
    const pod = jobPod(runnerOf(one.config), one.job);
    expect(comparable(pod)).toEqual(one.pod);
  },
);

test.each(derived.filter(({ pod }) => !pod).map((one) => [one.name, one]))(
  'the executor refused the same job: %s',
  (_, one) => {
    expect(jobPod(runnerOf(one.config), one.job)).toMatchObject({ refused: one.outcome });
  },
);

test('all 31 recorded cases are looked at', () => {
  expect(cases).toHaveLength(31);
  expect(derived).toHaveLength(30);
});

test('the largest job asks for every ceiling', () => {
  const full = cases.find(({ name }) => name === 'full-arm64-spot') as Recorded;
  expect(largestJob(runnerOf(full.config)).variables).toEqual({
    KUBERNETES_CPU_REQUEST: '4',
    KUBERNETES_CPU_LIMIT: '4',
    KUBERNETES_MEMORY_REQUEST: '8Gi',
    KUBERNETES_MEMORY_LIMIT: '8Gi',
  });
  const pod = jobPod(runnerOf(full.config), largestJob(runnerOf(full.config)));
  expect(pod).toMatchObject({ containers: [{ resources: { requests: { cpu: '4', memory: '8Gi' } } }, {}] });
});

const minimal = cases.find(({ name }) => name === 'minimal') as Recorded;

/** The pod of a job of the simplest runner, with more in its table. */
function podOf(kubernetes: object, job: Job = {}, more: object = {}): JobPod {
  const table = runnerOf(minimal.config);
  const pod = jobPod({ ...table, ...more, kubernetes: { ...table.kubernetes, ...kubernetes } }, job);
  if ('refused' in pod) throw new Error(pod.message);
  return pod;
}

test('services are called by their first free alias, else by number', () => {
  const services = [
    { name: 'a:1', alias: 'db' },
    { name: 'b:1', alias: 'db, sql.local sql' },
    { name: 'c:1', alias: 'sql.local' },
    'd:1',
  ];
  const names = podOf({ services: [{ name: 'e:1' }] }, { services }).containers.map(({ name, image }) => [
    name,
    image,
  ]);
  expect(names.slice(2)).toEqual([
    ['db', 'a:1'],
    ['sql', 'b:1'],
    ['svc-0', 'e:1'],
    ['svc-1', 'c:1'],
    ['svc-2', 'd:1'],
  ]);
});

test('an alias that is not a DNS name refuses every job, and a variable in it is not judged', () => {
  expect(() => podOf({ services: [{ name: 'a:1', alias: 'db_x' }] })).toThrow(
    'the alias "db_x" of the service a:1',
  );
  expect(podOf({ services: [{ name: 'a:1', alias: '$NAME' }] }).containers[2].name).toBe('svc-0');
});

test.each([
  ['any user but root', {}, '1000:100', { runAsUser: 1000, runAsGroup: 100 }],
  ['not root', {}, '0:0', {}],
  ['root where a list names it', { allowed_users: ['0'] }, '0', { runAsUser: 0 }],
  [
    'none that a list does not name',
    { allowed_users: ['1'], allowed_groups: ['2'] },
    '3:2',
    { runAsGroup: 2 },
  ],
  ['none where the config names one', { pod_security_context: { run_as_user: 5 } }, '1000', { runAsUser: 5 }],
  ['no name of a user', {}, 'node', {}],
])('a job may run as %s', (_, kubernetes, user, expected) => {
  const [{ securityContext }, helper] = podOf(kubernetes, { user }).containers;
  const { capabilities: __, ...rest } = securityContext;
  expect(rest).toEqual(expected);
  expect(helper.securityContext.runAsGroup).toBeUndefined();
});

test('feature_flags of the config hold against variables of a job', () => {
  const variables = { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: 'true' };
  expect(podOf({}, { variables }).initContainers).toEqual([]);
  const feature_flags = { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: false };
  expect(podOf({}, { variables }, { feature_flags }).initContainers).toHaveLength(1);
});

test('credentials of a job add a pull Secret, but where that of the ServiceAccount is taken', () => {
  const job = { registryCredentials: true };
  const own = { name: 'runner-<token>-project-<id>-concurrent-<n>-<suffix>' };
  expect(podOf({ image_pull_secrets: ['shared'] }, job).imagePullSecrets).toEqual([{ name: 'shared' }, own]);
  expect(podOf({ use_service_account_image_pull_secrets: true }, job).imagePullSecrets).toEqual([]);
});

describe('a job of Windows', () => {
  const node_selector = { 'kubernetes.io/os': 'windows', 'node.kubernetes.io/windows-build': '10.0.20348' };

  test('has the helper of its build, its clones on C:, and no capability dropped', () => {
    const { containers } = podOf({ node_selector });
    expect(containers[1].image).toMatch(/gitlab-runner-helper:x86_64-latest-servercore21H2$/);
    expect(containers.map(({ securityContext }) => securityContext.capabilities)).toEqual([{}, {}]);
    expect(containers[0].volumeMounts).toContainEqual({ name: 'repo', mountPath: 'C:\\builds' });
  });

  test('has a helper for arm64 from Windows Server 2025 on', () => {
    const helperOf = (build: string) =>
      podOf({
        node_selector: {
          ...node_selector,
          'kubernetes.io/arch': 'arm64',
          'node.kubernetes.io/windows-build': build,
        },
      }).containers[1].image.split(':')[1];
    expect([helperOf('10.0.20348'), helperOf('10.0.26100.1')]).toEqual([
      'x86_64-latest-servercore21H2',
      'arm64-latest-servercore24H2',
    ]);
  });

  test('is refused without a build that has a helper, even where the config names a helper', () => {
    const selector = { 'kubernetes.io/os': 'windows' };
    expect(() => podOf({ node_selector: selector, helper_image: 'helper:1' })).toThrow(
      'no helper image for this build of Windows: none',
    );
  });

  test('needs no container that sets permissions for dumb-init', () => {
    const feature_flags = {
      FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: true,
      FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR: true,
    };
    expect(podOf({}, {}, { feature_flags }).initContainers).toHaveLength(1);
    expect(podOf({ node_selector }, {}, { feature_flags }).initContainers).toEqual([]);
  });
});

/** The fields that the recording kept, each whole. */
function comparable(pod: object): object {
  const { namespace, annotations, nodeSelector, nodeAffinity, tolerations, serviceAccountName, ...rest } =
    pod as JobPod;
  const { terminationGracePeriodSeconds, activeDeadlineSeconds } = rest;
  const containers = (list: JobPod['containers']) =>
    list.map(({ name, image, resources, privileged, allowPrivilegeEscalation }) => ({
      ...{ name, image, resources, privileged, allowPrivilegeEscalation },
    }));
  return JSON.parse(
    JSON.stringify({
      ...{ namespace, annotations, nodeSelector, nodeAffinity, tolerations, serviceAccountName },
      ...{ terminationGracePeriodSeconds, activeDeadlineSeconds },
      initContainers: containers(rest.initContainers),
      containers: containers(rest.containers),
    }),
  );
}
