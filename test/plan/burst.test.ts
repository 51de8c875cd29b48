import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { type BurstPlan, type BurstQuestion, planBursts } from '../../lib/plan/burst';
import { machinesFor } from '../../lib/plan/capacity-sources';
import { jobsTakenWithin, secondsToTake } from '../../lib/plan/pickup';
import { printPlans } from '../../lib/report/plan-text';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { type Change, edited, FLEET, parsed, withManagers, without } from '../fixtures/files';

const QUESTION: BurstQuestion = { jobs: 1000, minutes: 5, requestSeconds: 0.5 };

const RUNNER = 'arm64-on-demand';
const CONFIG = `${RUNNER}/configmap.yaml`;
const POOL = `nodepool-gitlab-jobs-${RUNNER}.yaml`;

/** The fixture fleet with one of its runners: a manager of 20 jobs, and limits of 104 CPUs and 112Gi. */
const ONE = ['amd64-spot', 'amd64-on-demand', 'arm64-spot'].reduce(
  (files, name) => without(files, `/runners/${name}/`),
  FLEET,
);

/** Another limit of jobs at once. */
const concurrency = (jobs: number): readonly Change[] => [
  [CONFIG, 'concurrent = 20', `concurrent = ${jobs}`],
  [CONFIG, 'limit = 20', `limit = ${jobs}`],
];

/** Other limits of a pool; none at all where nothing is named. */
function limits(of?: Readonly<Record<string, string>>, pool = POOL): Change {
  const lines = Object.entries(of ?? {}).map(([name, value]) => `    ${name}: "${value}"\n`);
  const text = lines.length > 0 ? `  limits:\n${lines.join('')}` : '  limits: {}\n';
  return [pool, / {2}limits:\n(?: {4}.*\n)+/, of === undefined ? '' : text];
}

/** Managers of 200 jobs that ask for 20 at a time, and limits that hold a thousand jobs, with changes of that. */
function sharded(managers: number, ...changes: readonly Change[]): readonly SourceFile[] {
  const large = edited(
    ONE,
    ...concurrency(200),
    [CONFIG, 'request_concurrency = 5', 'request_concurrency = 20'],
    limits({ cpu: '5128', memory: '5320Gi' }),
  );
  return withManagers(edited(large, ...changes), RUNNER, managers);
}

/** Another number of requests for jobs at once. */
const atOnce = (requests: number): Change => [
  CONFIG,
  'request_concurrency = 20',
  `request_concurrency = ${requests}`,
];

/** The plan for the one runner of a fleet. */
function planFor(files: readonly SourceFile[], question: Partial<BurstQuestion> = {}): BurstPlan {
  const [plan] = planBursts(observe(parsed(files)), { ...QUESTION, ...question });
  return plan;
}

const SHARDS = sharded(5);

test('a thousand jobs need what they need, and nothing binds where there is enough', () => {
  const plan = planFor(SHARDS);
  expect(plan).toMatchObject({ runner: 'acme-arm64-on-demand', managers: 5, apiRequestsPerSecond: 1000 / 3 });
  expect(plan.terms.every(({ allows }) => allows >= 1000)).toBe(true);
  expect(printPlans([plan])).toMatch(
    /^acme-arm64-on-demand: all 1000 run at once; manager concurrency binds next, at 1000\n/,
  );
});

