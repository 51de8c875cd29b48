import { allocatable } from '../../lib/karpenter/allocatable';
import { autoModeCapacity, autoModeTypes } from '../../lib/karpenter/auto-mode';
import { AUTO_MODE_FAMILIES } from '../../lib/karpenter/auto-mode-families';
import { instanceTypes } from '../../lib/karpenter/instance-types';
import { usdPerHour } from '../../lib/karpenter/node-price';

const GIB = 1024 ** 3;
const FAMILY = 'karpenter.k8s.aws/instance-family';
const named = (name: string) => {
  const found = autoModeTypes().find((type) => type.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe('the instance types of EKS Auto Mode', () => {
  test('are of the families that AWS lists, each of which is in the catalogue', () => {
    const known = new Set(instanceTypes().map(({ labels }) => labels[FAMILY]));
    expect([...AUTO_MODE_FAMILIES].filter((family) => !known.has(family))).toEqual([]);
    const families = autoModeTypes().map(({ labels }) => labels['eks.amazonaws.com/instance-family']);
    expect(new Set(families)).toEqual(AUTO_MODE_FAMILIES);
  });

  test.each(['vt1.3xlarge', 'c3.large', 'm9g.large', 'f2.6xlarge', 't3.small', 't4g.nano', 'c7a.medium'])(
    'leave out %s',
    (name) => {
      expect(instanceTypes().map((type) => type.name)).toContain(name);
      expect(autoModeTypes().map((type) => type.name)).not.toContain(name);
    },
  );

  test('carry the labels of its nodes: none of Karpenter, and whether they are flex types', () => {
    const { labels } = named('c6a.large');
    expect(labels).toMatchObject({
      'eks.amazonaws.com/compute-type': 'auto',
      'eks.amazonaws.com/instance-capability-flex': 'false',
      'eks.amazonaws.com/instance-category': 'c',
      'eks.amazonaws.com/instance-cpu-sustained-clock-speed-mhz': '3600',
    });
    expect(Object.keys(labels).filter((key) => key.startsWith('karpenter.k8s.aws/'))).toEqual([]);
  });
});

describe('devices of nodes of EKS Auto Mode', () => {
  test.each([
    ['g6.xlarge', { 'nvidia.com/gpu': 1 }],
    ['g5.12xlarge', { 'nvidia.com/gpu': 4 }],
    ['inf2.24xlarge', { 'aws.amazon.com/neuron': 6 }],
    ['m7i.large', {}],
  ])('of a %s are those that Karpenter knows', (name, devices) => {
    expect(allocatable(named(name), autoModeCapacity(undefined)).extended).toEqual(devices);
  });
});

describe("EKS Auto Mode's fee", () => {
  test.each([
    ['m7i.large', 0.12],
    ['t3.medium', 0.12],
    ['inf2.xlarge', 0.12],
    ['g6.xlarge', 0.078],
    ['gr6.4xlarge', 0.12],
    ['p5.48xlarge', 0.048],
    ['trn1.2xlarge', 0.048],
  ])('for %s is a share of %d of the price on demand, and part of the price', (name, share) => {
    const type = named(name);
    const ec2 = instanceTypes().find((one) => one.name === name)?.onDemandUsdPerHour ?? Number.NaN;
    expect(type.autoModeUsdPerHour).toBeCloseTo(ec2 * share, 10);
    expect(usdPerHour(type)).toBeCloseTo(ec2 * (1 + share), 10);
  });

  test('is not charged on other nodes', () => {
    const [type] = instanceTypes().filter(({ name }) => name === 'm7i.large');
    expect(usdPerHour(type)).toBe(type.onDemandUsdPerHour);
  });
});

test('pods of a node of EKS Auto Mode are as many as its addresses, 110 at most, and fewer with subnets of their own', () => {
  const pods = (name: string, hasPodSubnets: boolean) =>
    allocatable(named(name), autoModeCapacity(undefined, hasPodSubnets)).pods;
  // Interfaces by addresses of each: 3 x 10, 15 x 50.
  expect(pods('m7i.large', false)).toBe(3 * 9 + 2);
  expect(pods('m7i.large', true)).toBe(2 * 9 + 2);
  expect(pods('m7i.24xlarge', true)).toBe(110);
});

describe('the disk of a node of EKS Auto Mode', () => {
  const disk = (name: string, size?: string) =>
    allocatable(named(name), autoModeCapacity(size)).ephemeralStorageBytes;

  test('is the volume of its class, 80Gi unless that says otherwise, less what the kubelet keeps', () => {
    expect(disk('m7i.large')).toBe(Math.floor(80 * GIB * 0.9) - GIB);
    expect(disk('m7i.large', '200Gi')).toBe(Math.floor(200 * GIB * 0.9) - GIB);
  });

  test('is the local NVMe where that is larger than the volume, and the volume where it is not', () => {
    // 118 GB.
    expect(disk('m6id.large')).toBe(Math.floor(118e9 * 0.9) - GIB);
    expect(disk('m6id.large', '100Gi')).toBe(disk('m6id.large'));
    expect(disk('m6id.large', '110Gi')).toBe(disk('m7i.large', '110Gi'));
  });
});
