import { needsOf } from '../../lib/cluster/needs';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { JobServiceAccountProps, RunnerProps } from '../../lib/fleet/props/runner';
import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { findingsIn } from '../checks/cases';
import { faultsOf, find, type Manifest, manifests, render, resolveOne } from '../fleets';

const ROLE = 'arn:aws:iam::123456789012:role/ci-builds';
const PLAIN: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const fleet = (
  jobServiceAccount: JobServiceAccountProps | undefined,
  change: Partial<RunnerProps> = {},
  all: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({
  name: 'production',
  runners: [{ ...PLAIN, jobServiceAccount, ...change }],
  ...all,
});
const tableOf = (described: RunnerFleetProps) =>
  resolveOne(described).runners[0].managers[0].config.runners[0];
const accountsOf = (described: RunnerFleetProps) =>
  manifests(described).filter(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.namespace.startsWith('gitlab-jobs'),
  );
const needs = (described: RunnerFleetProps) =>
  needsOf(observe(parseManifests(render(described)).manifests)).filter(({ askedBy }) =>
    askedBy.some(({ manifest }) => manifest.kind === 'ServiceAccount'),
  );
const noticed = (described: RunnerFleetProps) =>
  findingsIn(render(described)).filter(({ severity }) => severity !== 'note');

describe('an account of jobs', () => {
  const described = fleet({});

  test('is rendered where they run, and jobs run as it, without a token', () => {
    const [account, ...others] = accountsOf(described);
    expect(others).toEqual([]);
    expect(account).toMatchObject({
      metadata: {
        name: 'jobs-a',
        namespace: 'gitlab-jobs',
        labels: { 'app.kubernetes.io/component': 'job-access' },
        annotations: {
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
          'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
          'argocd.argoproj.io/sync-wave': '-1',
        },
      },
      automountServiceAccountToken: false,
    });
    expect(tableOf(described).kubernetes).toMatchObject({
      service_account: 'jobs-a',
      automount_service_account_token: false,
    });
    expect(noticed(described)).toEqual([]);
  });

  test('has a token where that is wanted', () => {
    const open = fleet({ automountServiceAccountToken: true });
    expect(accountsOf(open)[0].automountServiceAccountToken).toBe(true);
    expect(tableOf(open).kubernetes.automount_service_account_token).toBe(true);
  });

  test('has labels and annotations besides its own', () => {
    const [{ metadata }] = accountsOf(fleet({ labels: { team: 'web' }, annotations: { owner: 'web' } }));
    expect(metadata.labels).toMatchObject({ team: 'web', 'app.kubernetes.io/part-of': 'production' });
    expect(metadata.annotations).toMatchObject({ owner: 'web' });
  });

  test('takes patches of the fleet', () => {
    const patches = { 'ServiceAccount/jobs-a': { metadata: { annotations: { owner: 'web' } } } };
    expect(accountsOf(fleet({}, {}, { patches }))[0].metadata.annotations).toMatchObject({ owner: 'web' });
    expect(faultsOf(fleet(undefined, {}, { patches })).join()).toMatch(/ServiceAccount\/jobs-a/);
  });

  test('is no more to the cluster than one that is there already', () => {
    const existing = fleet(
      undefined,
      { serviceAccount: 'there' },
      { existing: ['ServiceAccount/gitlab-jobs/there'] },
    );
    expect(accountsOf(existing)).toEqual([]);
    expect(tableOf(existing).kubernetes).toMatchObject({
      service_account: 'there',
      automount_service_account_token: true,
    });
  });
});

describe('a role of jobs in AWS', () => {
  test('by Pod Identity is an association that is needed, and a way to the agent', () => {
    const described = fleet({ roleArn: ROLE });
    expect(needs(described).map(({ kind, name, namespace }) => [kind, namespace, name])).toEqual([
      ['IAM role', undefined, ROLE],
      ['Pod Identity association', 'gitlab-jobs', 'jobs-a'],
    ]);
    const egress = (one: RunnerFleetProps) =>
      JSON.stringify(find(manifests(one), 'NetworkPolicy', 'default', 'gitlab-jobs').spec.egress);
    const agent = '"cidr":"169.254.170.23/32"';
    expect(egress(described)).toContain(agent);
    expect(egress(fleet({}))).not.toContain(agent);
    expect(egress(fleet({ roleArn: ROLE, identity: 'irsa' }))).not.toContain(agent);
  });

  test('by IRSA is an annotation that EKS reads', () => {
    const described = fleet({ roleArn: ROLE, identity: 'irsa' });
    expect(accountsOf(described)[0].metadata.annotations).toMatchObject({
      'eks.amazonaws.com/role-arn': ROLE,
    });
    expect(needs(described).map(({ kind }) => kind)).toEqual(['IAM role']);
  });

  test('is one for each tier: fleets that share it are found', () => {
    const tier = (name: string, roleArn: string): RunnerFleetProps => ({
      ...fleet({ roleArn }),
      name,
      clusterName: 'ci',
      prefix: name,
    });
    const ids = (...roles: readonly string[]) =>
      findingsIn(roles.flatMap((role, index) => render(tier(['lab', 'release'][index], role))))
        .filter(({ severity }) => severity === 'error')
        .map(({ id }) => id);
    expect(ids(ROLE, ROLE)).toEqual(['tiers-separate/role']);
    expect(ids(ROLE, `${ROLE}-release`)).toEqual([]);
  });
});

describe('runners with one account', () => {
  const two = (first: JobServiceAccountProps, second: JobServiceAccountProps): RunnerFleetProps => ({
    name: 'production',
    runners: [
      { ...PLAIN, jobServiceAccount: first },
      { ...PLAIN, name: 'b', jobServiceAccount: second },
    ],
  });

  test('share one object', () => {
    const account = { name: 'ci', roleArn: ROLE };
    expect(accountsOf(two(account, account))).toHaveLength(1);
  });

  test('must mean the same', () => {
    expect(faultsOf(two({ name: 'ci', roleArn: ROLE }, { name: 'ci' }))).toEqual([
      expect.stringMatching(/^production > runner b > jobServiceAccount > name: runner a gives the account/),
    ]);
  });

  test('have an object each in namespaces of their own', () => {
    const described = two({ name: 'ci' }, { name: 'ci', roleArn: ROLE });
    const [first, second] = described.runners;
    const apart = {
      ...described,
      runners: [first, { ...second, privileged: true, tags: ['x'], exactTags: true }],
    };
    expect(accountsOf(apart).map(({ metadata }: Manifest) => metadata.namespace)).toEqual([
      'gitlab-jobs-privileged',
      'gitlab-jobs',
    ]);
  });

  test('have a file each, whatever dashes names and namespaces have', () => {
    const { runners } = two({ name: 'a' }, { name: 'a-b' });
    const [first, second] = runners;
    const apart = [
      { ...first, jobNamespace: 'b-ci' },
      { ...second, jobNamespace: 'ci' },
    ];
    const paths = render({ name: 'production', runners: apart }).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('base/serviceaccount-'))).toEqual([
      'production/base/serviceaccount-b-ci.a.yaml',
      'production/base/serviceaccount-ci.a-b.yaml',
    ]);
  });

  test('inherit it, each under its own name', () => {
    const described: RunnerFleetProps = {
      name: 'production',
      runnerDefaults: { jobServiceAccount: { roleArn: ROLE } },
      runners: [PLAIN, { ...PLAIN, name: 'b' }, { ...PLAIN, name: 'c', jobServiceAccount: null }],
    };
    expect(accountsOf(described).map(({ metadata }: Manifest) => metadata.name)).toEqual([
      'jobs-a',
      'jobs-b',
    ]);
  });
});

