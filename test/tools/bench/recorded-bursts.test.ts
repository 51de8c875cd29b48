import { renderFleets } from '../../../lib/app/render';
import { observe } from '../../../lib/cluster/observe';
import { parseManifests } from '../../../lib/cluster/parse';
import { checkIntervalFor, requestConcurrencyFor } from '../../../lib/fleet/defaults';
import { resolveFleets } from '../../../lib/fleet/resolve-fleets';
import { batchesOf } from '../../../lib/plan/batches';
import { planBursts } from '../../../lib/plan/burst';
import { secondsOfEach } from '../../../lib/plan/pickup';
import { fleetFor, REQUEST_SECONDS, sumOf } from '../../../tools/bench/burst-fleet';

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
