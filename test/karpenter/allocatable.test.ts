import fc from 'fast-check';
import { allocatable, capacity, DEFAULT_SETTINGS, type NodeResources } from '../../lib/karpenter/allocatable';
import { type InstanceType, instanceTypes } from '../../lib/karpenter/instance-types';
import type { KubeletCapacity, NodeClassCapacity } from '../../lib/karpenter/node-class';
import documented from './fixtures/allocatable-al2023.json';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const plain: InstanceType = {
  name: 'm5.2xlarge',
  labels: {},
  vcpu: 8,
  memoryMib: 32768,
  arch: 'amd64',
  enis: 4,
  ipv4PerEni: 15,
};

function al2023(kubelet: KubeletCapacity): NodeClassCapacity {
  return { amiFamily: 'AL2023', kubelet };
}

/** Allocatable of `plain`, in the units people write. */
function offer(nodeClass: NodeClassCapacity) {
  const node = allocatable(plain, nodeClass);
  return {
    cpu: node.cpuMilli,
    memory: node.memoryBytes / MIB,
    pods: node.pods,
    disk: node.ephemeralStorageBytes / GIB,
  };
}

describe('allocatable of a default AL2023 node', () => {
  const oracle = documented.rows.map((row) => {
    const [name, arch, vcpu, memoryMib, enis, ipv4PerEni, cpuMilli, allocatableMib, pods] = row;
    const type = { name, labels: {}, arch, vcpu, memoryMib, enis, ipv4PerEni } as InstanceType;
    return { type, row: { name, cpuMilli, memoryMib: allocatableMib, pods, ephemeralGib: 17 } };
  });

  test('is for every documented type what the Karpenter documentation says', () => {
    expect(documented.ephemeralStorage).toBe('17Gi');
    const computed = oracle.map(({ type }) => {
      const node = allocatable(type, { amiFamily: 'AL2023' });
      return {
        name: type.name,
        cpuMilli: node.cpuMilli,
        memoryMib: node.memoryBytes / MIB,
        pods: node.pods,
        ephemeralGib: node.ephemeralStorageBytes / GIB,
      };
    });
    expect(computed).toEqual(oracle.map(({ row }) => row));
  });

  test('is the same whether the family is named or follows from the alias', () => {
    expect(offer({ amiSelectorTerms: [{ alias: 'al2023@v20260801' }] })).toEqual(
      offer({ amiFamily: 'AL2023' }),
    );
    expect(offer({ amiSelectorTerms: [{ alias: 'bottlerocket@v1.50.0' }] })).toEqual(
      offer({ amiFamily: 'Bottlerocket' }),
    );
  });

  test('is worked out once per type, class and settings', () => {
    const nodeClass: NodeClassCapacity = { amiFamily: 'AL2023' };
    expect(allocatable(plain, nodeClass)).toBe(allocatable(plain, nodeClass));
    expect(allocatable(plain, { amiFamily: 'AL2023' })).not.toBe(allocatable(plain, nodeClass));
    const reserved = allocatable(plain, nodeClass, { ...DEFAULT_SETTINGS, reservedEnis: 1 });
    expect(reserved.pods).toBeLessThan(allocatable(plain, nodeClass).pods);
  });
});

describe('pods', () => {
  test.each<[string, NodeClassCapacity, number]>([
    ['addresses of the network interfaces limit AL2023', { amiFamily: 'AL2023' }, 58],
    ['maxPods replaces that limit, also upwards', al2023({ maxPods: 110 }), 110],
    ['maxPods of 0 is a limit', al2023({ maxPods: 0 }), 0],
    ['podsPerCore is one more limit', al2023({ podsPerCore: 3 }), 24],
    ['podsPerCore never raises the limit', al2023({ podsPerCore: 30 }), 58],
    ['podsPerCore of 0 is none', al2023({ podsPerCore: 0 }), 58],
    ['Bottlerocket ignores podsPerCore', { amiFamily: 'Bottlerocket', kubelet: { podsPerCore: 3 } }, 58],
    ['Windows counts with 110', { amiFamily: 'Windows2022' }, 110],
  ])('%s', (_, nodeClass, pods) => {
    expect(offer(nodeClass).pods).toBe(pods);
  });

  test('efa-only interfaces of the first network card have no addresses for pods', () => {
    const interfaceType = 'efa-only';
    const networkInterfaces = [
      { networkCardIndex: 0, interfaceType: 'interface' },
      { networkCardIndex: 0, interfaceType },
      { networkCardIndex: 1, interfaceType },
    ];
    expect(offer({ amiFamily: 'AL2023', networkInterfaces }).pods).toBe(3 * 14 + 2);
  });

  test('reserved network interfaces cost pods but leave the reserved memory as it was', () => {
    const nodeClass = { amiFamily: 'AL2023' };
    const node = allocatable(plain, nodeClass, { ...DEFAULT_SETTINGS, reservedEnis: 1 });
    expect(node.pods).toBe(3 * 14 + 2);
    expect(node.memoryBytes).toBe(allocatable(plain, nodeClass).memoryBytes);
    expect(allocatable(plain, nodeClass, { ...DEFAULT_SETTINGS, reservedEnis: 9 }).pods).toBe(0);
  });
});

