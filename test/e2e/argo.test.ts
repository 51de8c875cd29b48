import { execFileSync } from 'node:child_process';
import { parse } from 'yaml';
import type { RenderedFile } from '../../lib/app/render';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { KubeObject } from '../../tools/engines/kube-client';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';
import { Application, PAGE, resourcesOf } from './argo';
import { changedObjects, generationsOf } from './generations';
import { api, cluster, eventually, kubectl } from './running-cluster';

/** The default fleet beside those of other tests; its name is in the labels by which what is left is deleted. */
const FLEET: RunnerFleetProps = { ...DEFAULT_FLEET, name: 'argo', clusterName: 'production', prefix: 'argo' };
/** With a runner whose jobs have a namespace to themselves. */
const WITH_OWN_NAMESPACE: RunnerFleetProps = {
  ...FLEET,
  runners: [
    ...FLEET.runners,
    { name: 'own', arch: 'amd64', capacity: 'spot', jobNamespace: 'argo-own-jobs' },
  ],
};
/** Once that one and the first are removed. */
const REDUCED: RunnerFleetProps = { ...FLEET, runners: FLEET.runners.slice(1) };

const RUNNERS = '/api/v1/namespaces/argo-runners';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/argo-runners/deployments';
const SEALED = '/apis/bitnami.com/v1alpha1/namespaces/argo-runners/sealedsecrets';
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/argo-runners/networkpolicies';
/** What stays of the first runner. */
const KEPT = [
  'Role/runner-amd64-spot',
  'RoleBinding/runner-amd64-spot',
  'SealedSecret/runner-amd64-spot-token',
  'ServiceAccount/runner-amd64-spot',
];

const application = new Application('argo');

beforeAll(async () => {
  application.commit(render(FLEET));
  await application.create();
});
afterAll(() => application.remove());

const names = async (path: string) => (await api.list(path)).map(({ metadata }) => metadata.name);
const isRefused = (status: KubeObject) =>
  status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Synced' && is === 'False');
const nameOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`;
const objectsOf = (files: readonly RenderedFile[]): readonly KubeObject[] =>
  files.map(({ text }) => parse(text));

/** A fake, put together here so that no scanner takes it for a real one. */
const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;

/** The token of the first runner, sealed for the controller that runs here. */
function firstSealed(): ReadonlyMap<string, string> {
  const [namespace, name] = ['argo-runners', 'runner-amd64-spot-token'];
  const args = ['--raw', '--cert', cluster.certificateUrl, '--namespace', namespace, '--name', name];
  const ciphertext = execFileSync(cluster.kubeseal, args, {
    encoding: 'utf8',
    input: TOKEN,
  }).trim();
  const text = JSON.stringify({ namespace, name, scope: 'strict', ciphertext });
  return new Map([['sealed/argo/amd64-spot.yaml', text]]);
}

/** What a new revision changes in the cluster, but for the pods. */
async function changesOf(files: readonly RenderedFile[]): Promise<readonly string[]> {
  const before = generationsOf('argo');
  await application.sync(files);
  return changedObjects(before, generationsOf('argo'));
}

test('a fleet with placeholders is Synced, object by object, and Healthy', async () => {
  await application.sync(render(FLEET));
  const status = await application.healthy();
  expect(resourcesOf(status, () => true)).toEqual(objectsOf(render(FLEET)).map(nameOf).sort());
  expect(resourcesOf(status, (resource) => resource.status !== 'Synced')).toEqual([]);
});

test('placeholders, none of which can be opened, do not make it Degraded', async () => {
  await eventually('the controller refuses each placeholder', 'argo-runners', async () => {
    const placeholders = await api.list(SEALED);
    return (
      placeholders.length === FLEET.runners.length && placeholders.every(({ status }) => isRefused(status))
    );
  });
  await application.sync(render(FLEET));
  const status = await application.healthy();
  expect(resourcesOf(status, ({ health }) => health !== undefined && health.status !== 'Healthy')).toEqual(
    [],
  );
});

const isNotOfCleanup = ({ metadata }: KubeObject) =>
  metadata.labels?.['app.kubernetes.io/component'] !== 'orphan-cleanup';

test('namespaces are created before rights of managers, and these before all else', async () => {
  const args = ['--all-namespaces', '--selector', 'app.kubernetes.io/part-of=argo', '--output', 'json'];
  const kinds = [...new Set(objectsOf(render(FLEET)).map(({ kind }) => kind))].join(',');
  const items: readonly KubeObject[] = JSON.parse(kubectl('get', kinds, ...args)).items;
  const created = items.filter(isNotOfCleanup).map(({ kind, metadata }) => ({
    wave: { Namespace: -2, ServiceAccount: -1, Role: -1, RoleBinding: -1 }[kind as string] ?? 0,
    at: metadata.creationTimestamp,
  }));
  const timesOf = (wave: number) =>
    created
      .filter((one) => one.wave === wave)
      .map(({ at }) => at)
      .sort();
  const [namespaces, rights, others] = [-2, -1, 0].map(timesOf);
  expect([namespaces.length, rights.length]).toEqual([2, 3 * FLEET.runners.length]);
  expect(namespaces.at(-1) < rights[0]).toBe(true);
  expect(rights.at(-1) < others[0]).toBe(true);
});

test('a changed limit touches one object', async () => {
  const limits = { cpu: '222', memory: '333Gi' };
  const changed = await changesOf(
    render({ ...FLEET, nodePools: [{ arch: 'arm64', capacity: 'spot', limits }] }),
  );
  expect(changed).toEqual(['NodePool/argo-jobs-arm64-spot']);
  await application.sync(render(FLEET));
});

test('another concurrency brings a ConfigMap, and changes its Deployment, its pool and the quota of the jobs', async () => {
  const configMaps = async () =>
    (await names(`${RUNNERS}/configmaps`)).filter((name) => name.includes('amd64-spot'));
  const [old] = await configMaps();
  const [first, ...others] = FLEET.runners;
  const changed = await changesOf(render({ ...FLEET, runners: [{ ...first, concurrency: 11 }, ...others] }));
  const now = await configMaps();
  expect(now).toHaveLength(1);
  expect(changed).toEqual(
    [
      `ConfigMap/${now[0]}`,
      `ConfigMap/${old}`,
      'Deployment/runner-amd64-spot',
      'NodePool/argo-jobs-amd64-spot',
      'ResourceQuota/jobs',
    ].sort(),
  );
});

test('a token that can not be opened shows as Degraded', async () => {
  await application.sync(render(FLEET, new Map([...sealedTokens(FLEET)].slice(0, 1))));
  const status = await application.eventually('is Degraded', ({ health }) => health?.status === 'Degraded');
  expect(resourcesOf(status, ({ health }) => health?.status === 'Degraded')).toContain(
    'SealedSecret/runner-amd64-spot-token',
  );
});

test('a sealed token starts its manager, and the Application is Healthy once it runs', async () => {
  const changed = await changesOf(render(FLEET, firstSealed()));
  expect(changed).toEqual(['Deployment/runner-amd64-spot', 'SealedSecret/runner-amd64-spot-token']);
  await application.healthy(240);
  const { spec, status } = await api.get(`${DEPLOYMENTS}/runner-amd64-spot`);
  expect(status.availableReplicas).toBe(1);
  const { name, key } = spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef;
  expect((await api.get(`${RUNNERS}/secrets/${name}`)).data[key]).toBe(btoa(TOKEN));
});

test('runners that are removed leave rights, token and namespace, and the Application is Synced and at rest', async () => {
  await application.sync(render(WITH_OWN_NAMESPACE, firstSealed()));
  const status = await application.sync(render(REDUCED));
  expect(await names(DEPLOYMENTS)).not.toContain('runner-amd64-spot');
  expect(await names(`${RUNNERS}/configmaps`)).not.toContainEqual(expect.stringContaining('amd64-spot'));
  expect(await names('/apis/karpenter.sh/v1/nodepools')).not.toContain('argo-jobs-amd64-spot');
  const left = [...KEPT, 'Role/runner-own', 'Namespace/argo-own-jobs'];
  expect(Object.keys(generationsOf('argo'))).toEqual(expect.arrayContaining(left));
  expect(await api.find(`${RUNNERS}/secrets/runner-amd64-spot-token`)).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const later = await application.status();
  expect(later.sync.status).toBe('Synced');
  expect(later.operationState.finishedAt).toBe(status.operationState.finishedAt);
});

test('what somebody changes by hand is put back soon, whatever is left of a runner', async () => {
  const deployment = `${DEPLOYMENTS}/runner-arm64-spot`;
  const role = '/apis/rbac.authorization.k8s.io/v1/namespaces/argo-jobs/roles/runner-arm64-spot';
  const [policy] = await names(POLICIES);
  const { rules } = await api.get(role);
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  await api.patch(deployment, { spec: { replicas: 3 } });
  await api.patch(role, { rules: [...rules, everything] });
  await api.delete(`${POLICIES}/${policy}`);
  const areBack = async () =>
    (await api.get(deployment)).spec.replicas === 0 &&
    (await api.get(role)).rules.length === rules.length &&
    (await api.find(`${POLICIES}/${policy}`));
  await eventually('Argo CD puts all back', 'gitlab-runners-argo', areBack, 60);
});

test('what is left of a runner is deleted by the labels that the page names', async () => {
  const command = PAGE.match(/kubectl delete (serviceaccount[\s\S]*?)\n```/)?.[1] ?? '';
  const args = command.replaceAll('\\\n', '').replace('<fleet>', 'argo').replace('<runner>', 'amd64-spot');
  kubectl('delete', ...args.split(/\s+/));
  const left = Object.keys(generationsOf('argo'));
  expect(left.filter((name) => KEPT.includes(name))).toEqual([]);
  expect(left).toContain('Role/runner-amd64-on-demand');
});

