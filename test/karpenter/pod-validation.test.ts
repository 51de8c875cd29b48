import { WELL_KNOWN_LABELS } from '../../lib/karpenter/labels';
import { isRestrictedLabel, podFaults } from '../../lib/karpenter/pod-validation';
import type { Operator } from '../../lib/karpenter/requirement';

function inTerm(key: string, operator: string, values?: readonly string[]) {
  const matchExpressions = [{ key, operator: operator as Operator, values }];
  return podFaults({}, [{ matchExpressions, hasFields: false }]).map(({ why }) => why);
}

test.each([
  'karpenter.sh/registered',
  'karpenter.sh/initialized',
  'karpenter.sh/provisioner-name',
  'karpenter.sh/anything',
  'compatibility.karpenter.sh/x',
  'karpenter.k8s.aws/ec2nodeclass',
  'karpenter.k8s.aws/instance-pods',
  'kubernetes.io/hostname',
])('Karpenter keeps %s to itself', (key) => {
  expect(isRestrictedLabel(key)).toBe(true);
  expect(podFaults({ [key]: 'true' }, [])).toMatchObject([{ key }]);
  expect(inTerm(key, 'Exists')).toHaveLength(1);
  expect(inTerm(key, 'DoesNotExist')).toHaveLength(1);
});

test.each([
  ...WELL_KNOWN_LABELS,
  'beta.kubernetes.io/arch',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
  'fookarpenter.sh/x',
  'karpenter.sh',
  'example.com/karpenter.sh',
  'node-role.kubernetes.io/ci',
  'eks.amazonaws.com/nodegroup',
])('a pod may name %s', (key) => {
  expect(inTerm(key, 'Exists')).toEqual([]);
});

test.each([
  ['karpenter.sh/capacity-type', 'In', ['Spot'], 1],
  ['karpenter.sh/capacity-type', 'In', ['Spot', 'spot'], 0],
  ['karpenter.sh/capacity-type', 'NotIn', ['Spot'], 0],
  ['karpenter.k8s.aws/instance-tenancy', 'In', ['host'], 1],
  ['karpenter.k8s.aws/instance-cpu', 'Gt', ['4'], 0],
  ['karpenter.k8s.aws/instance-cpu', 'Gt', ['+4'], 1],
  ['karpenter.k8s.aws/instance-cpu', 'Lt', ['-1'], 2],
  ['karpenter.k8s.aws/instance-cpu', 'Lt', ['4.5'], 1],
  ['karpenter.k8s.aws/instance-cpu', 'Gt', ['4', '8'], 1],
  ['karpenter.k8s.aws/instance-cpu', 'Gt', ['9223372036854775808'], 1],
  ['karpenter.k8s.aws/instance-cpu', 'Gt', undefined, 1],
  ['example.com/tier', 'In', [], 1],
  ['example.com/tier', 'In', ['a b'], 1],
  ['example.com/tier', 'In', ['$CI_PROJECT_NAME'], 0],
  ['example.com/tier', 'Is', ['a'], 1],
  ['not a key', 'Exists', undefined, 1],
] as const)('%s %s %j has %i faults', (key, operator, values, count) => {
  expect(inTerm(key, operator, values)).toHaveLength(count);
});

test('one alternative with a fault is enough, and the same fault counts once', () => {
  const bad = {
    matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'Exists' as const }],
    hasFields: false,
  };
  const good = {
    matchExpressions: [{ key: 'kubernetes.io/os', operator: 'Exists' as const }],
    hasFields: false,
  };
  expect(podFaults({}, [good, bad, bad])).toHaveLength(1);
  expect(podFaults({}, [good, { matchExpressions: [], hasFields: true }])).toMatchObject([
    { key: 'matchFields' },
  ]);
  expect(podFaults({ 'kubernetes.io/os': 'linux' }, [good])).toEqual([]);
});
