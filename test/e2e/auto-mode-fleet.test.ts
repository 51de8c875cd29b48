import { nodePoolsOf } from '../../lib/cluster/node-pools';
import { manifestsOf, parseManifests } from '../../lib/cluster/parse';
import { placements } from '../../lib/cluster/placement';
import { podOf } from '../../lib/cluster/pod';
import {
  CAPACITY_TYPE_LABEL,
  INSTANCE_TYPE_LABEL,
  NODE_POOL_LABEL,
  ZONE_LABEL,
} from '../../lib/karpenter/labels';
import { has } from '../../lib/karpenter/requirement';
import { executorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { render, resolveOne, sealedTokens } from '../fleets';
import { applyFiles } from './apply';
import { asKarpenters, originalName, withKarpentersLabels } from './auto-mode-translation';
import { fleetsOf } from './example-fleets';
import { createPod, nodeOf } from './pods';
import { api, eventually, kubectl, kubectlWith } from './running-cluster';

/** The fleet of the example: the default one on EKS Auto Mode. */
const [FLEET] = fleetsOf('auto-mode', 'ex-auto');
const FILES = render(FLEET, sealedTokens(FLEET));
const { manifests } = parseManifests(FILES);
const OBJECTS: readonly KubeObject[] = manifests.map(({ body }) => body);
const PREFIX = 'ex-auto-0';
const JOBS = `${PREFIX}-jobs`;
const MANAGERS = `${PREFIX}-runners`;
const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLASSES = '/apis/karpenter.k8s.aws/v1/ec2nodeclasses';
/** Nothing runs on these nodes but managers and jobs. */
const NO_DAEMONSETS = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0 };

const isReady = ({ status }: KubeObject) =>
  status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');

/** The objects of the fleet as the API server has them, in the same order. */
function live(): readonly KubeObject[] {
  const list = { apiVersion: 'v1', kind: 'List', items: OBJECTS };
  return JSON.parse(kubectlWith(JSON.stringify(list), 'get', '-f', '-', '--output', 'json')).items;
}

const versions = () =>
  live().map(({ kind, metadata }) => [kind, metadata.name, metadata.generation ?? metadata.resourceVersion]);

/** A job of each runner, at the default size and at the largest. */
const JOB_PODS = resolveOne(FLEET).runners.flatMap((runner) =>
  [false, true].map((largest) =>
    executorPod(runner, `${runner.name}-${largest ? 'largest' : 'default'}`, largest),
  ),
);

/** Pools and classes for the Karpenter that is here. */
const TRANSLATED = asKarpenters(OBJECTS);

beforeAll(async () => {
  applyFiles(FILES);
  for (const object of TRANSLATED) await api.create(object.kind === 'NodePool' ? POOLS : CLASSES, object);
  await eventually('the translated pools are Ready', PREFIX, async () => {
    const names = TRANSLATED.filter(({ kind }) => kind === 'NodePool').map(({ metadata }) => metadata.name);
    const own = (await api.list(POOLS)).filter(({ metadata }) => names.includes(metadata.name));
    return own.length === names.length && own.every(isReady);
  });
  // Nodes of jobs boot while those of managers do.
  for (const job of JOB_PODS) await createPod(withKarpentersLabels(job));
});

afterAll(async () => {
  kubectl('delete', 'namespace', JOBS, MANAGERS, '--wait=false');
  for (const { kind, metadata } of TRANSLATED)
    if (kind === 'NodePool') await api.delete(`${POOLS}/${metadata.name}`);
});

test('every object is accepted as it is rendered: no field is dropped, or turned into something else', () => {
  const kinds = new Set(OBJECTS.map(({ kind }) => kind));
  expect([...kinds]).toEqual(
    expect.arrayContaining(['NodeClass', 'NodePool', 'Deployment', 'NetworkPolicy']),
  );
  for (const [index, object] of live().entries()) expect(object).toMatchObject(OBJECTS[index]);
});

test('every object is as it was after a second apply', () => {
  const before = versions();
  applyFiles(FILES);
  expect(versions()).toEqual(before);
});

test("a Karpenter of one's own in the same cluster leaves the pools of Auto Mode alone", async () => {
  const own = (await api.list(POOLS)).filter(
    ({ metadata, spec }) =>
      metadata.name.startsWith(PREFIX) && spec.template.spec.nodeClassRef.group === 'eks.amazonaws.com',
  );
  expect(own).toHaveLength(5);
  // The translated ones were made later, and are Ready.
  expect(own.filter(isReady)).toEqual([]);
});

test('managers run on on-demand nodes of their own pool, of their architecture', async () => {
  const pods = await eventually(
    'four managers run',
    'runner-',
    async () => {
      const list = await api.list(`/api/v1/namespaces/${MANAGERS}/pods`);
      const running = list.filter(({ status }) => status.phase === 'Running');
      return running.length === 4 && running;
    },
    180,
  );
  for (const { spec, metadata } of pods) {
    const { labels } = (await api.get(`/api/v1/nodes/${spec.nodeName}`)).metadata;
    expect(originalName(labels[NODE_POOL_LABEL])).toBe(`${PREFIX}-managers-auto`);
    expect(labels).toMatchObject({
      'karpenter.sh/capacity-type': 'on-demand',
      'kubernetes.io/arch': metadata.name.includes('arm64') ? 'arm64' : 'amd64',
    });
  }
});

test('a job of every runner, at the default size and at the largest, gets a node of a pool, a type, a zone and a capacity that the proof names', async () => {
  const pools = nodePoolsOf(manifestsOf(OBJECTS).manifests);
  for (const job of JOB_PODS) {
    const { name } = job.metadata;
    const { labels } = (await nodeOf(JOBS, name)).metadata;
    const [proved] = placements(podOf(name, job.spec), pools, NO_DAEMONSETS).filter(
      ({ types }) => types.length > 0,
    );
    expect([name, originalName(labels[NODE_POOL_LABEL])]).toEqual([name, proved.pool.name]);
    expect(proved.types.map((type) => type.name)).toContain(labels[INSTANCE_TYPE_LABEL]);
    for (const key of [ZONE_LABEL, CAPACITY_TYPE_LABEL]) {
      const requirement = proved.pool.requirements.get(key);
      expect([key, requirement === undefined || has(requirement, labels[key])]).toEqual([key, true]);
    }
  }
});
