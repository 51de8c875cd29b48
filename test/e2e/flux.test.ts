import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { parse } from 'yaml';
import type { RenderedFile } from '../../lib/app/render';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { ArtifactServer } from '../../tools/engines/flux';
import type { KubeObject } from '../../tools/engines/kube-client';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';
import { changedObjects, generationsOf } from './generations';
import { api, eventually, kubectl, kubectlWith } from './running-cluster';

/** The default fleet beside those of other tests. */
const FLEET = { ...DEFAULT_FLEET, prefix: 'flux' };
const FLUX = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations';
const REPOSITORY = '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/gitlab-runners';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/flux-runners/deployments';
const RUNNERS = 'gitlab-runners-production';
const KUSTOMIZATIONS = [`${RUNNERS}-base`, `${RUNNERS}-karpenter`, RUNNERS];

/** The manifests of docs/flux.md, as it prints them for Flux. */
const MANIFESTS =
  readFileSync('docs/flux.md', 'utf8')
    .split('## Argo CD')[0]
    .match(/```yaml\n([\s\S]*?)```/)?.[1] ?? '';

/** An account that jobs use, and a claim whose volume is made with the first pod that mounts it. */
function ownObjects(scope: Construct): void {
  const namespace = 'flux-jobs';
  new ApiObject(scope, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'deployer', namespace },
  });
  new ApiObject(scope, 'claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'cache', namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'made-with-the-first-pod',
      resources: { requests: { storage: '1Gi' } },
    },
  });
}

let artifacts: ArtifactServer;

/** A revision of the repository: dist/ and what stands beside it. */
const revision = (fleet: RunnerFleetProps, sealed = new Map<string, string>()): readonly RenderedFile[] =>
  render(fleet, sealed).map(({ path, text }) => ({ path: `dist/${path}`, text }));

beforeAll(async () => {
  kubectl('create', 'namespace', 'flux-system');
  kubectlWith(MANIFESTS, 'apply', '--server-side', '--filename', '-');
  // Substitution on, as in many clusters: what the runner expands must come through.
  for (const name of KUSTOMIZATIONS)
    await api.patch(`${FLUX}/${name}`, { spec: { postBuild: { substitute: { CLUSTER: 'production' } } } });
  artifacts = await ArtifactServer.start(api);
});
afterAll(async () => {
  for (const name of [...KUSTOMIZATIONS].reverse())
    kubectl('delete', 'kustomization', name, '--namespace', 'flux-system');
  artifacts.stop();
});

/** Publishes a revision and waits until Flux has applied it and found everything healthy. */
async function reconcile(files: readonly RenderedFile[], seconds = 240): Promise<void> {
  await artifacts.publish(REPOSITORY, files);
  const { status } = await api.get(REPOSITORY);
  for (const name of KUSTOMIZATIONS) {
    await eventually(
      `Kustomization ${name} is Ready`,
      name,
      async () => {
        const { status: now } = await api.get(`${FLUX}/${name}`);
        const ready = now?.conditions?.find(({ type }: KubeObject) => type === 'Ready');
        if (
          ready?.status === 'False' &&
          ready.reason !== 'DependencyNotReady' &&
          ready.reason !== 'Progressing'
        )
          throw new Error(`${ready.reason}: ${ready.message}`);
        return now?.lastAppliedRevision === status.artifact.revision && ready?.status === 'True';
      },
      seconds,
    );
  }
}

const names = async (path: string) => (await api.list(path)).map(({ metadata }) => metadata.name).sort();

test('a fleet with placeholders becomes Ready, namespaces and pools before runners', async () => {
  await reconcile(revision(FLEET));
  expect(await names(DEPLOYMENTS)).toEqual(FLEET.runners.map(({ name }) => `runner-${name}`).sort());
  const [base, karpenter, runners] = await Promise.all(
    KUSTOMIZATIONS.map(async (name) => (await api.get(`${FLUX}/${name}`)).status),
  );
  expect(base.inventory.entries).toHaveLength(2);
  expect(karpenter.inventory.entries).toHaveLength(7);
  const readySince = (status: KubeObject) =>
    status.conditions.find(({ type }: KubeObject) => type === 'Ready').lastTransitionTime;
  for (const first of [base, karpenter]) expect(readySince(first) <= readySince(runners)).toBe(true);
});

test('objects of the owner come after the namespaces and before the managers, also a claim that no pod uses yet', async () => {
  const revised = revision({ ...FLEET, manifests: [ownObjects] });
  expect(revised.map(({ path }) => path)).toContain('dist/production/base/manifests/account.yaml');
  await reconcile(revised);
  const created = async (path: string) => (await api.get(path)).metadata.creationTimestamp;
  const account = await created('/api/v1/namespaces/flux-jobs/serviceaccounts/deployer');
  expect((await created('/api/v1/namespaces/flux-jobs')) <= account).toBe(true);
  const claim = await api.get('/api/v1/namespaces/flux-jobs/persistentvolumeclaims/cache');
  expect(claim.status.phase).not.toBe('Bound');
});

