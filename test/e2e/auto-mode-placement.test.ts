import { type NodePool, nodePoolsOf } from '../../lib/cluster/node-pools';
import { manifestsOf } from '../../lib/cluster/parse';
import { placement } from '../../lib/cluster/placement';
import { podOf } from '../../lib/cluster/pod';
import { ARCH_LABEL, CAPACITY_TYPE_LABEL, INSTANCE_TYPE_LABEL, ZONE_LABEL } from '../../lib/karpenter/labels';
import { has } from '../../lib/karpenter/requirement';
import type { KubeObject } from '../../tools/engines/kube-client';
import { AUTO_MODE_CASES, type AutoModeCase } from './auto-mode-cases';
import { asKarpenters, originalName, withKarpentersLabels } from './auto-mode-translation';
import { complainedOf, createPod } from './pods';
import { api, eventually, kubectl } from './running-cluster';

const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';
const CLASSES = '/apis/karpenter.k8s.aws/v1/ec2nodeclasses';
const NAMESPACE = 'auto-placement';
/** Nothing runs on these nodes but the pods of the cases. */
const NO_DAEMONSETS = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0 };

const idOf = (index: number) => `auto-case-${index}`;

/** A NodeClass and a pool of a case, behind a taint that its pod alone tolerates. */
function objectsOf({ requirements, storage }: AutoModeCase, index: number): readonly KubeObject[] {
  const name = idOf(index);
  const discovery = [{ tags: { 'karpenter.sh/discovery': 'production' } }];
  return [
    {
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'NodeClass',
      metadata: { name },
      spec: {
        role: 'nodes',
        subnetSelectorTerms: discovery,
        securityGroupSelectorTerms: discovery,
        ...(storage && { ephemeralStorage: { size: storage } }),
      },
    },
    {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name },
      spec: {
        disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s' },
        template: {
          spec: {
            nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name },
            requirements,
            taints: [{ key: 'case', value: name, effect: 'NoSchedule' }],
            expireAfter: '336h',
            terminationGracePeriod: '24h',
          },
        },
      },
    },
  ];
}

function podOfCase({ nodeSelector, requests, limits }: AutoModeCase, index: number): KubeObject {
  const resources = { requests: requests ?? { cpu: '100m', memory: '128Mi' }, limits };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: idOf(index), namespace: NAMESPACE },
    spec: {
      nodeSelector,
      tolerations: [{ key: 'case', operator: 'Equal', value: idOf(index), effect: 'NoSchedule' }],
      containers: [{ name: 'a', image: 'example.com/a:1', resources }],
    },
  };
}

/** The pool of a case as the proof reads it. */
function poolOf(one: AutoModeCase, index: number): NodePool {
  const [pool] = nodePoolsOf(manifestsOf(objectsOf(one, index)).manifests);
  return pool;
}

/** Types of which the proof says that a node is made for the pod of a case. */
function typesByProof(one: AutoModeCase, index: number): readonly string[] {
  const pod = podOf('a case', podOfCase(one, index).spec);
  return placement(pod, poolOf(one, index), NO_DAEMONSETS)
    .types.map(({ name }) => name)
    .sort();
}

/** What Karpenter decides for a case: the types that its NodeClaim allows, and the labels of what was started. */
interface Decision {
  readonly types: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Karpenter looks at waiting pods every ten seconds: a complaint that stands for longer is its answer. */
const STANDING_SECONDS = 15;

/** Undefined as long as nothing is started. */
function decisionOf({ metadata, spec }: KubeObject): Decision | undefined {
  if (metadata.labels[INSTANCE_TYPE_LABEL] === undefined) return undefined;
  const allowed = spec.requirements.find(({ key }: KubeObject) => key === INSTANCE_TYPE_LABEL);
  return { types: [...allowed.values].sort(), labels: metadata.labels };
}

async function decisionsOfKarpenter(): Promise<ReadonlyMap<string, Decision>> {
  const decided = new Map<string, Decision>();
  const complaints = new Map<string, number>();
  await eventually(
    'Karpenter decides on every case',
    'auto-case-',
    async () => {
      for (const claim of await api.list(CLAIMS)) {
        const pool = originalName(claim.metadata.labels['karpenter.sh/nodepool']);
        const decision = pool.startsWith('auto-case-') ? decisionOf(claim) : undefined;
        if (decision) decided.set(pool, decision);
      }
      for (const name of await complainedOf(NAMESPACE)) {
        const since = complaints.get(name) ?? Date.now();
        complaints.set(name, since);
        if (!decided.has(name) && Date.now() - since > STANDING_SECONDS * 1000)
          decided.set(name, { types: [] });
      }
      return decided.size === AUTO_MODE_CASES.length;
    },
    180,
  );
  return decided;
}

let decisions: ReadonlyMap<string, Decision>;

beforeAll(async () => {
  kubectl('create', 'namespace', NAMESPACE);
  for (const [index, one] of AUTO_MODE_CASES.entries())
    for (const object of asKarpenters(objectsOf(one, index)))
      await api.create(object.kind === 'NodePool' ? POOLS : CLASSES, object);
  await eventually('every pool is Ready', 'auto-case-', async () => {
    const pools = (await api.list(POOLS)).filter(({ metadata }) => metadata.name.startsWith('auto-case-'));
    return pools.every(({ status }) =>
      status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True'),
    );
  });
  for (const [index, one] of AUTO_MODE_CASES.entries())
    await createPod(withKarpentersLabels(podOfCase(one, index)));
  decisions = await decisionsOfKarpenter();
});

afterAll(async () => {
  kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
  for (const [index, one] of AUTO_MODE_CASES.entries())
    for (const { kind, metadata } of asKarpenters(objectsOf(one, index)))
      if (kind === 'NodePool') await api.delete(`${POOLS}/${metadata.name}`);
});

test('there are cases of both kinds', () => {
  const found = AUTO_MODE_CASES.map(typesByProof);
  expect(found.filter((types) => types.length === 0).length).toBeGreaterThanOrEqual(8);
  expect(found.filter((types) => types.length > 0).length).toBeGreaterThanOrEqual(10);
});

describe.each(AUTO_MODE_CASES.map((one, index) => ({ ...one, index })))('$name', ({ index, ...one }) => {
  test('has the same types in Karpenter and in the proof', () => {
    expect(decisions.get(idOf(index))?.types).toEqual(typesByProof(one, index));
  });

  test('starts a node of a type, a zone and a capacity that the proof allows, or none', () => {
    const { labels } = decisions.get(idOf(index)) ?? {};
    const types = typesByProof(one, index);
    if (labels === undefined) return expect(types).toEqual([]);
    const { requirements } = poolOf(one, index);
    expect(types).toContain(labels[INSTANCE_TYPE_LABEL]);
    for (const key of [ZONE_LABEL, CAPACITY_TYPE_LABEL, ARCH_LABEL]) {
      const requirement = requirements.get(key);
      expect([key, requirement === undefined || has(requirement, labels[key])]).toEqual([key, true]);
    }
  });
});
