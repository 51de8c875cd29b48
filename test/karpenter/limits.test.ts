import fc from 'fast-check';
import type { NodeResources } from '../../lib/karpenter/allocatable';
import { mayStart, nodesWithin, remaining } from '../../lib/karpenter/limits';

const GIB = 1024 ** 3;

const node: NodeResources = {
  cpuMilli: 4000,
  memoryBytes: 16 * GIB,
  ephemeralStorageBytes: 100 * GIB,
  pods: 58,
  extended: { 'nvidia.com/gpu': 1 },
};

test.each<[Readonly<Record<string, string>>, boolean]>([
  [{}, true],
  [{ cpu: '4' }, true],
  [{ cpu: '4000m' }, true],
  [{ cpu: '3999m' }, false],
  [{ cpu: '0' }, false],
  [{ memory: '16Gi' }, true],
  [{ memory: '16G' }, false],
  [{ cpu: '1k', memory: '15Gi' }, false],
  [{ 'ephemeral-storage': '99Gi' }, false],
  [{ pods: '57' }, false],
  [{ nodes: '1' }, true],
  [{ nodes: '0' }, false],
  [{ 'nvidia.com/gpu': '0' }, false],
  // Karpenter compares what a type has: none of a resource is within every limit of it.
  [{ 'amd.com/gpu': '0' }, true],
])('limits %j start a first node of 4 CPUs, 16Gi and a GPU: %s', (limits, starts) => {
  expect(mayStart(limits, node)).toBe(starts);
});

test('a limit that is not a quantity, which the API server refuses, starts what it would', () => {
  expect(mayStart({ cpu: 'four' }, node)).toBe(true);
});

test.each<[Readonly<Record<string, string>>, number]>([
  [{}, Number.POSITIVE_INFINITY],
  [{ cpu: '9' }, 2],
  [{ cpu: '11999m' }, 2],
  [{ cpu: '100', memory: '50Gi' }, 3],
  [{ cpu: '100', memory: '50Gi', nodes: '2' }, 2],
  [{ pods: '60' }, 1],
  [{ 'amd.com/gpu': '0' }, Number.POSITIVE_INFINITY],
  [{ cpu: '-1' }, 0],
])('limits %j allow %d such nodes', (limits, nodes) => {
  expect(nodesWithin(limits, node)).toBe(nodes);
});

test('nodes take of each limit what they have of it', () => {
  const limits = {
    cpu: '9',
    memory: '33Gi',
    nodes: '3',
    'nvidia.com/gpu': '2',
    'amd.com/gpu': '5',
    odd: 'four',
  };
  expect(remaining(limits, 2, node)).toEqual({
    cpu: '1',
    memory: `${GIB}`,
    nodes: '1',
    'nvidia.com/gpu': '0',
    'amd.com/gpu': '5',
    odd: 'four',
  });
});

test('what nodes leave of limits holds the other nodes that the limits allow', () => {
  const limits = fc.record({
    cpu: fc.nat(1_000_000).map((milli) => `${milli}m`),
    memory: fc.nat(4000).map((gib) => `${gib}Gi`),
  });
  fc.assert(
    fc.property(limits, fc.nat(20), (some, nodes) => {
      fc.pre(nodes <= nodesWithin(some, node));
      expect(nodesWithin(remaining(some, nodes, node), node)).toBe(nodesWithin(some, node) - nodes);
    }),
  );
});