describe('memory and CPU', () => {
  const memory = 32768 - Math.ceil(32768 * 0.075);

  test.each<[string, NodeClassCapacity, number]>([
    [
      'AL2023 reserves for the addresses, whatever maxPods says',
      al2023({ maxPods: 8 }),
      memory - 255 - 11 * 58 - 100,
    ],
    [
      'Bottlerocket reserves for the pods it runs',
      { amiFamily: 'Bottlerocket', kubelet: { maxPods: 8 } },
      memory - 255 - 11 * 8 - 100,
    ],
    ['kubeReserved replaces the amount', al2023({ kubeReserved: { memory: '1Gi' } }), memory - 1024 - 100],
    [
      'systemReserved comes on top',
      al2023({ kubeReserved: { memory: '1Gi' }, systemReserved: { memory: '200Mi' } }),
      memory - 1224 - 100,
    ],
    [
      'evictionHard replaces the threshold',
      al2023({ kubeReserved: { memory: '0' }, evictionHard: { 'memory.available': '500Mi' } }),
      memory - 500,
    ],
    [
      'evictionHard of 100% is off',
      al2023({ kubeReserved: { memory: '0' }, evictionHard: { 'memory.available': '100%' } }),
      memory,
    ],
  ])('%s', (_, nodeClass, expected) => {
    expect(offer(nodeClass).memory).toBe(expected);
  });

  test('a percentage of memory rounds up to whole bytes', () => {
    const node = allocatable(
      plain,
      al2023({ kubeReserved: { memory: '0' }, evictionHard: { 'memory.available': '7%' } }),
    );
    expect(node.memoryBytes).toBe(memory * MIB - Math.ceil(((memory * MIB) / 100) * 7));
  });

  test.each<[string, KubeletCapacity, number]>([
    ['by bands of cores', {}, 8000 - 60 - 10 - 10 - 10],
    ['as kubeReserved says', { kubeReserved: { cpu: '0.5' } }, 7500],
    ['and for the system besides', { kubeReserved: { cpu: '500m' }, systemReserved: { cpu: '100m' } }, 7400],
    ['by bands where kubeReserved speaks of memory only', { kubeReserved: { memory: '1Gi' } }, 7910],
  ])('CPU is reserved %s', (_, kubelet, expected) => {
    expect(offer(al2023(kubelet)).cpu).toBe(expected);
  });

  test('a text that is not a quantity is refused with the name of its field', () => {
    expect(() => offer(al2023({ kubeReserved: { memory: '1 GB' } }))).toThrow(
      'kubelet.kubeReserved.memory: "1 GB" is not a quantity that Kubernetes accepts',
    );
    expect(() => offer(al2023({ evictionHard: { 'nodefs.available': 'ten%' } }))).toThrow(
      'nodefs.available: "ten%"',
    );
  });
});

describe('ephemeral storage', () => {
  const after = (gib: number) => gib - 1 - gib / 10;
  const xvda = { deviceName: '/dev/xvda', ebs: { volumeSize: '40Gi' } };
  const xvdb = { deviceName: '/dev/xvdb', ebs: { volumeSize: '100Gi' } };

  test.each<[string, NodeClassCapacity, number]>([
    ['AL2023 has 20Gi by itself', { amiFamily: 'AL2023' }, 20],
    ['AL2023 uses /dev/xvda', { amiFamily: 'AL2023', blockDeviceMappings: [xvdb, xvda] }, 40],
    ['AL2023 does not see another device', { amiFamily: 'AL2023', blockDeviceMappings: [xvdb] }, 20],
    [
      'the root volume goes before the device',
      { amiFamily: 'AL2023', blockDeviceMappings: [xvda, { ...xvdb, rootVolume: true }] },
      100,
    ],
    [
      'a root volume without a size does not count',
      {
        amiFamily: 'AL2023',
        blockDeviceMappings: [xvda, { deviceName: '/dev/sda', rootVolume: true, ebs: {} }],
      },
      40,
    ],
    [
      'Bottlerocket does not put pods on /dev/xvda',
      { amiFamily: 'Bottlerocket', blockDeviceMappings: [xvda] },
      20,
    ],
    [
      'Bottlerocket puts pods on /dev/xvdb',
      { amiFamily: 'Bottlerocket', blockDeviceMappings: [xvda, xvdb] },
      100,
    ],
    ['Custom uses the last mapping', { amiFamily: 'Custom', blockDeviceMappings: [xvda, xvdb] }, 100],
    ['Windows has 50Gi by itself', { amiFamily: 'Windows2022' }, 50],
    [
      'RAID0 changes nothing without instance store',
      { amiFamily: 'AL2023', instanceStorePolicy: 'RAID0' },
      20,
    ],
  ])('%s', (_, nodeClass, gib) => {
    expect(offer(nodeClass).disk).toBeCloseTo(after(gib), 6);
  });

  test('RAID0 replaces the volume by the instance store, in decimal GB', () => {
    const nodeClass = { amiFamily: 'AL2023', instanceStorePolicy: 'RAID0', blockDeviceMappings: [xvda] };
    const type = { ...plain, localNvmeGb: 300 };
    expect(capacity(type, nodeClass).ephemeralStorageBytes).toBe(300e9);
    expect(allocatable(type, nodeClass).ephemeralStorageBytes).toBe(300e9 - GIB - 30e9);
  });

  test('nodefs.available and kubeReserved replace what is kept free, systemReserved adds to it', () => {
    const kubelet = {
      kubeReserved: { 'ephemeral-storage': '2Gi' },
      evictionHard: { 'nodefs.available': '5%' },
    };
    expect(offer(al2023(kubelet)).disk).toBe(20 - 2 - 1);
    const systemReserved = { 'ephemeral-storage': '3Gi' };
    expect(offer(al2023({ ...kubelet, systemReserved })).disk).toBe(20 - 2 - 1 - 3);
  });
});

