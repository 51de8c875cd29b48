import { load } from 'js-yaml';
import { runChecks } from '../../lib/checks/all';
import { nodeOf as nodeByProof, nodePoolsOf } from '../../lib/cluster/node-pools';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { instanceTypes } from '../../lib/karpenter/instance-types';
import { parseQuantity } from '../../lib/values/quantity';
import { parseToml } from '../../lib/values/toml';
import { executorPod } from '../../tools/engines/executor-pod';
import type { KubeObject } from '../../tools/engines/kube-client';
import { render, resolveOne, sealedTokens } from '../fleets';
import { applyFiles } from './apply';
import { KUBELET, MIRROR, NODES_FLEET, OF_OTHERS, OWN_NODE_CONFIG, PROXY } from './node-options-fleet';
import { createPod, deletePods, nodeOf } from './pods';
import { api, cluster, eventually } from './running-cluster';

/** Options of nodes, as Karpenter acts on them. */
const JOBS = 'nodes-jobs';
const MANAGERS = 'nodes-runners';
const POOLS = '/apis/karpenter.sh/v1/nodepools';
const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';
const PRIORITY = 1000;
/** Seconds, for a machine on which many suites run. */
const PATIENCE = 180;
/** Of tools/engines/cloud.py. */
const RESERVATION = 'cr-0123456789abcdef0';
const POOL_TAG = 'karpenter.sh/nodepool';
const NAMES = NODES_FLEET.runners.map(({ name }) => name);

const FILES = render(NODES_FLEET, sealedTokens(NODES_FLEET));
const POOLS_BY_PROOF = nodePoolsOf(parseManifests(FILES).manifests);

/** A pool that another team runs. */
const POOL_OF_OTHERS: KubeObject = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'nodes-of-others' },
  spec: {
    template: {
      metadata: { labels: OF_OTHERS },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'nodes-managers' },
        taints: [{ key: 'platform', value: 'ci', effect: 'NoSchedule' }],
        requirements: [{ key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['c', 'm'] }],
      },
    },
  },
};

const isReady = ({ status }: KubeObject) =>
  status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');

/** The NodeClaim of the job of each runner, once it is launched. */
let claims: ReadonlyMap<string, KubeObject>;
/** The launch templates of all tests. */
let templates: readonly KubeObject[];

beforeAll(async () => {
  const priority = { metadata: { name: 'nodes-managers' }, value: PRIORITY };
  await api.create('/apis/scheduling.k8s.io/v1/priorityclasses', priority);
  applyFiles(FILES);
  await api.create(POOLS, POOL_OF_OTHERS);
  await eventually(
    'every pool is Ready',
    'nodes-',
    async () => {
      const own = (await api.list(POOLS)).filter(({ metadata }) => metadata.name.startsWith('nodes-'));
      return own.length === 6 && own.every(isReady);
    },
    PATIENCE,
  );
  for (const runner of resolveOne(NODES_FLEET).runners)
    await createPod(executorPod(runner, runner.name, false));
  claims = await eventually(
    'Karpenter launches a node for each job',
    'nodes-',
    async () => {
      const launched = (await api.list(CLAIMS)).filter(({ status }) => status?.allocatable);
      const found = new Map(launched.map((claim) => [NAMES.find((name) => isFor(name, claim)) ?? '', claim]));
      return NAMES.every((name) => found.has(name)) && found;
    },
    PATIENCE,
  );
  templates = await (await fetch(cluster.launchTemplatesUrl)).json();
});
afterAll(async () => {
  await deletePods(JOBS);
  await api.delete(`${POOLS}/${POOL_OF_OTHERS.metadata.name}`);
});

function poolOf({ metadata }: KubeObject): string {
  return metadata.labels['karpenter.sh/nodepool'];
}

function isFor(name: string, claim: KubeObject): boolean {
  return poolOf(claim) === `nodes-${name}` || poolOf(claim).startsWith(`nodes-${name}-`);
}

function labelOf(name: string, label: string): string {
  return claims.get(name).metadata.labels[label];
}

/** What a launch template says, as the simulated AWS got it, with the user data decoded. */
function templateOf(name: string): KubeObject {
  const { data } = templates.find(({ data: { TagSpecifications } }) =>
    TagSpecifications.some(({ Tags }: KubeObject) =>
      Tags.some(({ Key, Value }: KubeObject) => Key === POOL_TAG && Value === poolOf(claims.get(name))),
    ),
  ) as KubeObject;
  return { ...data, UserData: Buffer.from(data.UserData, 'base64').toString() };
}