test('a Kustomization of the owner that depends on the namespaces becomes Ready before the managers do', async () => {
  const own = (
    readFileSync('docs/extend.md', 'utf8').match(/```yaml\n(apiVersion: kustomize[\s\S]*?)```/)?.[1] ?? ''
  ).replace('name: platform', 'name: gitlab-runners');
  const secret = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'of-the-owner', namespace: 'flux-runners' },
    data: { key: 'value' },
  };
  kubectlWith(own, 'apply', '--server-side', '--filename', '-');
  const runners = `${FLUX}/${RUNNERS}`;
  const { spec } = await api.get(runners);
  await api.patch(runners, { spec: { dependsOn: [...spec.dependsOn, { name: 'runner-secrets' }] } });
  try {
    await reconcile([
      ...revision(FLEET),
      { path: 'runner-secrets/object.yaml', text: JSON.stringify(secret) },
    ]);
    const { status } = await api.get(`${FLUX}/runner-secrets`);
    expect(status.conditions.find(({ type }: KubeObject) => type === 'Ready').status).toBe('True');
  } finally {
    await api.patch(runners, { spec: { dependsOn: spec.dependsOn } });
    kubectl('delete', 'kustomization', 'runner-secrets', '--namespace', 'flux-system');
  }
});

test('substitution leaves config.toml as it is rendered', async () => {
  const maps = await api.list('/api/v1/namespaces/flux-runners/configmaps');
  const rendered = revision(FLEET)
    .map(({ text }) => parse(text))
    .filter(({ kind }) => kind === 'ConfigMap');
  for (const { metadata, data } of rendered) {
    expect(data['config.toml']).toContain('${GITLAB_RUNNER_TOKEN}');
    expect(maps.find((map) => map.metadata.name === metadata.name)?.data).toEqual(data);
  }
});

test('a changed limit touches one object', async () => {
  const before = generationsOf('flux');
  await reconcile(
    revision({
      ...FLEET,
      nodePools: [{ arch: 'arm64', capacity: 'spot', limits: { cpu: '222', memory: '333Gi' } }],
    }),
  );
  expect(changedObjects(before, generationsOf('flux'))).toEqual(['NodePool/flux-jobs-arm64-spot']);
});

test('with sealed tokens the managers run before the fleet counts as Ready', async () => {
  // Text of the shape of a ciphertext: no Secret comes of it, and the simulated kubelet does not ask for one.
  await reconcile(revision(FLEET, sealedTokens(FLEET)), 400);
  for (const { status } of await api.list(DEPLOYMENTS)) expect(status.availableReplicas).toBe(1);
});

test('a runner that is removed goes, and its rights and its token outlive its jobs', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'runner-amd64-spot-token' },
    stringData: { token: 'live' },
  };
  await api.create('/api/v1/namespaces/flux-runners/secrets', secret);
  const fleet = { ...FLEET, runners: FLEET.runners.slice(1) };
  await reconcile(revision(fleet, new Map([...sealedTokens(FLEET)].slice(1))), 400);
  expect(await names(DEPLOYMENTS)).not.toContain('runner-amd64-spot');
  expect(await names('/apis/karpenter.sh/v1/nodepools')).not.toContain('flux-jobs-amd64-spot');
  expect(await names('/apis/rbac.authorization.k8s.io/v1/namespaces/flux-jobs/roles')).toContain(
    'runner-amd64-spot',
  );
  expect(await names('/apis/rbac.authorization.k8s.io/v1/namespaces/flux-jobs/rolebindings')).toContain(
    'runner-amd64-spot',
  );
  expect(await names('/api/v1/namespaces/flux-runners/serviceaccounts')).toContain('runner-amd64-spot');
  expect(await names('/apis/bitnami.com/v1alpha1/namespaces/flux-runners/sealedsecrets')).toContain(
    'runner-amd64-spot-token',
  );
  expect(await api.find('/api/v1/namespaces/flux-runners/secrets/runner-amd64-spot-token')).toBeDefined();
});

test('a revision with a file that is no object changes nothing, and Flux says why', async () => {
  const before = await names(DEPLOYMENTS);
  const broken = [...revision(FLEET), { path: 'dist/production/runners/notes.yaml', text: 'just: notes\n' }];
  await artifacts.publish(REPOSITORY, broken);
  const message = await eventually('Flux refuses the revision', RUNNERS, async () => {
    const { status } = await api.get(`${FLUX}/${RUNNERS}`);
    const ready = status.conditions.find(({ type }: KubeObject) => type === 'Ready');
    return ready.status === 'False' && ready.reason === 'BuildFailed' && ready.message;
  });
  expect(message).toMatch(/notes.yaml|missing/i);
  expect(await names(DEPLOYMENTS)).toEqual(before);
});
