import { nodePoolsOf } from '../../lib/cluster/node-pools';
import { parseManifests } from '../../lib/cluster/parse';
import { placements } from '../../lib/cluster/placement';
import { podOf } from '../../lib/cluster/pod';
import { AMI_ALIAS } from '../../lib/fleet/versions';
import type { KubeObject } from '../../tools/engines/kube-client';
import { CASES, type PlacementCase } from './placement-cases';
import { complainedOf, createPod } from './pods';
import { api, eventually, kubectl } from './running-cluster';

const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLASSES = '/apis/karpenter.k8s.aws/v1/ec2nodeclasses';
const NAMESPACE = 'placement';
/** Nothing runs on these nodes but the pods of the cases. */
const NO_DAEMONSETS = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0 };

const idOf = (index: number) => `case-${index}`;

/** The pools of a case, each behind a taint that its pod alone tolerates. */
function poolsOf(one: PlacementCase, index: number): readonly KubeObject[] {
  const sides = [one, ...(one.rival ? [one.rival] : [])];
  return sides.map(({ requirements = [], spec = {} }, side) => {
    const { taints = [], ...template } = one.template ?? {};
    return {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: side === 0 ? idOf(index) : `${idOf(index)}-rival` },
      spec: {
        ...spec,
        disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s' },
        template: {
          metadata: { labels: one.labels ?? {} },
          spec: {
            nodeClassRef: {
              group: 'karpenter.k8s.aws',
              kind: 'EC2NodeClass',
              name: one.nodeClass ? idOf(index) : 'placement',
            },
            requirements: [
              { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
              { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
              ...requirements,
            ],
            taints: [{ key: 'case', value: idOf(index), effect: 'NoSchedule' }, ...taints],
            ...template,
          },
        },
      },
    };
  });
}

function nodeClass(name: string, fields: KubeObject = {}): KubeObject {
  const selectors = [{ tags: { 'karpenter.sh/discovery': 'production' } }];
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
    spec: {
      role: 'KarpenterNodeRole-production',
      amiSelectorTerms: [{ alias: AMI_ALIAS }],
      subnetSelectorTerms: selectors,
      securityGroupSelectorTerms: selectors,
      ...fields,
    },
  };
}

function podOfCase(one: PlacementCase, index: number): KubeObject {
  const affinity = one.terms && {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: one.terms.map((matchExpressions) => ({ matchExpressions })),
      },
    },
  };
  const requests = one.requests ?? { cpu: '100m' };
  // What is no resource of Kubernetes itself must be limited as it is requested.
  const limits = Object.fromEntries(Object.entries(requests).filter(([name]) => name.includes('.')));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: idOf(index), namespace: NAMESPACE },
    spec: {
      nodeSelector: one.nodeSelector,
      affinity,
      tolerations: [
        { key: 'case', operator: 'Equal', value: idOf(index), effect: 'NoSchedule' },
        ...(one.tolerations ?? []),
      ],
      containers: [{ name: 'a', image: 'example.com/a:1', resources: { requests, limits } }],
    },
  };
}

/** The pool that the proof says makes a node for the pod: the first in Karpenter's order. */
function poolByProof(one: PlacementCase, index: number): string {
  const objects = [
    ...poolsOf(one, index),
    nodeClass(one.nodeClass ? idOf(index) : 'placement', one.nodeClass),
  ];
  const files = objects.map((object, file) => ({ path: `${file}.json`, text: JSON.stringify(object) }));
  const pools = nodePoolsOf(parseManifests(files).manifests);
  const pod = podOf('a case', podOfCase(one, index).spec);
  const landed = placements(pod, pools, NO_DAEMONSETS).find(({ types }) => types.length > 0);
  return landed?.pool.name ?? 'none';
}

/** Karpenter looks at waiting pods every ten seconds: a complaint that stands for longer is its answer. */
const STANDING_SECONDS = 15;

/** For each case the pool of which Karpenter makes a node, or `none` where it complains and goes on complaining. */
async function poolsByEngine(): Promise<ReadonlyMap<string, string>> {
  const decided = new Map<string, string>();
  const complaints = new Map<string, number>();
  await eventually(
    'Karpenter decides on every case',
    'case-',
    async () => {
      for (const { metadata } of await api.list('/apis/karpenter.sh/v1/nodeclaims')) {
        const pool: string = metadata.labels['karpenter.sh/nodepool'];
        if (pool.startsWith('case-')) decided.set(pool.replace('-rival', ''), pool);
      }
      for (const name of await complainedOf(NAMESPACE)) {
        const since = complaints.get(name) ?? Date.now();
        complaints.set(name, since);
        if (!decided.has(name) && Date.now() - since > STANDING_SECONDS * 1000) decided.set(name, 'none');
      }
      return decided.size === CASES.length;
    },
    240,
  );
  return decided;
}

let decisions: ReadonlyMap<string, string>;

beforeAll(async () => {
  kubectl('create', 'namespace', NAMESPACE);
  for (const [index, one] of CASES.entries())
    if (one.nodeClass) await api.create(CLASSES, nodeClass(idOf(index), one.nodeClass));
  await api.create(CLASSES, nodeClass('placement'));
  for (const [index, one] of CASES.entries())
    for (const pool of poolsOf(one, index)) await api.create(POOLS, pool);
  await eventually('every pool is Ready', 'case-', async () => {
    const pools = (await api.list(POOLS)).filter(({ metadata }) => metadata.name.startsWith('case-'));
    return pools.every(({ status }) =>
      status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True'),
    );
  });
  for (const [index, one] of CASES.entries()) await createPod(podOfCase(one, index));
  decisions = await poolsByEngine();
});
afterAll(async () => {
  kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
  for (const [index, one] of CASES.entries())
    for (const { metadata } of poolsOf(one, index)) await api.delete(`${POOLS}/${metadata.name}`);
});

test('there are cases enough, and of both kinds', () => {
  const verdicts = CASES.map(poolByProof);
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  expect(verdicts.filter((pool) => pool === 'none').length).toBeGreaterThan(20);
  expect(verdicts.filter((pool) => pool !== 'none').length).toBeGreaterThan(20);
});

test.each(CASES.map(({ name }, index) => [name, index] as const))(
  'Karpenter and the proof agree on %s',
  (_, index) => {
    expect(decisions.get(idOf(index))).toBe(poolByProof(CASES[index], index));
  },
);
