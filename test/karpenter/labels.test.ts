import {
  INSTANCE_LABELS,
  NORMALIZED_LABELS,
  nodePoolLabels,
  normalizeLabel,
  WELL_KNOWN_LABELS,
} from '../../lib/karpenter/labels';

describe('labels', () => {
  test.each([
    ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
    ['beta.kubernetes.io/os', 'kubernetes.io/os'],
    ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
    ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
    ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
    ['topology.ebs.csi.aws.com/zone', 'topology.kubernetes.io/zone'],
  ])('the old name %s is read as %s', (old, current) => {
    expect(normalizeLabel(old)).toBe(current);
  });

  test.each(['kubernetes.io/arch', 'example.com/tier', 'constructor'])('%s keeps its name', (key) => {
    expect(normalizeLabel(key)).toBe(key);
  });

  test('every old name leads to a well-known label and is none itself', () => {
    for (const [old, current] of NORMALIZED_LABELS) {
      expect(WELL_KNOWN_LABELS).toContain(current);
      expect(WELL_KNOWN_LABELS).not.toContain(old);
    }
  });

  test('release v1.14.1 knows 36 labels, 21 of them about the instance type', () => {
    expect([WELL_KNOWN_LABELS.size, INSTANCE_LABELS.size]).toEqual([36, 21]);
  });

  test.each([
    ['karpenter.k8s.aws/ec2nodeclass', 'is a custom label to the scheduler'],
    ['karpenter.k8s.aws/nitro-sandbox', 'comes after v1.14.1'],
    ['karpenter.k8s.aws/instance-pods', 'is gone'],
    ['kubernetes.io/hostname', 'is not known before there is a node'],
  ])('%s is not well known: it %s', (key) => {
    expect(WELL_KNOWN_LABELS).not.toContain(key);
  });

  test('nodes carry the names of their pool and class', () => {
    expect(nodePoolLabels('jobs', 'ci')).toEqual({
      'karpenter.sh/nodepool': 'jobs',
      'karpenter.k8s.aws/ec2nodeclass': 'ci',
      'karpenter.sh/registered': 'true',
      'karpenter.sh/initialized': 'true',
    });
  });
});
