import { executorPod } from '../../tools/engines/executor-pod';
import { DEFAULT_FLEET, render, resolveOne, sealedTokens } from '../fleets';
import { applyFiles } from './apply';
import { complaintsOn, createPod, deletePods, nodeOf } from './pods';
import { api, eventually } from './running-cluster';

/** The default fleet beside those of other tests. */
const FLEET = { ...DEFAULT_FLEET, prefix: 'pools' };
const JOBS = 'pools-jobs';
const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';
const { runners } = resolveOne(FLEET);

beforeAll(() => {
  applyFiles(render(FLEET, sealedTokens(FLEET)));
});
afterAll(() => deletePods(JOBS));

test('managers run on on-demand nodes of their own pool, of their architecture', async () => {
  const pods = await eventually(
    'four managers run',
    'runner-',
    async () => {
      const list = await api.list('/api/v1/namespaces/pools-runners/pods');
      const running = list.filter(({ status }) => status.phase === 'Running');
      return running.length === 4 && running;
    },
    180,
  );
  for (const { spec, metadata } of pods) {
    const { labels } = (await api.get(`/api/v1/nodes/${spec.nodeName}`)).metadata;
    expect(labels).toMatchObject({
      'karpenter.sh/nodepool': 'pools-managers',
      'karpenter.sh/capacity-type': 'on-demand',
      'kubernetes.io/arch': metadata.name.includes('arm64') ? 'arm64' : 'amd64',
    });
  }
});

test('each job gets a node of its architecture, capacity, taint and family, at the default size and at the largest', async () => {
  for (const runner of runners) {
    await createPod(executorPod(runner, `${runner.name}-default`, false));
    await createPod(executorPod(runner, `${runner.name}-largest`, true));
  }
  for (const { name } of runners) {
    for (const size of ['default', 'largest']) {
      const { metadata, spec } = await nodeOf(JOBS, `${name}-${size}`);
      const [, arch, capacity] = /^(\w+?)-(.*)$/.exec(name) ?? [];
      expect(metadata.labels).toMatchObject({
        'karpenter.sh/nodepool': `pools-jobs-${name}`,
        'kubernetes.io/arch': arch,
        'karpenter.sh/capacity-type': capacity,
        'karpenter.k8s.aws/instance-category': expect.stringMatching(/^[cmr]$/),
      });
      expect(spec.taints).toContainEqual({
        key: 'gitlab-runner-fleet/dedicated-to',
        value: 'pools-jobs',
        effect: 'NoSchedule',
      });
    }
  }
});

test("a stranger's pod lands on no pool of the fleet, though nodes have room", async () => {
  const stranger = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stranger', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'example.com/a:1', resources: { requests: { cpu: '10m' } } }] },
  };
  await createPod(stranger);
  const [complaint] = await eventually('Karpenter refuses the stranger', 'stranger', async () => {
    const complaints = await complaintsOn('default', 'stranger');
    return complaints.length > 0 && complaints;
  });
  expect(complaint).toMatch(/did not tolerate taint/);
  expect((await api.get('/api/v1/namespaces/default/pods/stranger')).spec.nodeName).toBeUndefined();
  await deletePods('default');
});

test('vacant nodes go, and a node with a job on it stays', async () => {
  const kept = await nodeOf(JOBS, 'arm64-spot-default');
  const jobPods = await api.list(`/api/v1/namespaces/${JOBS}/pods`);
  for (const { metadata, spec } of jobPods) {
    if (spec.nodeName === kept.metadata.name) continue;
    await api.delete(`/api/v1/namespaces/${JOBS}/pods/${metadata.name}`, { gracePeriodSeconds: 0 });
  }
  const started = Date.now();
  const left = await eventually(
    'only the node with a job is left',
    'gitlab-jobs',
    async () => {
      const claims = (await api.list(CLAIMS)).filter(({ metadata }) =>
        metadata.labels['karpenter.sh/nodepool'].startsWith('pools-jobs'),
      );
      return claims.length === 1 && claims;
    },
    180,
  );
  expect(left[0].status.nodeName).toBe(kept.metadata.name);
  // 30 s of vacancy, the loop of ten, and what is validated before a node goes.
  expect((Date.now() - started) / 1000).toBeGreaterThan(25);
});

test('a pool at its limit says so, and starts no node beyond', async () => {
  const pool = await api.get(`${POOLS}/pools-jobs-amd64-on-demand`);
  await api.patch(`${POOLS}/pools-jobs-amd64-on-demand`, { spec: { limits: { cpu: '1' } } });
  const runner = runners.find(({ name }) => name === 'amd64-on-demand') ?? runners[0];
  await createPod(executorPod(runner, 'beyond-the-limit', false));
  const [complaint] = await eventually('Karpenter names the limit', 'beyond-the-limit', async () => {
    const complaints = await complaintsOn(JOBS, 'beyond-the-limit');
    return complaints.length > 0 && complaints;
  });
  expect(complaint).toMatch(/exceed limits for nodepool/);
  await api.patch(`${POOLS}/pools-jobs-amd64-on-demand`, { spec: { limits: pool.spec.limits } });
  await nodeOf(JOBS, 'beyond-the-limit');
});

test('Spot first takes on-demand nodes when no Spot is to be had', async () => {
  const fleet = {
    ...DEFAULT_FLEET,
    name: 'first',
    clusterName: 'production',
    prefix: 'first',
    runners: [{ name: 'a', arch: 'arm64', capacity: 'spot-first' }],
  } as const;
  applyFiles(render(fleet, sealedTokens(fleet)));
  const [runner] = resolveOne(fleet).runners;
  const spot = `${POOLS}/first-jobs-arm64-spot`;
  const { limits } = (await api.get(spot)).spec;
  // A pool that may start nothing stands for an EC2 that has no Spot: this build of Karpenter can't be refused a fleet.
  await api.patch(spot, { spec: { limits: { cpu: '0' } } });
  await createPod(executorPod(runner, 'without-spot', false));
  expect((await nodeOf('first-jobs', 'without-spot')).metadata.labels).toMatchObject({
    'karpenter.sh/capacity-type': 'on-demand',
    'karpenter.sh/nodepool': 'first-jobs-arm64-on-demand',
  });
  await api.patch(spot, { spec: { limits } });
  await createPod(executorPod(runner, 'with-spot', true));
  expect((await nodeOf('first-jobs', 'with-spot')).metadata.labels).toMatchObject({
    'karpenter.sh/capacity-type': 'spot',
    'karpenter.sh/nodepool': 'first-jobs-arm64-spot',
  });
  await deletePods('first-jobs');
});
