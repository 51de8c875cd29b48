import type { CrdCase } from './crd-rule-cases';

/** A spec with values at the bounds of a definition, or beyond: the cluster tests apply the same. */
export interface BoundCase extends CrdCase {
  readonly bound: string;
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number) => Object.fromEntries(times(count, (index) => [`t${index}`, 'a']));
const requirement = (change: object) => ({
  template: { spec: { requirements: [{ key: 'example.com/a', operator: 'In', values: ['a'], ...change }] } },
});
const taint = (change: object) => ({
  template: { spec: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule', ...change }] } },
});
const labels = (of: object) => ({ template: { metadata: { labels: of } } });
const subnets = (count: number) => ({
  subnetSelectorTerms: times(count, (index) => ({ id: `subnet-${index}` })),
});
const volume = (ebs: object) => ({ blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs }] });

/** At the bound: taken. */
export const WITHIN: readonly BoundCase[] = [
  {
    bound: 'maxItems of budgets',
    kind: 'NodePool',
    spec: { disruption: { budgets: times(50, () => ({ nodes: '1' })) } },
  },
  { bound: 'maxProperties of labels', kind: 'NodePool', spec: labels(entries(99)) },
  { bound: 'maxLength of a label', kind: 'NodePool', spec: labels({ a: 'a'.repeat(63) }) },
  {
    bound: 'maxLength of a key',
    kind: 'NodePool',
    spec: requirement({ key: `${'a'.repeat(252)}/${'b'.repeat(63)}` }),
  },
  {
    bound: 'maximum of minValues',
    kind: 'NodePool',
    spec: requirement({ minValues: 50, values: times(50, (index) => `v${index}`) }),
  },
  {
    bound: 'a set',
    kind: 'NodePool',
    spec: { disruption: { budgets: [{ nodes: '1', reasons: ['Empty', 'Drifted'] }] } },
  },
  { bound: 'date-time', kind: 'NodePool', spec: taint({ timeAdded: '2026-01-31T12:00:00Z' }) },
  { bound: 'maximum of weight', kind: 'NodePool', spec: { weight: 100 } },
  { bound: 'maxItems of subnets', kind: 'EC2NodeClass', spec: subnets(30) },
  {
    bound: 'maxProperties of tags',
    kind: 'EC2NodeClass',
    spec: { subnetSelectorTerms: [{ tags: entries(20) }] },
  },
  { bound: 'int32', kind: 'EC2NodeClass', spec: { kubelet: { maxPods: 2147483647 } } },
  {
    bound: 'maximum of percents',
    kind: 'EC2NodeClass',
    spec: { kubelet: { imageGCHighThresholdPercent: 100 } },
  },
  { bound: 'pattern of a size', kind: 'EC2NodeClass', spec: volume({ volumeSize: '59000Gi' }) },
  { bound: 'minLength', kind: 'EC2NodeClass', spec: { placementGroupSelector: { name: 'a' } } },
];

/** Beyond it: refused. */
export const BEYOND: readonly BoundCase[] = [
  {
    bound: 'maxItems of budgets',
    kind: 'NodePool',
    spec: { disruption: { budgets: times(51, () => ({ nodes: '1' })) } },
  },
  { bound: 'maxProperties of labels', kind: 'NodePool', spec: labels(entries(101)) },
  { bound: 'maxLength of a label', kind: 'NodePool', spec: labels({ a: 'a'.repeat(64) }) },
  {
    bound: 'maxLength of a key',
    kind: 'NodePool',
    spec: requirement({ key: `${'a'.repeat(253)}/${'b'.repeat(63)}` }),
  },
  {
    bound: 'maximum of minValues',
    kind: 'NodePool',
    spec: requirement({ minValues: 51, values: times(51, (index) => `v${index}`) }),
  },
  { bound: 'minimum of minValues', kind: 'NodePool', spec: requirement({ minValues: 0 }) },
  {
    bound: 'maxItems of requirements',
    kind: 'NodePool',
    spec: {
      template: {
        spec: { requirements: times(101, (index) => ({ key: `example.com/a${index}`, operator: 'Exists' })) },
      },
    },
  },
  {
    bound: 'a set',
    kind: 'NodePool',
    spec: { disruption: { budgets: [{ nodes: '1', reasons: ['Empty', 'Empty'] }] } },
  },
  { bound: 'date-time', kind: 'NodePool', spec: taint({ timeAdded: 'yesterday' }) },
  { bound: 'pattern of a taint', kind: 'NodePool', spec: taint({ value: 'b!' }) },
  { bound: 'minLength of a taint', kind: 'NodePool', spec: taint({ key: '' }) },
  { bound: 'enum of effects', kind: 'NodePool', spec: taint({ effect: 'NoRun' }) },
  { bound: 'required effect', kind: 'NodePool', spec: { template: { spec: { taints: [{ key: 'a' }] } } } },
  { bound: 'maximum of weight', kind: 'NodePool', spec: { weight: 101 } },
  { bound: 'minItems of images', kind: 'EC2NodeClass', spec: { amiFamily: 'AL2023', amiSelectorTerms: [] } },
  {
    bound: 'maxLength of an alias',
    kind: 'EC2NodeClass',
    spec: { amiSelectorTerms: [{ alias: `al2023@v${'1'.repeat(23)}` }] },
  },
  { bound: 'maxItems of subnets', kind: 'EC2NodeClass', spec: subnets(31) },
  {
    bound: 'maxProperties of tags',
    kind: 'EC2NodeClass',
    spec: { subnetSelectorTerms: [{ tags: entries(21) }] },
  },
  { bound: 'int32', kind: 'EC2NodeClass', spec: { kubelet: { maxPods: 2147483648 } } },
  {
    bound: 'maximum of percents',
    kind: 'EC2NodeClass',
    spec: { kubelet: { imageGCHighThresholdPercent: 101 } },
  },
  { bound: 'minimum of pods', kind: 'EC2NodeClass', spec: { kubelet: { maxPods: -1 } } },
  { bound: 'pattern of a size', kind: 'EC2NodeClass', spec: volume({ volumeSize: '59001Gi' }) },
  { bound: 'enum of volumes', kind: 'EC2NodeClass', spec: volume({ volumeSize: '10Gi', volumeType: 'gp4' }) },
  { bound: 'minLength', kind: 'EC2NodeClass', spec: { placementGroupSelector: { name: '' } } },
];
