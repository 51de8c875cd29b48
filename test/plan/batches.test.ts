import { batchesOf } from '../../lib/plan/batches';

/** One pod each so many seconds. */
const every = (seconds: number, count: number) =>
  Array.from({ length: count }, (_, index) => index * seconds);

test.each<[string, readonly number[], readonly number[]]>([
  ['all at once', [0, 0, 0], [3]],
  ['within a second of each other, for ten seconds', every(1, 12), [11, 1]],
  ['with more than a second between them', [0, 1.5, 3], [1, 1, 1]],
  ['never', [], []],
])('Karpenter plans pods that come %s in batches', (_, seconds, batches) => {
  expect(batchesOf(seconds)).toEqual(batches);
});

test('pods that wait for their node keep the batch open that the last ones are in', () => {
  // Those of the first ten seconds look again in the next ten: one pod at 11 s and one at 19 s are planned together.
  expect(batchesOf([...every(0.5, 21), 11, 19])).toEqual([21, 2]);
  // Once their nodes have booted, they keep nothing open.
  expect(batchesOf([...every(0.5, 21), 111, 119])).toEqual([21, 1, 1]);
});

test('pods that come slowly for an hour are planned all the same', () => {
  for (const seconds of [0.5, 2, 11, 700]) {
    const batches = batchesOf(every(seconds, 3600 / seconds));
    expect(batches.reduce((sum, pods) => sum + pods, 0)).toBe(Math.floor(3600 / seconds));
    expect(Math.max(...batches)).toBeLessThanOrEqual(1 + 10 / seconds);
  }
});
