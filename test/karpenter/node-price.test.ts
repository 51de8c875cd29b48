import fc from 'fast-check';
import { type Allocatable, allocatable } from '../../lib/karpenter/allocatable';
import { type InstanceType, instanceTypes } from '../../lib/karpenter/instance-types';
import { type DaemonSetOverhead, jobPrice, type PodRequests, slots } from '../../lib/karpenter/node-price';

const MIB = 1024 ** 2;

const node: Allocatable = {
  cpuMilli: 4000,
  memoryBytes: 16000 * MIB,
  pods: 58,
  ephemeralStorageBytes: 1e11,
  extended: { 'nvidia.com/gpu': 2 },
};
const nothing: DaemonSetOverhead = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
const daemonSets: DaemonSetOverhead = { cpuMilli: 250, memoryBytes: 300 * MIB, pods: 4 };

describe('slots', () => {
  test.each<[string, PodRequests, number]>([
    ['CPU', { cpuMilli: 1000, memoryBytes: MIB }, 4],
    ['memory', { cpuMilli: 1, memoryBytes: 6000 * MIB }, 2],
    ['ephemeral storage', { cpuMilli: 1, memoryBytes: MIB, ephemeralStorageBytes: 3e10 }, 3],
    ['devices', { cpuMilli: 1, memoryBytes: MIB, extended: { 'nvidia.com/gpu': 1 } }, 2],
    ['pods', { cpuMilli: 0, memoryBytes: 0 }, 58],
  ])('are limited by %s', (_, pod, expected) => {
    expect(slots(node, nothing, pod)).toBe(expected);
  });

  test('are fewer by what daemonsets take, pods included', () => {
    expect(slots(node, daemonSets, { cpuMilli: 1000, memoryBytes: MIB })).toBe(3);
    expect(slots(node, daemonSets, { cpuMilli: 0, memoryBytes: 0 })).toBe(54);
  });

  test('are fewer by the storage and the devices of daemonsets', () => {
    const greedy = { ...nothing, ephemeralStorageBytes: 5e10, extended: { 'nvidia.com/gpu': 1 } };
    expect(slots(node, greedy, { cpuMilli: 1, memoryBytes: 1, ephemeralStorageBytes: 2e10 })).toBe(2);
    expect(slots(node, greedy, { cpuMilli: 1, memoryBytes: 1, extended: { 'nvidia.com/gpu': 1 } })).toBe(1);
  });

  test('are none for a device that the node lacks', () => {
    expect(slots(node, nothing, { cpuMilli: 1, memoryBytes: 1, extended: { 'amd.com/gpu': 1 } })).toBe(0);
  });

  test('are none where daemonsets do not fit themselves, even for a pod without requests', () => {
    expect(slots(node, { ...nothing, cpuMilli: 4001 }, { cpuMilli: 0, memoryBytes: 0 })).toBe(0);
    expect(slots(node, { ...nothing, pods: 60 }, { cpuMilli: 0, memoryBytes: 0 })).toBe(0);
  });
});

describe('the price of a job', () => {
  const type: InstanceType = {
    name: 'm6a.4xlarge',
    labels: {},
    vcpu: 16,
    memoryMib: 65536,
    arch: 'amd64',
    enis: 8,
    ipv4PerEni: 30,
    onDemandUsdPerHour: 0.6912,
  };
  const job: PodRequests = { cpuMilli: 1100, memoryBytes: 2200 * MIB };

  test('is the whole node per minute when alone and shared by all slots when packed', () => {
    const price = jobPrice(type, allocatable(type, { amiFamily: 'AL2023' }), daemonSets, job);
    expect(price?.slots).toBe(14);
    expect(price?.usdPerMinuteAlone).toBeCloseTo(0.01152, 10);
    expect(price?.usdPerMinutePacked).toBeCloseTo(0.01152 / 14, 10);
  });

  test('does not exist where the job does not fit: 2 CPUs on a 2-vCPU node', () => {
    const small = { ...type, vcpu: 2 };
    const wish = { cpuMilli: 2000, memoryBytes: MIB };
    expect(jobPrice(small, allocatable(small, { amiFamily: 'AL2023' }), nothing, wish)).toBeUndefined();
    expect(
      jobPrice(small, allocatable(small, { amiFamily: 'AL2023' }), nothing, { ...wish, cpuMilli: 1700 })
        ?.slots,
    ).toBe(1);
  });

  test('does not exist where the price of the type is not known', () => {
    const { onDemandUsdPerHour: _, ...priceless } = type;
    expect(jobPrice(priceless, node, nothing, job)).toBeUndefined();
  });
});

describe('laws', () => {
  const types = fc.constantFrom(...instanceTypes());
  const pods = fc.record({
    cpuMilli: fc.integer({ min: 1, max: 20000 }),
    memoryBytes: fc.integer({ min: 1, max: 64000 }).map((mib) => mib * MIB),
  });
  const nodeClass = { amiFamily: 'AL2023' };

  test('all slots fit together, and one more does not', () => {
    fc.assert(
      fc.property(types, pods, (type, pod) => {
        const offered = allocatable(type, nodeClass);
        const count = slots(offered, daemonSets, pod);
        const fits = (jobs: number) =>
          daemonSets.pods + jobs <= offered.pods &&
          daemonSets.cpuMilli + jobs * pod.cpuMilli <= offered.cpuMilli &&
          daemonSets.memoryBytes + jobs * pod.memoryBytes <= offered.memoryBytes;
        expect(count === 0 || fits(count)).toBe(true);
        expect(fits(count + 1)).toBe(false);
      }),
    );
  });

  test('packing never makes a job dearer, and a bigger job is never cheaper on the same node', () => {
    fc.assert(
      fc.property(types, pods, fc.integer({ min: 0, max: 4000 }), (type, pod, more) => {
        const offered = allocatable(type, nodeClass);
        const one = jobPrice(type, offered, nothing, pod);
        const bigger = jobPrice(type, offered, nothing, { ...pod, cpuMilli: pod.cpuMilli + more });
        fc.pre(one !== undefined && bigger !== undefined);
        expect(one?.usdPerMinutePacked).toBeLessThanOrEqual(one?.usdPerMinuteAlone as number);
        expect(bigger?.usdPerMinutePacked).toBeGreaterThanOrEqual(one?.usdPerMinutePacked as number);
      }),
    );
  });
});
