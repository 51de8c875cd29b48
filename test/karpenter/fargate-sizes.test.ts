import fc from 'fast-check';
import { fargateSize, fargateUsdPerMinute, formatFargate } from '../../lib/karpenter/fargate-sizes';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const size = (cpuMilli: number, memoryGib: number, diskGib = 0) => {
  const found = fargateSize({
    cpuMilli,
    memoryBytes: memoryGib * GIB,
    ephemeralStorageBytes: diskGib * GIB,
  });
  return found && formatFargate(found);
};

test.each([
  ['nothing', 0, 0, 'Fargate 0.25 vCPU 0.5 GiB'],
  ['what 256 MiB leave of the smallest', 250, 0.25, 'Fargate 0.25 vCPU 0.5 GiB'],
  ['a byte more', 250, 0.2501, 'Fargate 0.25 vCPU 1 GiB'],
  ['1.25 GiB, since 1.5 are not sold', 250, 1, 'Fargate 0.25 vCPU 2 GiB'],
  ['little CPU and much memory', 100, 4, 'Fargate 1 vCPU 5 GiB'],
  ['1 vCPU and 8 GiB, as the page of AWS has it', 1000, 8, 'Fargate 2 vCPU 9 GiB'],
  ['more than 4 vCPU, in steps of 4', 4100, 17, 'Fargate 8 vCPU 20 GiB'],
  ['the largest', 16000, 119.75, 'Fargate 16 vCPU 120 GiB'],
])('a pod that asks for %s gets what is sold', (_, cpuMilli, memory, expected) => {
  expect(size(cpuMilli, memory)).toBe(expected);
});

test.each([
  ['CPU', 16001, 1, 0],
  ['memory', 1000, 119.8, 0],
  ['disk', 1000, 1, 155],
])('there is none with more %s', (_, cpuMilli, memory, disk) => {
  expect(size(cpuMilli, memory, disk)).toBeUndefined();
});

test('disk has a tenth and 5 GiB on top, and 20 GiB are free', () => {
  expect(size(1000, 1, 100)).toBe('Fargate 1 vCPU 2 GiB, 115 GiB of disk');
  expect(size(1000, 1, 13)).toBe('Fargate 1 vCPU 2 GiB');
});

test('a price is that of its vCPUs, memory and disk', () => {
  const hour = (vcpu: number, memoryGib: number, diskGib = 20) =>
    fargateUsdPerMinute({ vcpu, memoryGib, diskGib }) * 60;
  expect(hour(1, 2)).toBeCloseTo(0.04937, 6);
  expect(hour(0.25, 0.5)).toBeCloseTo(0.0123425, 6);
  expect(hour(1, 2, 120) - hour(1, 2)).toBeCloseTo(0.0111, 6);
});

test('a machine holds what it is for, and asking for less never costs more', () => {
  const request = fc.record({
    cpuMilli: fc.integer({ min: 0, max: 16000 }),
    memoryBytes: fc.integer({ min: 0, max: 119 * 1024 }).map((mib) => mib * MIB),
  });
  fc.assert(
    fc.property(request, request, (one, other) => {
      const found = fargateSize(one);
      if (!found) throw new Error('none');
      expect(found.vcpu * 1000).toBeGreaterThanOrEqual(one.cpuMilli);
      expect(found.memoryGib * GIB).toBeGreaterThanOrEqual(one.memoryBytes + 256 * MIB);
      const least = fargateSize({
        cpuMilli: Math.min(one.cpuMilli, other.cpuMilli),
        memoryBytes: Math.min(one.memoryBytes, other.memoryBytes),
      });
      expect(least && fargateUsdPerMinute(least)).toBeLessThanOrEqual(fargateUsdPerMinute(found));
    }),
  );
});
