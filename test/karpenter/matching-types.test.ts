import { type LabelledType, matchingTypes } from '../../lib/karpenter/matching-types';
import type { NodeSelectorRequirement } from '../../lib/karpenter/requirement';
import { poolRequirements } from '../../lib/karpenter/requirements';

const GPU = 'karpenter.k8s.aws/instance-gpu-count';
const HYPERVISOR = 'karpenter.k8s.aws/instance-hypervisor';
const types: readonly LabelledType[] = [
  { name: 'm7g.large', labels: { 'kubernetes.io/arch': 'arm64', [HYPERVISOR]: 'nitro' } },
  { name: 'g5.xlarge', labels: { 'kubernetes.io/arch': 'amd64', [HYPERVISOR]: 'nitro', [GPU]: '1' } },
  { name: 'm5.metal', labels: { 'kubernetes.io/arch': 'amd64', [HYPERVISOR]: '' } },
];

function names(...requirements: NodeSelectorRequirement[]): string[] {
  return matchingTypes(types, poolRequirements({ requirements })).map(({ name }) => name);
}

describe('instance types that remain', () => {
  test('are all, in their order, where nothing is required', () => {
    expect(names()).toEqual(['m7g.large', 'g5.xlarge', 'm5.metal']);
  });

  test('carry the value of the label', () => {
    expect(names({ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] })).toEqual([
      'g5.xlarge',
      'm5.metal',
    ]);
  });

  test('satisfy every requirement at once', () => {
    const amd64: NodeSelectorRequirement = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };
    expect(names(amd64, { key: HYPERVISOR, operator: 'In', values: ['nitro'] })).toEqual(['g5.xlarge']);
  });

  test.each<[NodeSelectorRequirement['operator'], string[], string[]]>([
    ['DoesNotExist', [], ['m7g.large', 'm5.metal']],
    ['NotIn', ['1'], ['m7g.large', 'm5.metal']],
    ['NotIn', ['8'], ['m7g.large', 'g5.xlarge', 'm5.metal']],
    ['Exists', [], ['g5.xlarge']],
    ['Lt', ['8'], ['g5.xlarge']],
    ['Gt', ['1'], []],
  ])('lack GPUs or not, as "%s %j" says of the count', (operator, values, expected) => {
    expect(names({ key: GPU, operator, values })).toEqual(expected);
  });

  test('carry the label even where it is empty, as on bare metal', () => {
    expect(names({ key: HYPERVISOR, operator: 'Exists' })).toHaveLength(3);
    expect(names({ key: HYPERVISOR, operator: 'NotIn', values: ['nitro'] })).toEqual(['m5.metal']);
  });

  test('can be named', () => {
    const key = 'node.kubernetes.io/instance-type';
    expect(names({ key, operator: 'In', values: ['m7g.large', 'm8g.large'] })).toEqual(['m7g.large']);
  });

  test.each([
    'topology.kubernetes.io/zone',
    'karpenter.sh/capacity-type',
    'karpenter.k8s.aws/instance-tenancy',
    'team',
  ])('do not depend on %s, which the type leaves open', (key) => {
    expect(names({ key, operator: 'In', values: ['a'] })).toHaveLength(3);
  });

  test('of a long list, too, follow from all that is asked, whatever was asked of it before', () => {
    const many: LabelledType[] = Array.from({ length: 20 }, (_, index) => ({
      name: `t${index}`,
      labels: { [GPU]: `${index}` },
    }));
    const count = (operator: NodeSelectorRequirement['operator'], ...values: string[]) =>
      matchingTypes(many, poolRequirements({ requirements: [{ key: GPU, operator, values }] })).length;
    const asked = [
      [() => count('In', '1', '2'), 2],
      [() => count('NotIn', '1', '2'), 18],
      [() => count('In', '1'), 1],
      [() => count('Exists'), 20],
      [() => count('DoesNotExist'), 0],
      [() => count('Gt', '9'), 10],
      [() => count('Lt', '9'), 9],
      [() => count('Gt', '4'), 15],
    ] as const;
    for (const [ask, answer] of [...asked, ...asked]) expect(ask()).toBe(answer);
  });
});