/** Parts of a MIME archive of AL2023, without their headers. */
function partsOf(userData: string): readonly string[] {
  const [, ...parts] = userData.split(/^--\/\/(?:--)?\n/m);
  return parts.map((part) => part.slice(part.indexOf('\n\n') + 2).trim()).filter((part) => part !== '');
}

function nodeConfigsOf(userData: string): readonly KubeObject[] {
  return partsOf(userData)
    .filter((part) => !part.startsWith('#!'))
    .map((part) => load(part));
}

test.each(['scratch', 'paid', 'tight', 'rocket'])(
  '%s: pods may request of a node what the proof says',
  (name) => {
    const claim = claims.get(name);
    const pool = POOLS_BY_PROOF.find((one) => one.name === poolOf(claim));
    const type = instanceTypes().find(
      (one) => one.name === labelOf(name, 'node.kubernetes.io/instance-type'),
    );
    if (pool === undefined || type === undefined) throw new Error(`Nothing is known of the node of ${name}`);
    const { cpuMilli, memoryBytes, pods, ephemeralStorageBytes } = nodeByProof(pool, type);
    const whole = (resource: string, unit: number) => {
      const amount = parseQuantity(claim.status.allocatable[resource]) ?? 0n;
      return Number(amount / BigInt(1e9 / unit));
    };
    expect({
      cpuMilli: whole('cpu', 1000),
      memoryBytes: whole('memory', 1),
      pods: whole('pods', 1),
      ephemeralStorageBytes: whole('ephemeral-storage', 1),
    }).toEqual({ cpuMilli, memoryBytes, pods, ephemeralStorageBytes });
  },
);

test('a job of 100Gi of disk runs on the NVMe disks of a node, as one with RAID0', async () => {
  expect(Number(labelOf('scratch', 'karpenter.k8s.aws/instance-local-nvme'))).toBeGreaterThan(400);
  const { allocatable, capacity } = claims.get('scratch').status;
  expect(Number(allocatable['ephemeral-storage'])).toBeGreaterThan(400e9);
  const configs = nodeConfigsOf(templateOf('scratch').UserData);
  expect(configs.at(-1)).toMatchObject({ spec: { instance: { localStorage: { strategy: 'RAID0' } } } });
  // The kubelet of such a node would find this disk.
  const node = await registered('scratch');
  const key = 'ephemeral-storage';
  await api.patch(`/api/v1/nodes/${node.metadata.name}/status`, {
    status: { capacity: { [key]: capacity[key] }, allocatable: { [key]: allocatable[key] } },
  });
  expect((await nodeOf(JOBS, 'scratch')).metadata.name).toBe(node.metadata.name);
});

test('a job runs on capacity that is reserved, in its zone and of its type', async () => {
  expect(templateOf('paid').CapacityReservationSpecification).toEqual({
    CapacityReservationPreference: 'capacity-reservations-only',
    CapacityReservationTarget: { CapacityReservationId: RESERVATION },
  });
  expect((await nodeOf(JOBS, 'paid')).metadata.labels).toMatchObject({
    'karpenter.sh/capacity-type': 'reserved',
    'karpenter.k8s.aws/capacity-reservation-id': RESERVATION,
    'node.kubernetes.io/instance-type': 'm6a.4xlarge',
    'topology.kubernetes.io/zone': 'us-east-1b',
  });
});

test('a job waits while a node has a startup taint, and runs there once something removes it', async () => {
  const node = await registered('tight');
  expect(node.spec.taints).toContainEqual({ key: 'example.com/agent-not-ready', effect: 'NoSchedule' });
  const path = `/api/v1/namespaces/${JOBS}/pods/tight`;
  expect((await api.get(path)).spec.nodeName).toBeUndefined();
  const taints = node.spec.taints.filter(({ key }: KubeObject) => key !== 'example.com/agent-not-ready');
  await api.patch(`/api/v1/nodes/${node.metadata.name}`, { spec: { taints } });
  expect((await nodeOf(JOBS, 'tight')).metadata.name).toBe(node.metadata.name);
});

test('a node is of none of the types that a requirement excludes, and of one family of three or more', () => {
  const { requirements } = claims.get('tight').spec;
  const types = requirements.find(({ key }: KubeObject) => key === 'node.kubernetes.io/instance-type');
  expect(types).toMatchObject({ operator: 'In' });
  expect(types.values).not.toContain('c6g.xlarge');
  expect(new Set(types.values.map((type: string) => type.split('.')[0])).size).toBeGreaterThanOrEqual(3);
  const family = requirements.find(({ key }: KubeObject) => key === 'karpenter.k8s.aws/instance-family');
  expect(family).toMatchObject({ minValues: 3 });
});

