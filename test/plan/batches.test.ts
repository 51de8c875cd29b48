import { renderFleets } from '../../lib/app/render';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { checkIntervalFor, requestConcurrencyFor } from '../../lib/fleet/defaults';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { batchesOf } from '../../lib/plan/batches';
import { planBursts } from '../../lib/plan/burst';
import { secondsOfEach } from '../../lib/plan/pickup';
import { fleetFor, REQUEST_SECONDS, sumOf } from '../../tools/bench/burst-fleet';

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

test('a manager of up to 100 jobs takes them within ten seconds by its defaults, so that Karpenter plans them at once', () => {
  for (let jobs = 1; jobs <= 100; jobs++) {
    const seconds = secondsOfEach(jobs, {
      requestConcurrency: requestConcurrencyFor(jobs),
      requestSeconds: REQUEST_SECONDS,
      checkSeconds: checkIntervalFor(jobs),
    });
    expect(batchesOf(seconds)).toEqual([jobs]);
  }
});

/** What `npm run bench:burst` measured on 2026-11-26, run by run: nodes of Karpenter 1.14.1, and US dollars an hour on demand. */
const RECORDED = [
  { jobs: 200, managers: 1, nodes: [16, 16], usd: [10.16, 10.16] },
  { jobs: 1000, managers: 1, nodes: [76, 76], usd: [46.8, 47.05] },
  { jobs: 1000, managers: 3, nodes: [75, 76, 72], usd: [47.05, 46.98, 47.06] },
  { jobs: 1000, managers: 3, maxCpu: 64, nodes: [20, 20], usd: [46.45, 46.45] },
  { jobs: 5000, managers: 13, nodes: [371, 368], usd: [234.14, 234.08] },
];

test.each(RECORDED)(
  '$jobs jobs of $managers managers for each runner get the nodes that Karpenter started, and their price, within 5 %',
  ({ nodes, usd, ...burst }) => {
    const [fleet] = resolveFleets([fleetFor(burst)], new Map());
    const subject = observe(parseManifests(renderFleets([fleet])).manifests);
    const question = { jobs: burst.jobs / 4, minutes: 5, requestSeconds: REQUEST_SECONDS };
    const planned = sumOf(planBursts(subject, question));
    const mean = (runs: readonly number[]) => runs.reduce((sum, run) => sum + run, 0) / runs.length;
    expect(Math.abs(planned.nodes / mean(nodes) - 1)).toBeLessThan(0.05);
    expect(Math.abs(planned.usd / mean(usd) - 1)).toBeLessThan(0.05);
  },
);