describe('devices', () => {
  const gpu = (manufacturer: string, count: string) => ({
    'karpenter.k8s.aws/instance-gpu-manufacturer': manufacturer,
    'karpenter.k8s.aws/instance-gpu-count': count,
  });
  const accelerator = (manufacturer: string, count: string) => ({
    'karpenter.k8s.aws/instance-accelerator-manufacturer': manufacturer,
    'karpenter.k8s.aws/instance-accelerator-count': count,
  });

  test.each<[string, Record<string, string>, Record<string, number>]>([
    ['p4d.24xlarge', gpu('nvidia', '8'), { 'nvidia.com/gpu': 8 }],
    ['g4ad.xlarge', gpu('amd', '1'), { 'amd.com/gpu': 1 }],
    ['dl1.24xlarge', gpu('habana', '8'), { 'habana.ai/gaudi': 8 }],
    ['inf1.xlarge', accelerator('aws', '1'), { 'aws.amazon.com/neuron': 1 }],
    ['dl2q.24xlarge, whose accelerator has no resource', accelerator('qualcomm', '8'), {}],
    ['g6f.large, with a fraction of a GPU', gpu('nvidia', '0'), {}],
    ['m5.large', {}, {}],
  ])('of %s', (_, labels, expected) => {
    expect(allocatable({ ...plain, labels }, { amiFamily: 'AL2023' }).extended).toEqual(expected);
  });
});

describe('laws', () => {
  const types = fc.constantFrom(...instanceTypes());
  const families = fc.constantFrom('AL2', 'AL2023', 'Bottlerocket', 'Custom', 'Windows2022');
  const amounts = fc.dictionary(
    fc.constantFrom('cpu', 'memory', 'ephemeral-storage'),
    fc.constantFrom('1', '2', '3'),
  );
  const kubelets: fc.Arbitrary<KubeletCapacity> = fc.record(
    {
      maxPods: fc.nat(250),
      podsPerCore: fc.nat(20),
      kubeReserved: amounts,
      systemReserved: amounts,
      evictionHard: fc.dictionary(
        fc.constantFrom('memory.available', 'nodefs.available'),
        fc.constantFrom('5%', '100%', '1Gi', '0'),
      ),
    },
    { requiredKeys: [] },
  );
  const sizes = fc.integer({ min: 1, max: 16000 });
  const NUMBERS = ['cpuMilli', 'memoryBytes', 'pods', 'ephemeralStorageBytes'] as const;

  test('a node never offers more than it has', () => {
    fc.assert(
      fc.property(types, families, kubelets, (type, amiFamily, kubelet) => {
        const nodeClass = { amiFamily, kubelet };
        const [offered, has]: NodeResources[] = [allocatable(type, nodeClass), capacity(type, nodeClass)];
        for (const key of NUMBERS) expect(offered[key]).toBeLessThanOrEqual(has[key]);
        expect(has.memoryBytes).toBeLessThan(type.memoryMib * MIB);
      }),
    );
  });

  test('all amounts are whole numbers', () => {
    fc.assert(
      fc.property(types, families, kubelets, (type, amiFamily, kubelet) => {
        const node = allocatable(type, { amiFamily, kubelet });
        for (const key of NUMBERS) expect(Number.isSafeInteger(node[key])).toBe(true);
      }),
    );
  });

  test('a bigger root volume never gives pods less storage', () => {
    fc.assert(
      fc.property(types, families, sizes, sizes, (type, amiFamily, one, other) => {
        const disk = (gib: number) =>
          allocatable(type, {
            amiFamily,
            blockDeviceMappings: [{ rootVolume: true, ebs: { volumeSize: `${gib}Gi` } }],
          }).ephemeralStorageBytes;
        expect(disk(Math.max(one, other))).toBeGreaterThanOrEqual(disk(Math.min(one, other)));
      }),
    );
  });

  test('what is reserved for the system is missing from the offer to the byte', () => {
    fc.assert(
      fc.property(types, sizes, (type, mebibytes) => {
        const without = allocatable(type, al2023({})).memoryBytes;
        const reserved = allocatable(
          type,
          al2023({ systemReserved: { memory: `${mebibytes}Mi` } }),
        ).memoryBytes;
        expect(without - reserved).toBe(mebibytes * MIB);
      }),
    );
  });
});
