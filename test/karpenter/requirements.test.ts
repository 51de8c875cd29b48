import { nodePoolLabels } from '../../lib/karpenter/labels';
import { formatRequirement, has } from '../../lib/karpenter/requirement';
import {
  conflicts,
  intersectAll,
  intersects,
  type PodSelection,
  type PoolSelection,
  podRequirements,
  poolRequirements,
} from '../../lib/karpenter/requirements';

const CAPACITY = 'karpenter.sh/capacity-type';
const CUSTOM = 'runner.example.com/pool';
const spot: PoolSelection = { requirements: [{ key: CAPACITY, operator: 'In', values: ['spot'] }] };

function judge(pool: PoolSelection, pod: PodSelection) {
  return conflicts(poolRequirements(pool), podRequirements(pod));
}

describe('a pod fits a pool', () => {
  test('that promises what the pod demands', () => {
    expect(judge(spot, { nodeSelector: { [CAPACITY]: 'spot' } })).toEqual([]);
  });

  test('that does not mention a well-known label', () => {
    expect(judge({}, { nodeSelector: { 'kubernetes.io/arch': 'arm64' } })).toEqual([]);
  });

  test('whose template carries the custom label', () => {
    expect(judge({ labels: { [CUSTOM]: 'large' } }, { nodeSelector: { [CUSTOM]: 'large' } })).toEqual([]);
  });

  test('whose requirement only says that the custom label exists', () => {
    const pool: PoolSelection = { requirements: [{ key: CUSTOM, operator: 'Exists' }] };
    expect(judge(pool, { nodeSelector: { [CUSTOM]: 'anything' } })).toEqual([]);
  });

  test.each(['NotIn', 'DoesNotExist'] as const)(
    'that lacks a custom label of which it demands %s',
    (operator) => {
      expect(judge({}, { requiredNodeAffinity: [{ key: CUSTOM, operator, values: ['a'] }] })).toEqual([]);
    },
  );

  test('where both rule the label out', () => {
    const pool: PoolSelection = { requirements: [{ key: CAPACITY, operator: 'DoesNotExist' }] };
    const pod: PodSelection = {
      requiredNodeAffinity: [{ key: CAPACITY, operator: 'NotIn', values: ['spot'] }],
    };
    expect(judge(pool, pod)).toEqual([]);
  });

  test('that names the label as the pod does not: by its current name', () => {
    const pool: PoolSelection = { labels: { 'kubernetes.io/arch': 'arm64' } };
    expect(judge(pool, { nodeSelector: { 'beta.kubernetes.io/arch': 'arm64' } })).toEqual([]);
    expect(judge(pool, { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } })).toHaveLength(1);
  });

  test('by the name of the pool, which every node of it carries', () => {
    const labels = nodePoolLabels('jobs', 'ci');
    expect(judge({ labels }, { nodeSelector: { 'karpenter.k8s.aws/ec2nodeclass': 'ci' } })).toEqual([]);
    expect(judge({ labels }, { nodeSelector: { 'karpenter.sh/nodepool': 'other' } })).toEqual([
      { key: 'karpenter.sh/nodepool', rule: 'no-common-value', pool: 'In [jobs]', pod: 'In [other]' },
    ]);
  });
});

describe('a conflict', () => {
  test('names the key and what each side says', () => {
    expect(judge(spot, { nodeSelector: { [CAPACITY]: 'on-demand' } })).toEqual([
      { key: CAPACITY, rule: 'no-common-value', pool: 'In [spot]', pod: 'In [on-demand]' },
    ]);
  });

  test('names a custom label that the pool does not define', () => {
    expect(judge(spot, { nodeSelector: { [CUSTOM]: 'large' } })).toEqual([
      { key: CUSTOM, rule: 'undefined-label', pool: 'not defined', pod: 'In [large]' },
    ]);
  });

  test.each([
    ['Exists', [], 'Exists'],
    ['Gt', ['3'], 'Exists >=4'],
    ['Lt', ['3'], 'Exists <=2'],
  ] as const)(
    'arises where %s is demanded of a custom label without a definition',
    (operator, values, pod) => {
      expect(judge({}, { requiredNodeAffinity: [{ key: CUSTOM, operator, values }] })).toEqual([
        { key: CUSTOM, rule: 'undefined-label', pool: 'not defined', pod },
      ]);
    },
  );

  test('does not hide the next one', () => {
    const pod: PodSelection = {
      nodeSelector: { [CUSTOM]: 'large', 'example.com/tier': '1', [CAPACITY]: 'reserved' },
    };
    expect(judge(spot, pod).map(({ key, rule }) => [key, rule])).toEqual([
      [CUSTOM, 'undefined-label'],
      ['example.com/tier', 'undefined-label'],
      [CAPACITY, 'no-common-value'],
    ]);
  });

  test('within a pod is shown as what is left of its demands', () => {
    const pod: PodSelection = {
      nodeSelector: { [CAPACITY]: 'spot' },
      requiredNodeAffinity: [{ key: CAPACITY, operator: 'In', values: ['on-demand'] }],
    };
    expect(judge(spot, pod)).toEqual([
      { key: CAPACITY, rule: 'no-common-value', pool: 'In [spot]', pod: 'DoesNotExist' },
    ]);
  });
});

describe('requirements on one key', () => {
  const cpu = 'karpenter.k8s.aws/instance-cpu';

  test('of a pool are intersected, the template label among them', () => {
    const pool = poolRequirements({
      requirements: [
        { key: cpu, operator: 'Gt', values: ['1'] },
        { key: cpu, operator: 'Lt', values: ['17'] },
        { key: CUSTOM, operator: 'In', values: ['a', 'b'] },
      ],
      labels: { [CUSTOM]: 'a' },
    });
    expect([...pool].map(([key, of]) => `${key} ${formatRequirement(of)}`)).toEqual([
      `${cpu} Exists >=2 <=16`,
      `${CUSTOM} In [a]`,
    ]);
  });

  test('of a pool and a pod narrow each other, and leave the sets they came from alone', () => {
    const pool = poolRequirements({ requirements: [{ key: cpu, operator: 'Gte', values: ['4'] }] });
    const pod = podRequirements({ requiredNodeAffinity: [{ key: cpu, operator: 'Lt', values: ['9'] }] });
    const both = intersectAll(pool, pod, poolRequirements(spot));
    expect([...both.keys()]).toEqual([cpu, CAPACITY]);
    const left = both.get(cpu);
    expect(['3', '4', '8', '9'].filter((value) => left && has(left, value))).toEqual(['4', '8']);
    expect([...pool.values(), ...pod.values()].map(formatRequirement)).toEqual(['Exists >=4', 'Exists <=8']);
  });

  test('decide whether two pools share nodes', () => {
    const onDemand = poolRequirements({
      requirements: [{ key: CAPACITY, operator: 'In', values: ['on-demand'] }],
    });
    expect(intersects(poolRequirements(spot), onDemand)).toBe(false);
    expect(intersects(poolRequirements(spot), poolRequirements({ labels: { [CUSTOM]: 'a' } }))).toBe(true);
  });
});