test('what git does not name is not seen, and a sync of the object leaves it', async () => {
  const path = `${DEPLOYMENTS}/runner-arm64-spot`;
  const { containers } = (await api.get(path)).spec.template.spec;
  const env = [...containers[0].env, { name: 'BY_HAND', value: 'yes' }];
  await api.patch(path, {
    metadata: { labels: { 'example.com/added': 'by-hand' } },
    spec: { template: { spec: { containers: [{ ...containers[0], env }] } } },
  });
  const runners = REDUCED.runners.map((runner) =>
    runner.name === 'arm64-spot' ? { ...runner, concurrency: 11 } : runner,
  );
  const before = generationsOf('argo');
  await application.sync(render({ ...REDUCED, runners }));
  expect(changedObjects(before, generationsOf('argo'))).toContain('Deployment/runner-arm64-spot');
  const { metadata, spec } = await api.get(path);
  expect(metadata.labels['example.com/added']).toBe('by-hand');
  expect(spec.template.spec.containers[0].env).toContainEqual({ name: 'BY_HAND', value: 'yes' });
});

test('a revision that Argo CD can not read changes nothing, it says why, and the next one is applied', async () => {
  const before = generationsOf('argo');
  application.commit([...render(REDUCED), { path: 'argo/package.json', text: '{ "name": "no-manifest" }' }]);
  const { conditions } = await application.refreshUntil('refuses the revision', (status) =>
    status.conditions?.some(({ type }: KubeObject) => type === 'ComparisonError'),
  );
  expect(JSON.stringify(conditions)).toMatch(/'Kind' is missing.*no-manifest/);
  expect(changedObjects(before, generationsOf('argo'))).toEqual([]);
  await application.sync(render(REDUCED));
});

test('without selfHeal a change by hand stays, shown as OutOfSync, until the next commit', async () => {
  await api.patch(application.path, { spec: { syncPolicy: { automated: { selfHeal: false } } } });
  const path = `${DEPLOYMENTS}/runner-arm64-spot`;
  await api.patch(path, { spec: { replicas: 3 } });
  const status = await application.eventually('is OutOfSync', ({ sync }) => sync.status === 'OutOfSync');
  // What is left of the runners that were removed is listed as OutOfSync too; the Application is not for its sake.
  const isWanted = (resource: KubeObject) => resource.status === 'OutOfSync' && !resource.requiresPruning;
  expect(resourcesOf(status, isWanted)).toEqual(['Deployment/runner-arm64-spot']);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  expect((await api.get(path)).spec.replicas).toBe(3);
  await application.sync(render(REDUCED));
  expect((await api.get(path)).spec.replicas).toBe(0);
});

test('an Application that is deleted with its objects leaves namespaces, rights and tokens', async () => {
  await application.removeWithObjects();
  const rendered = objectsOf(render(REDUCED));
  const kept = rendered
    .filter(isNotOfCleanup)
    .filter(({ kind }) =>
      ['Namespace', 'ServiceAccount', 'Role', 'RoleBinding', 'SealedSecret'].includes(kind),
    );
  expect(Object.keys(generationsOf('argo'))).toEqual(expect.arrayContaining(kept.map(nameOf)));
  // No manager drains under the rights of the cleanup.
  const cleanup = rendered.filter((object) => !isNotOfCleanup(object)).map(nameOf);
  expect(cleanup.length).toBeGreaterThan(3);
  for (const name of cleanup) expect(Object.keys(generationsOf('argo'))).not.toContain(name);
  const kinds = new Set(Object.keys(generationsOf('argo')).map((name) => name.split('/')[0]));
  expect([...kinds].sort()).toEqual(['Namespace', 'Role', 'RoleBinding', 'SealedSecret', 'ServiceAccount']);
  expect(Object.keys(generationsOf('argo'))).toContain('Namespace/argo-own-jobs');
});
