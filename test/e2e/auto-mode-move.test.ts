import type { RenderedFile } from '../../lib/app/render';
import { parseManifests } from '../../lib/cluster/parse';
import { diffCluster } from '../../lib/diff/all';
import { NODE_POOL_LABEL } from '../../lib/karpenter/labels';
import { executorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { DEFAULT_FLEET, render, resolveOne } from '../fleets';
import { applyFiles } from './apply';
import { asKarpenters, originalName, withKarpentersLabels } from './auto-mode-translation';
import { createPod, nodeOf } from './pods';
import { api, eventually, kubectl } from './running-cluster';

/** A fleet on self-managed Karpenter, and the same on EKS Auto Mode, as docs/auto-mode.md moves it. */
const BEFORE = { ...DEFAULT_FLEET, prefix: 'move', runners: [DEFAULT_FLEET.runners[0]] };
const AFTER = { ...BEFORE, compute: 'eks-auto-mode' } as const;
const [OLD, NEW] = [BEFORE, AFTER].map((fleet) => resolveOne(fleet).runners[0]);
const JOBS = 'move-jobs';
const PATHS: Readonly<Record<string, string>> = {
  EC2NodeClass: '/apis/karpenter.k8s.aws/v1/ec2nodeclasses',
  NodeClass: '/apis/eks.amazonaws.com/v1/nodeclasses',
  NodePool: '/apis/karpenter.sh/v1/nodepools',
};
const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';

/** What a fleet has of nodes. */
function nodesOf(files: readonly RenderedFile[]): readonly KubeObject[] {
  return parseManifests(files)
    .manifests.map(({ body }) => body as KubeObject)
    .filter(({ kind }) => kind in PATHS);
}

const [FILES_BEFORE, FILES_AFTER] = [BEFORE, AFTER].map((fleet) => render(fleet));
const TRANSLATED = asKarpenters(nodesOf(FILES_AFTER));
const pathOf = ({ kind, metadata }: KubeObject) => `${PATHS[kind]}/${metadata.name}`;
const job = () => api.get(`/api/v1/namespaces/${JOBS}/pods/old`);
/** NodeClaims of the pools that go. */
const oldClaims = async () =>
  (await api.list(CLAIMS)).filter(
    ({ metadata }) => metadata.labels[NODE_POOL_LABEL] === 'move-jobs-amd64-spot',
  );

beforeAll(async () => {
  applyFiles(FILES_BEFORE);
  await createPod(executorPod(OLD, 'old', false));
  await nodeOf(JOBS, 'old');
});

afterAll(async () => {
  kubectl('delete', 'namespace', JOBS, 'move-runners', '--wait=false');
  for (const object of [...TRANSLATED, ...nodesOf(FILES_AFTER)]) await api.delete(pathOf(object));
});

test('the diff says that the fleet moves, and that no job is cut off', () => {
  const { impacts } = diffCluster(
    parseManifests(FILES_BEFORE).manifests,
    parseManifests(FILES_AFTER).manifests,
  );
  const moved = impacts.filter(({ id }) => id === 'moved-nodes');
  expect([...new Set(moved.map(({ weight }) => weight))]).toEqual(['notice']);
  expect(moved[0].what).toMatch(
    /new jobs and managers go to move-jobs-amd64-spot-auto.*running jobs may finish/,
  );
});

test('the new pools and classes stand beside the old ones', async () => {
  applyFiles(FILES_AFTER);
  for (const object of [...nodesOf(FILES_BEFORE), ...nodesOf(FILES_AFTER)])
    expect((await api.get(pathOf(object))).metadata.deletionTimestamp).toBeUndefined();
});

test('old pools that are deleted leave a running job its node, which takes no other', async () => {
  // As Flux prunes what is no longer rendered.
  for (const object of nodesOf(FILES_BEFORE)) await api.delete(pathOf(object));
  const [claim] = await eventually('the node of the job drains', 'move-jobs', async () => {
    const claims = await oldClaims();
    return claims.every(({ metadata }) => metadata.deletionTimestamp !== undefined) && claims;
  });
  await eventually('the node takes no other pod', claim.status.nodeName, async () => {
    const { taints = [] } = (await api.get(`/api/v1/nodes/${claim.status.nodeName}`)).spec;
    return taints.some(
      ({ key, effect }: KubeObject) => key === 'karpenter.sh/disrupted' && effect === 'NoSchedule',
    );
  });
});

test('a new job starts on the new nodes, while the old one goes on', async () => {
  for (const object of TRANSLATED) await api.create(PATHS[object.kind], object);
  await createPod(withKarpentersLabels(executorPod(NEW, 'new', false)));
  const { metadata } = await nodeOf(JOBS, 'new');
  expect(originalName(metadata.labels[NODE_POOL_LABEL])).toBe('move-jobs-amd64-spot-auto');
  // A node takes about 30 s: what would end the job has had the time.
  const { status, metadata: old } = await job();
  expect([status.phase, old.deletionTimestamp]).toEqual(['Running', undefined]);
  expect(await oldClaims()).toHaveLength(1);
  const oldClass = await api.get(`${PATHS.EC2NodeClass}/move-jobs`);
  expect(oldClass.metadata.deletionTimestamp).toBeDefined();
});

test('once the job is done, its node goes, and then the old class', async () => {
  await api.delete(`/api/v1/namespaces/${JOBS}/pods/old`, { gracePeriodSeconds: 0 });
  await eventually('the old node is gone', 'move-jobs', async () => (await oldClaims()).length === 0);
  await eventually(
    'the old class is gone',
    'move-jobs',
    async () => (await api.find(`${PATHS.EC2NodeClass}/move-jobs`)) === undefined,
  );
  expect((await api.get(`/api/v1/namespaces/${JOBS}/pods/new`)).status.phase).toBe('Running');
});
