import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { KubeClient, type KubeObject } from '../../tools/engines/kube-client';
import { manifests, render } from '../fleets';
import { applyFiles } from './apply';
import { api, cluster } from './running-cluster';

const FLEET: RunnerFleetProps = {
  name: 'orphans',
  prefix: 'orphans',
  gitlabUrl: 'https://gitlab.example.com',
  // As many as the quota needs for more pods than one answer holds.
  runners: [{ name: 'jobs', arch: 'amd64', capacity: 'spot', concurrency: 100 }],
};
const NEIGHBOUR: RunnerFleetProps = { ...FLEET, name: 'neighbour', prefix: 'neighbour' };
const PODS = '/api/v1/namespaces/orphans-jobs/pods';
const PODS_OF_NEIGHBOUR = '/api/v1/namespaces/neighbour-jobs/pods';

/** What the executor puts on job pods of a fleet. */
const labelsOf = (fleet: string) => ({
  'app.kubernetes.io/managed-by': 'gitlab-runner',
  'app.kubernetes.io/part-of': fleet,
  'gitlab-runner-fleet/runner': 'jobs',
});

let folder: string;
let token: string;
let container: KubeObject;

beforeAll(async () => {
  for (const fleet of [FLEET, NEIGHBOUR]) applyFiles(render(fleet));
  const cronJob = manifests(FLEET).find(({ kind }) => kind === 'CronJob') as KubeObject;
  const { spec } = cronJob.spec.jobTemplate.spec.template;
  [container] = spec.containers;
  const account = `/api/v1/namespaces/${cronJob.metadata.namespace}/serviceaccounts/${spec.serviceAccountName}`;
  ({ token } = (
    await api.create(`${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
  ).status);
  folder = mkdtempSync(join(tmpdir(), 'runner-fleet-orphans-'));
  writeFileSync(join(folder, 'token'), token);
  writeFileSync(join(folder, 'ca.crt'), cluster.access.ca);
});
afterEach(async () => {
  for (const path of [PODS, PODS_OF_NEIGHBOUR]) await api.delete(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface PodSettings {
  readonly labels?: Readonly<Record<string, string>>;
  readonly deadline?: number;
  readonly phase?: 'Running' | 'Failed' | 'Succeeded';
  readonly owner?: KubeObject;
}

/** A pod that no scheduler looks at, so that its phase stays as it is set. */
async function pod(
  name: string,
  { labels = labelsOf('orphans'), deadline, phase, owner }: PodSettings,
  path = PODS,
): Promise<void> {
  const amounts = { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' };
  await api.create(path, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, ...(owner && { ownerReferences: [owner] }) },
    spec: {
      schedulerName: 'nobody',
      activeDeadlineSeconds: deadline,
      containers: [
        { name: 'build', image: 'example.com/job:1', resources: { requests: amounts, limits: amounts } },
      ],
    },
  });
  if (phase !== undefined) await api.patch(`${path}/${name}/status`, { status: { phase } });
}

/** Runs the rendered program as the rendered account. */
function cleanUp(changed: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> {
  const { hostname, port } = new URL(cluster.access.url);
  const rendered = container.env.map(({ name, value }: KubeObject) => [name, value]);
  const env: Record<string, string> = {
    ...Object.fromEntries(rendered),
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    TOKEN_FILE: join(folder, 'token'),
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
    ...changed,
  };
  const [, ...options] = container.command;
  return spawnSync(process.execPath, [...options, ...container.args], { env, encoding: 'utf8' });
}

const namesOf = async (path: string) => (await api.list(path)).map(({ metadata }) => metadata.name).sort();
const untilPast = () => new Promise((resolve) => setTimeout(resolve, 3500));

test('pods past their deadline go, in whatever phase, and those of live jobs stay', async () => {
  await pod('running-past', { deadline: 1, phase: 'Running' });
  await pod('pending-past', { deadline: 1 });
  await pod('failed-past', { deadline: 1, phase: 'Failed' });
  await pod('succeeded-past', { deadline: 1, phase: 'Succeeded' });
  await pod('running-live', { deadline: 3600, phase: 'Running' });
  await pod('pending-live', { deadline: 3600 });
  await pod('no-deadline', { phase: 'Running' });
  await untilPast();

  // As rendered, a pod may wait for its node, stop, and be a little late.
  expect(cleanUp()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(await namesOf(PODS)).toHaveLength(7);

  const run = cleanUp({ SPARE_SECONDS: '1' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toMatch(/^deleted orphans-jobs\/failed-past Failed deadline \S+Z$/m);
  expect(await namesOf(PODS)).toEqual(['no-deadline', 'pending-live', 'running-live']);

  // One without a deadline of its own has that of the longest job.
  cleanUp({ SPARE_SECONDS: '1', LONGEST_JOB_SECONDS: '1' });
  expect(await namesOf(PODS)).toEqual(['pending-live', 'running-live']);
});

test('pods of others stay, in its namespace and elsewhere', async () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'pause', uid: 'a-b-c' };
  await pod('of-another-fleet', { deadline: 1, labels: labelsOf('neighbour') });
  await pod('of-nobody', { deadline: 1, labels: {} });
  await pod('of-a-person', {
    deadline: 1,
    labels: { ...labelsOf('orphans'), 'app.kubernetes.io/managed-by': 'me' },
  });
  const [{ metadata }] = await api.list('/api/v1/namespaces/orphans-jobs/serviceaccounts');
  await pod('owned', {
    deadline: 1,
    owner: { ...owner, apiVersion: 'v1', kind: 'ServiceAccount', name: metadata.name, uid: metadata.uid },
  });
  await pod('elsewhere', { deadline: 1, labels: labelsOf('orphans') }, PODS_OF_NEIGHBOUR);
  await untilPast();
  expect(cleanUp({ SPARE_SECONDS: '1' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(await namesOf(PODS)).toEqual(['of-a-person', 'of-another-fleet', 'of-nobody', 'owned']);
  expect(await namesOf(PODS_OF_NEIGHBOUR)).toEqual(['elsewhere']);
});

test('more pods than one answer holds are all deleted', async () => {
  await Promise.all(Array.from({ length: 120 }, (_, index) => pod(`orphan-${index}`, { deadline: 1 })));
  await untilPast();
  const run = cleanUp({ SPARE_SECONDS: '1' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(await namesOf(PODS)).toEqual([]);
});

test('a namespace that it may not look into is reported, and the others are cleaned all the same', async () => {
  await pod('orphan', { deadline: 1 });
  await untilPast();
  const run = cleanUp({ SPARE_SECONDS: '1', NAMESPACES: 'neighbour-jobs orphans-jobs' });
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(
    /^neighbour-jobs: pods is forbidden: User "system:serviceaccount:orphans-runners:/,
  );
  expect(await namesOf(PODS)).toEqual([]);
});

test('it refuses to run without times', () => {
  const run = cleanUp({ SPARE_SECONDS: '' });
  expect(run.status).not.toBe(0);
  expect(run.stderr).toMatch(/must be above zero/);
});

test('its account may list and delete pods of its jobs, and nothing else', async () => {
  const own = new KubeClient({ ...cluster.access, token });
  const review = async (namespace: string) =>
    (
      await own.create('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      })
    ).status.resourceRules.filter(({ apiGroups }: KubeObject) => !apiGroups[0].endsWith('.k8s.io'));
  expect(await review('orphans-jobs')).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
  ]);
  for (const namespace of ['orphans-runners', 'neighbour-jobs', 'default'])
    expect(await review(namespace)).toEqual([]);
});
