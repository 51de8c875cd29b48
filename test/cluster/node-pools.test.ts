import { USUAL_DAEMON_SETS } from '../../lib/cluster/daemon-sets';
import { nodeOf, nodePoolsOf } from '../../lib/cluster/node-pools';
import { manifestsOf } from '../../lib/cluster/parse';
import { placement } from '../../lib/cluster/placement';
import { podOf } from '../../lib/cluster/pod';

const NOTHING = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0 };

interface PoolOptions {
  readonly requirements?: readonly object[];
  readonly amiFamily?: string;
  readonly auto?: boolean;
  readonly controller?: Parameters<typeof nodePoolsOf>[1];
}

function poolOf({ requirements = [], amiFamily, auto = false, controller }: PoolOptions) {
  const nodeClassRef = auto
    ? { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'ci' }
    : { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'ci' };
  const objects = [
    {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'ci' },
      spec: { template: { spec: { nodeClassRef, requirements } } },
    },
    ...(amiFamily
      ? [
          {
            apiVersion: 'karpenter.k8s.aws/v1',
            kind: 'EC2NodeClass',
            metadata: { name: 'ci' },
            spec: { amiFamily },
          },
        ]
      : []),
  ];
  return nodePoolsOf(manifestsOf(objects).manifests, controller)[0];
}

function oneOf(key: string, ...values: readonly string[]): object {
  return { key, operator: 'In', values };
}

function landsOn(pool: ReturnType<typeof poolOf>, nodeSelector: object, cpu = '1') {
  const pod = podOf('pod', { nodeSelector, containers: [{ resources: { requests: { cpu } } }] });
  return placement(pod, pool, NOTHING);
}

const WINDOWS = oneOf('kubernetes.io/os', 'windows');
const BUILD = 'node.kubernetes.io/windows-build';

describe('Windows', () => {
  test.each([
    ['Windows2019', '10.0.17763'],
    ['Windows2022', '10.0.20348'],
    ['Windows2025', '10.0.26100'],
  ])('nodes of %s have build %s, and are amd64', (amiFamily, build) => {
    const pool = poolOf({ amiFamily, requirements: [WINDOWS] });
    expect(pool.types.length).toBeGreaterThan(100);
    expect(new Set(pool.types.map(({ arch }) => arch))).toEqual(new Set(['amd64']));
    expect(landsOn(pool, { 'kubernetes.io/os': 'windows', [BUILD]: build }).types.length).toBeGreaterThan(
      100,
    );
    expect(landsOn(pool, { [BUILD]: '10.0.1' }).types).toEqual([]);
    expect(landsOn(pool, { 'kubernetes.io/os': 'linux' }).types).toEqual([]);
  });

  test('a Linux family has no Windows nodes, and no build', () => {
    expect(poolOf({ amiFamily: 'AL2023', requirements: [WINDOWS] }).types).toEqual([]);
    expect(landsOn(poolOf({ amiFamily: 'AL2023' }), { [BUILD]: '10.0.20348' }).types).toEqual([]);
  });

  test('a class that is not here may be one for Windows where the pool asks for it', () => {
    expect(poolOf({ requirements: [WINDOWS] }).types.length).toBeGreaterThan(100);
  });
});

describe('EKS Auto Mode', () => {
  const CPU = 'eks.amazonaws.com/instance-cpu';
  const pool = poolOf({ auto: true, requirements: [oneOf(CPU, '4', '8')] });

  test('its labels are requirements: a job of 30 CPUs finds no room on nodes of 4 and 8', () => {
    expect(new Set(pool.types.map(({ vcpu }) => vcpu))).toEqual(new Set([4, 8]));
    expect(landsOn(pool, {}, '3').types.length).toBeGreaterThan(10);
    expect(landsOn(pool, {}, '30').refusal).toMatchObject({ by: 'size' });
  });

  test('jobs may select its compute type, its class and labels that the pool leaves open', () => {
    expect(landsOn(pool, { 'eks.amazonaws.com/compute-type': 'auto' }).refusal).toBeUndefined();
    expect(landsOn(pool, { 'eks.amazonaws.com/nodeclass': 'ci' }).refusal).toBeUndefined();
    expect(landsOn(pool, { [CPU]: '4' }).types.every(({ vcpu }) => vcpu === 4)).toBe(true);
    expect(landsOn(pool, { [CPU]: '16' }).types).toEqual([]);
    expect(
      landsOn(pool, { 'eks.amazonaws.com/instance-gpu-count': '1' }).types.every(
        ({ labels }) => labels['eks.amazonaws.com/instance-gpu-count'] === '1',
      ),
    ).toBe(true);
  });

  test("labels of Karpenter's own domain mean nothing there, and its labels nothing elsewhere", () => {
    expect(
      poolOf({ auto: true, requirements: [oneOf('karpenter.k8s.aws/instance-category', 'c')] }).types,
    ).toEqual([]);
    expect(landsOn(pool, { 'karpenter.k8s.aws/instance-cpu': '4' }).types).toEqual([]);
    const usual = poolOf({ amiFamily: 'AL2023' });
    expect(landsOn(usual, { [CPU]: '4' }).refusal).toMatchObject({ by: 'requirement' });
    expect(landsOn(usual, { 'eks.amazonaws.com/compute-type': 'auto' }).refusal).toMatchObject({
      by: 'requirement',
    });
  });

  test('it starts no nodes of families and sizes that it does not have', () => {
    const names = poolOf({ auto: true }).types.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['c5.large', 'm7g.xlarge', 'g4dn.xlarge']));
    expect(names.filter((name) => /^u|^mac|^hpc[67]|^m3\.|^x1|\.(nano|micro|small)$/.test(name))).toEqual([]);
  });

  test('its usual daemonsets are part of the system and take nothing of a node; those that somebody counted do', () => {
    const large = poolOf({
      auto: true,
      requirements: [oneOf('node.kubernetes.io/instance-type', 'm7g.large')],
    });
    const pod = podOf('pod', { containers: [{ resources: { requests: { cpu: '1900m' } } }] });
    expect(placement(pod, large, USUAL_DAEMON_SETS).types).toHaveLength(1);
    expect(placement(pod, large, { ...USUAL_DAEMON_SETS, cpuMilli: 100 }).types).toHaveLength(0);
    const own = poolOf({ requirements: [oneOf('node.kubernetes.io/instance-type', 'm7g.large')] });
    expect(placement(pod, own, USUAL_DAEMON_SETS).types).toHaveLength(0);
  });

  test('a node has at most 110 pods, and 80Gi where its class says nothing', () => {
    const all = poolOf({ auto: true });
    const nodes = all.types.map((type) => nodeOf(all, type));
    expect(Math.max(...nodes.map(({ pods }) => pods))).toBe(110);
    expect(Math.min(...nodes.map((node) => node.ephemeralStorageBytes))).toBeGreaterThan(70 * 1024 ** 3);
  });
});

test('settings of the controller change what nodes offer', () => {
  const usual = poolOf({ amiFamily: 'AL2023' });
  const controller = { vmMemoryOverheadPercent: 0.2, reservedEnis: 1 };
  const other = poolOf({ amiFamily: 'AL2023', controller });
  const type = usual.types.find(({ name }) => name === 'm5.large');
  if (type === undefined) throw new Error('no m5.large');
  expect(nodeOf(other, type).memoryBytes).toBeLessThan(nodeOf(usual, type).memoryBytes);
  expect(nodeOf(other, type).pods).toBeLessThan(nodeOf(usual, type).pods);
});