test.each<[string, BurstPlan, number, RegExp, RegExp]>([
  ['manager concurrency', planFor(sharded(2)), 400, /2 x 200/, /managers to 5 of 200 jobs/],
  [
    'request rate',
    planFor(sharded(5, atOnce(1)), { minutes: 1 }),
    600,
    /1 requests of 0.5 s at once.*within the 1 minutes/,
    /^requestConcurrency to 2, or managers to 9$/,
  ],
  [
    'subnet addresses',
    planFor(SHARDS, { addresses: 600 }),
    140,
    /600 free; a m6g.4xlarge with 14 jobs takes 60/,
    /free addresses to 4350/,
  ],
  [
    'vCPU quota',
    planFor(SHARDS, { vcpus: 165 }),
    140 + 3,
    /165 left; a m6g.4xlarge with 14 jobs counts 16/,
    /quota of vCPUs to 1156/,
  ],
  [
    'registry pulls',
    planFor(SHARDS, { pulls: 10 }),
    140,
    /10 left; a m6g.4xlarge with 14 jobs pulls an image once/,
    /pulls of each image to 73: /,
  ],
  ['price', planFor(SHARDS, { usdPerHour: 6.16 }), 140, /USD 6.16 an hour/, /budget to USD 44.35 an hour/],
  [
    'pool limit',
    planFor(sharded(5, limits({ cpu: '1100', memory: '8Ti' }))),
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
  const requests = planFor(sharded(5, atOnce(2)), { minutes: 1 });
  const addresses = planFor(SHARDS, { addresses: 4350 });
  const price = planFor(SHARDS, { usdPerHour: 44.35 });
  const pool = planFor(sharded(5, limits({ cpu: '1152', memory: '8Ti' })));
  for (const { terms } of [requests, addresses, price, pool]) {
    expect(terms.filter(({ allows }) => allows < 1000)).toEqual([]);
  }
});

describe('one cluster is made for', () => {
  const sizeOf = ({ terms }: BurstPlan) => terms.find(({ name }) => name === 'cluster size');

  test('5,000 nodes: more jobs take more clusters', () => {
    const plan = planFor(SHARDS, { jobs: 100_000 });
    expect(sizeOf(plan)).toEqual({
      name: 'cluster size',
      allows: 70_000,
      because: '5000 nodes in a cluster; a m6g.4xlarge with 14 jobs is one',
      raise: 'the number of clusters to 2, with the same tags in each',
    });
    // Each of the 66 batches may end with a node that is not full.
    expect(plan.vcpus / 16).toBeGreaterThan(7_143);
    expect(plan.vcpus / 16).toBeLessThan(7_143 + 66);
  });

  test('150,000 pods, which small jobs on large nodes reach first', () => {
    const small: Change[] = [
      [CONFIG, /cpu_request = "1"/, 'cpu_request = "20m"'],
      [CONFIG, /memory_request = "2Gi"/, 'memory_request = "32Mi"'],
      [CONFIG, /ephemeral_storage_request = "5Gi"/, 'ephemeral_storage_request = "1Gi"'],
      [CONFIG, /helper_cpu_request = "100m"/, 'helper_cpu_request = "20m"'],
    ];
    const { allows, because } = sizeOf(planFor(sharded(5, ...small), { jobs: 100_000 })) ?? {};
    expect(allows).toBeLessThan(150_000);
    expect(because).toMatch(/^150000 pods in a cluster; a \S+ with \d{2,} jobs has \d{2,}$/);
  });
});

test('spot-first adds up the limits of both pools', () => {
  const both = { cpu: '1100', memory: '8Ti' };
  const plan = planFor(
    sharded(
      5,
      [CONFIG, /.*"karpenter.sh\/capacity-type".*\n/, ''],
      limits(both),
      limits(both, 'nodepool-gitlab-jobs-arm64-spot.yaml'),
    ),
  );
  expect(plan.terms.find(({ name }) => name === 'pool limit')?.allows).toBe(2 * 961);
});

test('a poll interval of its own spares the API server', () => {
  const slow: Change = [CONFIG, 'poll_timeout = 600', 'poll_timeout = 600\n      poll_interval = 10'];
  expect(planFor(sharded(5, slow)).apiRequestsPerSecond).toBe(100);
});

test.each([
  // Measured of GitLab Runner 19.3.0 with a full queue and requests of half a second.
  [20, 5, 3, 5.6],
  [60, 1, 3, 29.8],
  [200, 5, 3, 25.9],
  [200, 10, 3, 22.8],
  [200, 20, 3, 22.6],
  [500, 20, 3, 36.8],
  [200, 20, 1, 14.6],
])(
  '%d jobs are taken with up to %d requests at once, one more every %d s, in the %d s that were measured',
  (jobs, requestConcurrency, checkSeconds, measured) => {
    const seconds = secondsToTake(jobs, { requestConcurrency, requestSeconds: 0.5, checkSeconds });
    expect(Math.abs(seconds - measured)).toBeLessThan(1);
  },
);

test.each([
  [1, 1, 0.5, 2],
  [1, 20, 0.5, 2],
  [60, 1, 0.5, 120],
  [0.4, 20, 0.5, 0],
  [300, 20, 0.5, 10_860],
  [60, 20, 0.5, 1260],
])(
  'in %d s with up to %d requests of %d s a manager takes %d jobs',
  (seconds, requestConcurrency, requestSeconds, jobs) => {
    const settings = { requestConcurrency, requestSeconds, checkSeconds: 3 };
    expect(jobsTakenWithin(seconds, settings)).toBe(jobs);
    // The last of them is taken by then, and the next one is not.
    if (jobs > 0) expect(secondsToTake(jobs, settings)).toBeLessThanOrEqual(seconds + 1e-6);
    expect(secondsToTake(jobs + 1, settings)).toBeGreaterThan(seconds);
  },
);

test('more requests at once never take fewer jobs, and a shorter check_interval takes more', () => {
  const taken = (checkSeconds: number) =>
    Array.from({ length: 30 }, (_, index) =>
      jobsTakenWithin(30, { requestConcurrency: index + 1, requestSeconds: 0.5, checkSeconds }),
    );
  for (const check of [1, 3]) expect(taken(check)).toEqual([...taken(check)].sort((a, b) => a - b));
  expect(taken(1)[29]).toBeGreaterThan(2 * taken(3)[29]);
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
  const large = edited(
    ONE,
    ...concurrency(10),
    [CONFIG, /\n( +)cpu_request = .*\n.*\n/, '\n$1cpu_request = "8"\n'],
    [CONFIG, /\n( +)memory_request = .*\n.*\n.*\n.*\n/, '\n$1memory_request = "32Gi"\n'],
    limits({ cpu: '104', memory: '408Gi' }),
  );
  const plan = planFor(large, { jobs: 10 });
  // A job of 8.1 CPUs takes a node of 16: six of them are 96 CPUs.
  expect(plan.machines).toEqual([{ name: 'm6g.4xlarge', count: 10 }]);
  expect(plan.terms[0]).toMatchObject({
    name: 'pool limit',
    allows: 6,
    raise: expect.stringMatching(/cpu 160 and memory 640Gi/),
  });
});

test('a node that the limits of the pool can not start is in no plan', () => {
  const plan = planFor(edited(ONE, ...concurrency(1), limits({ cpu: '8' })), { jobs: 10 });
  expect(plan.machines).not.toEqual([]);
  expect(plan.machines.every(({ name }) => !/\.[48]xlarge/.test(name))).toBe(true);
});

test('only the limit that is too low is to be raised, and never lowered', () => {
  const plan = planFor(ONE, { jobs: 40 });
  expect(plan.terms.find(({ name }) => name === 'pool limit')?.raise).toBe(
    'limits of gitlab-jobs-arm64-on-demand to memory 192Gi',
  );
});

test('limits of nodes, pods and disks bound a burst too', () => {
  const limited = (of: Readonly<Record<string, string>>) =>
    planFor(sharded(5, limits(of))).terms.find(({ name }) => name === 'pool limit');
  expect(limited({ nodes: '3' })).toMatchObject({ allows: 42, raise: expect.stringMatching(/to nodes 72$/) });
  expect(limited({ 'ephemeral-storage': '150Gi' })).toMatchObject({ allows: 14 });
  // Two nodes of 234 pods with 14 jobs each, and one of 29.
  expect(limited({ pods: '500' })?.allows).toBe(29);
  expect(limited({})).toMatchObject({ allows: Number.POSITIVE_INFINITY });
  expect(printPlans([planFor(sharded(5, limits()))])).toMatch(
    /pool limit +any +gitlab-jobs-arm64-on-demand: without a limit/,
  );
});

test('where no manager takes a job in time, none is asked for', () => {
  const plan = planFor(ONE, { jobs: 1, requestSeconds: 999_999 });
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

test('jobs that managers take over half a minute get a smaller node at the end of each batch', () => {
  // 240 jobs in the first ten seconds, 570 in the next, and 190.
  const { machines } = planFor(SHARDS);
  const nodes = Object.fromEntries(machines.map(({ name, count }) => [name, count]));
  expect(nodes['m6g.4xlarge']).toBeGreaterThanOrEqual(17 + 40 + 13);
  expect(machines.reduce((sum, { count }) => sum + count, 0)).toBe(17 + 40 + 13 + 3);
  // Five jobs are taken within a second.
  expect(planFor(SHARDS, { jobs: 5 }).machines).toHaveLength(1);
});

test('a batch fills the room that the one before it left, before it gets nodes of its own', () => {
  const sizes = [1, 3, 4].map((slots) => {
    const each = {
      usdPerHour: slots,
      autoModeUsdPerHour: 0,
      addresses: slots,
      vcpus: slots,
      pulls: 1,
      pods: slots,
    };
    return { name: `for ${slots}`, slots, ...each };
  });
  const machineFor = (jobs: number) => sizes.find(({ slots }) => slots >= jobs) ?? sizes[2];
  const nodesFor = (batches: readonly number[]) =>
    machinesFor({ slots: 4, machineFor, pool: undefined }, batches).map(
      ({ name, count }) => `${count} x ${name}`,
    );
  expect(nodesFor([4])).toEqual(['1 x for 4']);
  expect(nodesFor([2, 2])).toEqual(['1 x for 3', '1 x for 1']);
  expect(nodesFor([2, 1])).toEqual(['1 x for 3']);
  expect(nodesFor([6, 6])).toEqual(['2 x for 4', '1 x for 3', '1 x for 1']);
});

describe('a node of EKS Auto Mode takes addresses', () => {
  const CLASS = '/nodeclass-gitlab-jobs.yaml';
  const addressesOfOne = (...changes: readonly Change[]) => {
    const plans = planBursts(observe(parsed(edited(AUTO_MODE_FLEET, ...changes))), { ...QUESTION, jobs: 1 });
    return plans.map(({ addresses }) => addresses);
  };

  test('of its own, and in blocks of 16 for its pods', () => {
    expect(new Set(addressesOfOne())).toEqual(new Set([17]));
  });

  test('one for each pod, where its class asks for single ones', () => {
    const single: Change = [CLASS, 'spec:\n', 'spec:\n  advancedNetworking: { ipv4PrefixSize: "32" }\n'];
    expect(new Set(addressesOfOne(single))).toEqual(new Set([2]));
  });
});
