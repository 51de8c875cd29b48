import { renderFleets } from '../../lib/app/render';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { type BurstPlan, type BurstQuestion, planBursts } from '../../lib/plan/burst';
import { jobsTakenWithin } from '../../lib/plan/pickup';
import { printPlans } from '../../lib/report/plan-text';

const QUESTION: BurstQuestion = { jobs: 1000, minutes: 5, requestSeconds: 0.5 };

/** The plan for the one runner of a fleet. */
function planFor(
  runner: Partial<RunnerProps>,
  question: Partial<BurstQuestion> = {},
  fleet: Partial<RunnerFleetProps> = {},
): BurstPlan {
  const one: RunnerProps = { name: 'one', arch: 'arm64', capacity: 'on-demand', ...runner };
  const files = renderFleets(resolveFleets([{ name: 'a', ...fleet, runners: [one] }], new Map()));
  const [plan] = planBursts(observe(parseManifests(files).manifests), { ...QUESTION, ...question });
  return plan;
}

const SHARDS = { managers: 5, concurrency: 200 };

test('a thousand jobs need what they need, and nothing binds where there is enough', () => {
  const plan = planFor(SHARDS);
  expect(plan).toMatchObject({ runner: 'a-one', managers: 5, apiRequestsPerSecond: 1000 / 3 });
  expect(plan.terms.every(({ allows }) => allows >= 1000)).toBe(true);
  expect(printPlans([plan])).toMatch(
    /^a-one: all 1000 run at once; manager concurrency binds next, at 1000\n/,
  );
});

test.each<[string, BurstPlan, number, RegExp, RegExp]>([
  [
    'manager concurrency',
    planFor({ managers: 2, concurrency: 200 }),
    400,
    /2 x 200/,
    /managers to 5 of 200 jobs/,
  ],
  [
    'request rate',
    planFor({ ...SHARDS, requestConcurrency: 1 }, { minutes: 1 }),
    600,
    /1 requests of 0.5 s at once.*within the 1 minutes/,
    /^requestConcurrency to 2, or managers to 9$/,
  ],
  [
    'subnet addresses',
    planFor(SHARDS, { addresses: 600 }),
    140,
    /600 free; a m6g.4xlarge with 14 jobs takes 60/,
    /free addresses to 4290/,
  ],
  ['price', planFor(SHARDS, { usdPerHour: 6.16 }), 140, /USD 6.16 an hour/, /budget to USD 44.05 an hour/],
  [
    'pool limit',
    planFor(
      SHARDS,
      {},
      { nodePools: [{ arch: 'arm64', capacity: 'on-demand', limits: { cpu: '1100', memory: '8Ti' } }] },
    ),
    961,
    /gitlab-jobs-arm64-on-demand: cpu 1100, memory 8Ti/,
    /limits of gitlab-jobs-arm64-on-demand to cpu 1152$/,
  ],
])('%s binds, and the plan says what to raise', (name, plan, allows, because, raise) => {
  const [binding] = plan.terms;
  expect(binding).toEqual({
    name,
    allows,
    because: expect.stringMatching(because),
    raise: expect.stringMatching(raise),
  });
  expect(printPlans([plan])).toContain(`${name} binds: ${allows} of 1000 jobs run at once`);
});

test('what is raised as the plan says binds no more', () => {
  const requests = planFor({ ...SHARDS, requestConcurrency: 2 }, { minutes: 1 });
  const addresses = planFor(SHARDS, { addresses: 4290 });
  const price = planFor(SHARDS, { usdPerHour: 44.05 });
  const limits = { cpu: '1152', memory: '8Ti' };
  const pool = planFor(SHARDS, {}, { nodePools: [{ arch: 'arm64', capacity: 'on-demand', limits }] });
  for (const { terms } of [requests, addresses, price, pool]) {
    expect(terms.filter(({ allows }) => allows < 1000)).toEqual([]);
  }
});

test('spot-first adds up the limits of both pools', () => {
  const limits = { cpu: '1100', memory: '8Ti' };
  const plan = planFor(
    { ...SHARDS, capacity: 'spot-first' },
    {},
    {
      nodePools: ['spot' as const, 'on-demand' as const].map((capacity) => ({
        arch: 'arm64',
        capacity,
        limits,
      })),
    },
  );
  expect(plan.terms.find(({ name }) => name === 'pool limit')?.allows).toBe(2 * 961);
});

test('a poll interval of its own spares the API server', () => {
  const config = { runner: { kubernetes: { poll_interval: 10 } } };
  expect(planFor({ ...SHARDS, config }).apiRequestsPerSecond).toBe(100);
});

test.each([
  [1, 1, 0.5, 2],
  [1, 20, 0.5, 2],
  // Ten jobs at one request each take 5 s, by then a second one is open.
  [60, 1, 0.5, 120],
  [0.4, 20, 0.5, 0],
])(
  'in %d s with up to %d requests of %d s a manager takes %d jobs',
  (seconds, requestConcurrency, requestSeconds, jobs) => {
    expect(jobsTakenWithin(seconds, { requestConcurrency, requestSeconds })).toBe(jobs);
  },
);