test('AL2023 boots with the proxy, our NodeConfig, the mirrors, and last the NodeConfig of Karpenter', () => {
  const template = templateOf('tight');
  const [proxy, own, karpenter] = nodeConfigsOf(template.UserData);
  expect(proxy.spec.instance.environment.default).toMatchObject({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY });
  expect(own).toEqual(load(OWN_NODE_CONFIG));
  expect(partsOf(template.UserData)[2]).toMatch(
    /^#!.*hosts\.toml.*https:\/\/mirror\.internal\.example\.com/s,
  );
  expect(karpenter.spec.kubelet.config).toMatchObject(KUBELET);
  expect(karpenter.spec.kubelet.config.registerWithTaints).toContainEqual({
    key: 'example.com/agent-not-ready',
    effect: 'NoSchedule',
  });
  // nodeadm merges in this order, so that Karpenter's settings win.
  expect(partsOf(template.UserData).at(-1)).toMatch(/^# Karpenter Generated NodeConfig/);
});

test('Bottlerocket boots with the proxy, the mirrors and our settings, besides those of Karpenter', () => {
  const { settings } = parseToml(templateOf('rocket').UserData);
  expect(settings).toMatchObject({
    network: { 'https-proxy': PROXY, 'no-proxy': expect.arrayContaining(['169.254.169.254', '.svc']) },
    'container-registry': { mirrors: [MIRROR] },
    kernel: { lockdown: 'integrity' },
    kubernetes: { 'max-pods': 31, 'eviction-hard': { 'memory.available': '300Mi' } },
  });
});

test('EC2 gets the disk, the monitoring, the address and the tags of a node class', () => {
  const { BlockDeviceMappings, Monitoring, NetworkInterfaces, TagSpecifications } = templateOf('tight');
  expect(BlockDeviceMappings).toMatchObject([
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 150, Iops: 4000, Throughput: 250, Encrypted: true } },
  ]);
  expect(Monitoring).toEqual({ Enabled: true });
  expect(NetworkInterfaces).toMatchObject([{ AssociatePublicIpAddress: false }]);
  for (const { Tags } of TagSpecifications)
    expect(Tags).toContainEqual({ Key: 'cost-center', Value: '4711' });
});

test('a node starts from an image, in subnets and groups that terms find, with one more volume', () => {
  const { BlockDeviceMappings, ImageId, NetworkInterfaces } = templateOf('scratch');
  expect(ImageId).toBe(templateOf('paid').ImageId);
  expect(NetworkInterfaces).toEqual(templateOf('paid').NetworkInterfaces);
  expect(BlockDeviceMappings).toMatchObject([
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 100 } },
    { DeviceName: '/dev/xvdf', Ebs: { VolumeSize: 40, VolumeType: 'io2', Iops: 500 } },
  ]);
});

test('the proof finds nothing wrong with the fleet but that something has to remove the startup taint', () => {
  const { findings } = runChecks(observe(parseManifests(FILES).manifests));
  const problems = findings.filter(({ severity }) => severity !== 'note');
  expect(problems.map(({ id }) => id)).toEqual(['pools-usable/startup-taint']);
});

test('a job runs on a pool that someone else manages', async () => {
  expect((await nodeOf(JOBS, 'of-others')).metadata.labels).toMatchObject({
    'karpenter.sh/nodepool': 'nodes-of-others',
    ...OF_OTHERS,
  });
});

test('two managers of a runner start in two zones, with their priority', async () => {
  const pods = await eventually(
    'two managers run',
    'runner-scratch',
    async () => {
      const all = await api.list(`/api/v1/namespaces/${MANAGERS}/pods`);
      const running = all.filter(
        ({ metadata, status }) => metadata.name.startsWith('runner-scratch') && status.phase === 'Running',
      );
      return running.length === 2 && running;
    },
    PATIENCE,
  );
  expect(pods.map(({ spec }) => spec.priority)).toEqual([PRIORITY, PRIORITY]);
  const nodes = await Promise.all(pods.map(({ spec }) => api.get(`/api/v1/nodes/${spec.nodeName}`)));
  const zones = new Set(nodes.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone']));
  expect(zones.size).toBe(2);
});

/** The node of a job's NodeClaim, once Karpenter has given it its labels and taints. */
function registered(name: string): Promise<KubeObject> {
  return eventually(
    `the node of ${name} is registered`,
    poolOf(claims.get(name)),
    async () => {
      const { status } = await api.get(`${CLAIMS}/${claims.get(name).metadata.name}`);
      const node = status.nodeName && (await api.get(`/api/v1/nodes/${status.nodeName}`));
      return node && node.metadata.labels['karpenter.sh/registered'] === 'true' && node;
    },
    PATIENCE,
  );
}