describe('pull secrets', () => {
  const existing = ['Secret/gitlab-jobs/mirror', 'Secret/gitlab-runners/mirror'];
  const pulls = (change: Partial<RunnerProps>, all: Partial<RunnerFleetProps> = { existing }) =>
    fleet(undefined, change, all);

  test('of jobs are those of the pod, besides the credentials of the job', () => {
    const pod = jobPod(tableOf(pulls({ imagePullSecrets: ['mirror'] })), { registryCredentials: true });
    expect(pod).toMatchObject({ imagePullSecrets: [{ name: 'mirror' }, {}] });
    expect(noticed(pulls({ imagePullSecrets: ['mirror'] }))).toEqual([]);
  });

  test('of an account are those of the account alone', () => {
    const described = fleet({ imagePullSecrets: ['mirror'] }, {}, { existing });
    expect(accountsOf(described)[0].imagePullSecrets).toEqual([{ name: 'mirror' }]);
    expect(jobPod(tableOf(described), { registryCredentials: true })).toMatchObject({ imagePullSecrets: [] });
    expect(noticed(described)).toEqual([]);
  });

  test('of managers are those of their pod', () => {
    const described = pulls({ manager: { imagePullSecrets: ['mirror'] } });
    const deployment = find(manifests(described), 'Deployment', 'runner-a');
    expect(deployment.spec.template.spec.imagePullSecrets).toEqual([{ name: 'mirror' }]);
    expect(noticed(described)).toEqual([]);
  });

  test.each<[string, Partial<RunnerProps>]>([
    ['jobs', { imagePullSecrets: ['mirror'] }],
    ['an account', { jobServiceAccount: { imagePullSecrets: ['mirror'] } }],
    ['managers', { manager: { imagePullSecrets: ['mirror'] } }],
  ])('of %s that nobody makes leave the runner unproved', (_, change) => {
    const [missing, ...others] = noticed(pulls(change, {}));
    expect(others).toEqual([]);
    expect(missing).toMatchObject({ id: 'needs/source', severity: 'warning', notProved: true });
  });
});