test('more requests at once never take fewer jobs', () => {
  const taken = Array.from({ length: 30 }, (_, index) =>
    jobsTakenWithin(30, { requestConcurrency: index + 1, requestSeconds: 0.5 }),
  );
  expect(taken).toEqual([...taken].sort((a, b) => a - b));
  // Thirty at once make 1,800, less what the ramp takes.
  expect(taken[29]).toBeGreaterThan(1400);
  expect(taken[29]).toBeLessThan(1800);
});

test.each([
  [1, '1 x c6g.large'],
  [2, '1 x c6g.xlarge'],
  [14, '1 x m6g.4xlarge'],
  [15, '1 x m6g.4xlarge and 1 x c6g.large'],
  [28, '2 x m6g.4xlarge'],
])(
  '%d jobs get the nodes that Karpenter makes of them: full ones, and the cheapest for the rest',
  (jobs, machines) => {
    const plan = planFor(SHARDS, { jobs });
    expect(plan.machines.map(({ name, count }) => `${count} x ${name}`).join(' and ')).toBe(machines);
  },
);

test('the limits of a pool allow the nodes that are planned for as many jobs, and not one job more', () => {
  const large = { build: { cpu: { request: '8' }, memory: { request: '32Gi' } }, concurrency: 10 };
  const limits = { cpu: '104', memory: '408Gi' };
  const plan = planFor(
    large,
    { jobs: 10 },
    { nodePools: [{ arch: 'arm64', capacity: 'on-demand', limits }] },
  );
  // A job of 8.1 CPUs takes a node of 16: six of them are 96 CPUs.
  expect(plan.machines).toEqual([{ name: 'm6g.4xlarge', count: 10 }]);
  expect(plan.terms[0]).toMatchObject({
    name: 'pool limit',
    allows: 6,
    raise: expect.stringMatching(/cpu 160 and memory 640Gi/),
  });
});

test('a node that the limits of the pool can not start is in no plan', () => {
  const nodePools = [{ arch: 'arm64' as const, capacity: 'on-demand' as const, limits: { cpu: '8' } }];
  const plan = planFor({ concurrency: 1 }, { jobs: 10 }, { nodePools });
  expect(plan.machines.every(({ name }) => !/\.[48]xlarge/.test(name))).toBe(true);
});

test('only the limit that is too low is to be raised, and never lowered', () => {
  const nodePools = [
    { arch: 'arm64' as const, capacity: 'on-demand' as const, limits: { cpu: '104', memory: '112Gi' } },
  ];
  const plan = planFor({}, { jobs: 40 }, { nodePools });
  expect(plan.terms.find(({ name }) => name === 'pool limit')?.raise).toBe(
    'limits of gitlab-jobs-arm64-on-demand to memory 192Gi',
  );
});

test('limits of nodes, pods and disks bound a burst too', () => {
  const limited = (limits: Readonly<Record<string, string>>) => {
    const patches = { NodePool: { spec: { limits: { cpu: null, memory: null, ...limits } } } };
    const { terms } = planFor(SHARDS, {}, { nodePools: [{ arch: 'arm64', capacity: 'on-demand', patches }] });
    return terms.find(({ name }) => name === 'pool limit');
  };
  expect(limited({ nodes: '3' })).toMatchObject({ allows: 42, raise: expect.stringMatching(/to nodes 72$/) });
  expect(limited({ 'ephemeral-storage': '150Gi' })).toMatchObject({ allows: 14 });
  // Two nodes of 234 pods with 14 jobs each, and one of 29.
  expect(limited({ pods: '500' })?.allows).toBe(29);
  expect(limited({})).toMatchObject({ allows: Number.POSITIVE_INFINITY });
  expect(
    printPlans([
      planFor(
        SHARDS,
        {},
        {
          nodePools: [
            { arch: 'arm64', capacity: 'on-demand', patches: { NodePool: { spec: { limits: null } } } },
          ],
        },
      ),
    ]),
  ).toMatch(/pool limit +any +gitlab-jobs-arm64-on-demand: without a limit/);
});

test('where no manager takes a job in time, none is asked for', () => {
  const plan = planFor({}, { jobs: 1, requestSeconds: 999_999 });
  expect(plan.terms[0]).toMatchObject({
    allows: 0,
    raise: 'nothing: a job ends before the answer to one request',
  });
});

test('a budget is spent on full nodes, and on a smaller one with what is left', () => {
  const [full, small] = [0.616, 0.068];
  const allows = (usdPerHour: number) =>
    planFor(SHARDS, { usdPerHour }).terms.find(({ name }) => name === 'price')?.allows;
  expect(allows(full)).toBe(14);
  expect(allows(full + small)).toBe(15);
  expect(allows(small)).toBe(1);
  expect(allows(small / 2)).toBe(0);
});
