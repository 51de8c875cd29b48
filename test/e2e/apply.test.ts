import type { Manifest } from '../../lib/cluster/manifest';
import { parseManifests } from '../../lib/cluster/parse';
import { PERMISSIONS } from '../../lib/gitlab-runner/permissions';
import { executorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { COMPANY_FLEET, DEFAULT_FLEET, render, resolveOne } from '../fleets';
import { applyFiles } from './apply';
import { createPod, deletePods } from './pods';
import { api, eventually, kubectl } from './running-cluster';

/** The default fleet as it is rendered. */
const FILES = render(DEFAULT_FLEET);
const { manifests } = parseManifests(FILES);

describe('every object of the default fleet', () => {
  test('is accepted by server-side apply, unmodified', () => {
    const lines = applyFiles(FILES).trim().split('\n');
    expect(lines).toHaveLength(manifests.length);
    for (const line of lines) expect(line).toMatch(/serverside-applied$/);
  });

  test('is as it was after a second apply', () => {
    const versions = () =>
      Object.fromEntries(
        manifests.map(({ kind, apiVersion, namespace, name }) => {
          const resource = `${kind}.${apiVersion.includes('/') ? `${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : ''}`;
          const scope = namespace === undefined ? [] : ['--namespace', namespace];
          const object = JSON.parse(
            kubectl('get', resource.replace(/\.$/, ''), name, ...scope, '--output', 'json'),
          );
          return [`${kind}/${name}`, object.metadata.generation ?? object.metadata.resourceVersion];
        }),
      );
    const before = versions();
    applyFiles(FILES);
    expect(versions()).toEqual(before);
  });

  test('keeps every field that is rendered: nothing is pruned, or turned into something else', () => {
    expectKept(manifests);
  });
});

test('a fleet behind a proxy, with a CA, a shut VPC and a store with keys, is accepted with every field', () => {
  const files = render(COMPANY_FLEET);
  const own = parseManifests(files).manifests;
  const lines = applyFiles(files).trim().split('\n');
  expect(lines).toHaveLength(own.length);
  for (const line of lines) expect(line).toMatch(/serverside-applied$/);
  expectKept(own);
});

function expectKept(objects: readonly Manifest[]): void {
  for (const { body, kind, apiVersion, namespace, name } of objects) {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    const resource = group === '' ? kind : `${kind}.${apiVersion.split('/')[1]}.${group}`;
    const scope = namespace === undefined ? [] : ['--namespace', namespace];
    const live = JSON.parse(kubectl('get', resource, name, ...scope, '--output', 'json'));
    expect(live).toMatchObject(body);
  }
}

test('NodePools and EC2NodeClasses become Ready as they are rendered', async () => {
  for (const path of ['/apis/karpenter.sh/v1/nodepools', '/apis/karpenter.k8s.aws/v1/ec2nodeclasses']) {
    const own = ({ metadata }: KubeObject) => metadata.name.startsWith('gitlab-');
    const isReady = ({ status }: KubeObject) =>
      status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');
    const objects = await eventually(`all of ${path} are Ready`, 'gitlab-', async () => {
      const list = (await api.list(path)).filter(own);
      return list.length > 0 && list.every(isReady) && list;
    });
    expect(objects).toHaveLength(path.endsWith('nodepools') ? 5 : 2);
  }
});

describe('Pod Security admission', () => {
  const [runner] = resolveOne(DEFAULT_FLEET).runners;
  afterAll(() => deletePods('gitlab-jobs'));

  test('lets job pods in', async () => {
    await expect(createPod(executorPod(runner, 'admitted', false))).resolves.toHaveProperty('metadata.uid');
  });

  test('refuses a privileged job where jobs are not privileged', async () => {
    const pod = executorPod(runner, 'refused', false);
    pod.spec.containers[0].securityContext = { privileged: true };
    await expect(createPod(pod)).rejects.toThrow(/violates PodSecurity "baseline:.*privileged/);
  });

  test('lets a privileged job into the namespace of privileged ones', async () => {
    const fleet = {
      ...DEFAULT_FLEET,
      name: 'docker',
      prefix: 'docker',
      runners: [{ name: 'dind', arch: 'amd64', capacity: 'spot', privileged: true }],
    } as const;
    applyFiles(render(fleet));
    const [privileged] = resolveOne(fleet).runners;
    await expect(createPod(executorPod(privileged, 'admitted', false))).resolves.toHaveProperty(
      'metadata.uid',
    );
    await deletePods(privileged.jobNamespace);
  });

  test('lets managers in: their Deployments get their pods', async () => {
    const path = '/apis/apps/v1/namespaces/gitlab-runners/deployments/runner-amd64-spot';
    await api.patch(path, { spec: { replicas: 1 } });
    const { status } = await eventually('the manager has a pod', 'runner-amd64-spot', async () => {
      const deployment = await api.get(path);
      const isFailing = deployment.status.conditions?.some(
        ({ type }: KubeObject) => type === 'ReplicaFailure',
      );
      return (isFailing || deployment.status.replicas === 1) && deployment;
    });
    expect(status.conditions.map(({ type }: KubeObject) => type)).not.toContain('ReplicaFailure');
    await api.patch(path, { spec: { replicas: 0 } });
  });
});

describe("a manager's ServiceAccount", () => {
  const { runners } = resolveOne(DEFAULT_FLEET);
  const [runner] = runners;
  const user = `system:serviceaccount:${runner.managerNamespace}:${runner.objectName}`;

  async function may(verb: string, apiGroup: string, resource: string, namespace: string): Promise<boolean> {
    const [name, subresource] = resource.split('/');
    const review = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: { verb, group: apiGroup, resource: name, subresource, namespace } },
    });
    return review.status.allowed;
  }

  const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

  test('can do what features of the executor need in the namespace of jobs, and nothing else with these resources', async () => {
    const wanted: Record<string, boolean> = {};
    const found: Record<string, boolean> = {};
    for (const { apiGroup, resource } of PERMISSIONS) {
      for (const verb of VERBS) {
        const rights = PERMISSIONS.filter((one) => one.resource === resource && one.scope === undefined);
        wanted[`${verb} ${resource}`] = rights.some(({ verbs }) => verbs.includes(verb));
        found[`${verb} ${resource}`] = await may(verb, apiGroup, resource, runner.jobNamespace);
      }
    }
    expect(found).toEqual(wanted);
    expect(Object.values(wanted).filter(Boolean).length).toBeGreaterThan(8);
  });

  test.each([
    ['in the namespace of managers and their tokens', 'gitlab-runners', ''],
    ['in another namespace', 'kube-system', ''],
    ['in the whole cluster', '', ''],
  ])('can do nothing %s', async (_, namespace) => {
    for (const resource of ['pods', 'pods/exec', 'secrets', 'configmaps', 'serviceaccounts', 'events'])
      for (const verb of VERBS)
        expect([verb, resource, await may(verb, '', resource, namespace)]).toEqual([verb, resource, false]);
  });

  test.each([
    ['create', 'rbac.authorization.k8s.io', 'rolebindings'],
    ['escalate', 'rbac.authorization.k8s.io', 'roles'],
    ['impersonate', '', 'serviceaccounts'],
    ['create', '', 'serviceaccounts/token'],
    ['update', 'apps', 'daemonsets'],
    ['create', '', 'services'],
    ['delete', 'karpenter.sh', 'nodepools'],
    ['create', '', 'pods/portforward'],
    ['update', '', 'pods/ephemeralcontainers'],
  ])('may not %s %s %s among its jobs', async (verb, group, resource) => {
    expect(await may(verb, group, resource, runner.jobNamespace)).toBe(false);
  });
});

test('a manager rolls as it promises: the new one is Ready before the old one goes', async () => {
  const path = '/apis/apps/v1/namespaces/gitlab-runners/deployments/runner-amd64-spot';
  await api.patch(path, { spec: { replicas: 1 } });
  const isRolled = async () => {
    const { status, metadata } = await api.get(path);
    return (
      status.observedGeneration === metadata.generation &&
      status.updatedReplicas === 1 &&
      status.availableReplicas === 1
    );
  };
  await eventually('the manager is available', 'runner-amd64-spot', isRolled, 180);
  await api.patch(path, { spec: { template: { metadata: { annotations: { roll: 'now' } } } } });
  const seen: number[] = [];
  await eventually(
    'the manager is replaced',
    'runner-amd64-spot',
    async () => {
      const { status } = await api.get(path);
      seen.push(status.availableReplicas ?? 0);
      return (await isRolled()) && status.replicas === 1;
    },
    180,
  );
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(1);
  const { spec } = await api.get(path);
  expect(spec.template.spec.terminationGracePeriodSeconds).toBe(7800);
  await api.patch(path, { spec: { replicas: 0, template: { metadata: { annotations: { roll: null } } } } });
});