// biome-ignore format: a table of cases
test.each<[string, JobServiceAccountProps, Partial<RunnerProps>, RegExp]>([
  ['an account besides one that exists', {}, { serviceAccount: 'there' }, /serviceAccount: jobs run as one account/],
  ['the account that every namespace has', { name: 'default' }, {}, /write "ci-jobs"/],
  ['a role by its name', { roleArn: 'ci-builds' }, {}, /the ARN of an IAM role/],
  ['a way to no role', { identity: 'irsa' }, {}, /roleArn: identity says how jobs get a role/],
  ['a role by annotation', { annotations: { 'eks.amazonaws.com/role-arn': ROLE } }, {}, /write roleArn, with identity: 'irsa'/],
  ['an annotation of the fleet', { annotations: { 'gitlab-runner-fleet/pod-identity-role': ROLE } }, {}, /use a prefix of your own/],
  ['a label of the fleet', { labels: { 'gitlab-runner-fleet/runner': 'x' } }, {}, /use a prefix of your own/],
  ['Secrets of the account besides others', { imagePullSecrets: ['a'] }, { imagePullSecrets: ['b'] }, /move all to imagePullSecrets of the runner/],
  ['a Secret without a name', {}, { imagePullSecrets: [''] }, /imagePullSecrets\[0\]/],
])('%s is refused', (_, account, change, says) => {
  expect(faultsOf(fleet(account, change)).join('\n')).toMatch(says);
});

test('Pod Identity on Fargate is refused', () => {
  const fargate = { fargate: { region: 'eu-west-1' } };
  const on = (account: JobServiceAccountProps) => faultsOf(fleet(account, { capacity: 'fargate' }, fargate));
  expect(on({ roleArn: ROLE })).toEqual([
    expect.stringMatching(/jobs on Fargate get no credentials.*"irsa"/),
  ]);
  expect(on({ roleArn: ROLE, identity: 'irsa' })).toEqual([]);
});
