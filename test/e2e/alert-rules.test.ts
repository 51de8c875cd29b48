import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { secondsOf } from '../../lib/values/duration';
import { resolveOne } from '../fleets';
import {
  always,
  BUCKETS,
  disrupted,
  EVENT,
  type Expected,
  failed,
  growing,
  HEALTHY,
  jobs,
  managerPod,
  never,
  nodesCreated,
  ON_DEMAND,
  ofManager,
  ofRunner,
  POOL,
  pending,
  podCreated,
  podsOfNode,
  promtoolTest,
  requests,
  ruleFiles,
  type Series,
  STEP,
  state,
  turning,
  usage,
  type Values,
  WATCHED,
  waitCount,
  waits,
} from './alert-rules';

/** The alerts of a fleet, evaluated by promtool: each fires within its time and alone, and none fires of what is ordinary. */

let folder: string;
let ruleFilesOfWatched: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alert-rules-'));
  ruleFilesOfWatched = [...ruleFiles(WATCHED)].map(([file, content]) => {
    const path = join(folder, `rules-${file}`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** JSON is YAML too. */
function promtool(command: readonly string[], file: string, content: unknown): string {
  const path = join(folder, file);
  writeFileSync(path, JSON.stringify(content));
  const { error, status, stderr, stdout } = spawnSync('promtool', [...command, path], { encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : `${stdout}${stderr}`;
}

const FLEETS: Readonly<Record<string, RunnerFleetProps>> = {
  'one runner': WATCHED,
  'many runners and pools': {
    ...WATCHED,
    monitoring: {
      prometheusNamespace: 'monitoring',
      interval: '1m',
      runbookUrl: 'https://wiki.example.com/r',
    },
    runners: [
      { name: 'a', arch: 'amd64', capacity: 'spot-first', managers: 2, longestJob: '9h' },
      { name: 'b', arch: 'arm64', capacity: 'on-demand', concurrency: 1, pool: 'other' },
      { name: 'c', arch: 'amd64', capacity: 'spot', privileged: true, pollTimeout: '90s' },
    ],
  },
  'EKS Auto Mode': { ...WATCHED, compute: 'eks-auto-mode' },
};

test.each(Object.entries(FLEETS))('promtool finds no fault in the rules of %s', (_name, fleet) => {
  const files = [...ruleFiles(fleet)];
  expect(files.length).toBeGreaterThan(1);
  for (const [file, rules] of files)
    expect(promtool(['check', 'rules', '--lint=all', '--lint-fatal'], file, rules)).toBe('');
});

const ALERTS = (resolveOne(WATCHED).monitoring?.rules ?? []).flatMap(({ alerts }) => alerts);
/** Steps within which an alert says that it fires. */
function within(name: string): number {
  const found = ALERTS.find(({ alert }) => alert === name);
  if (found === undefined) throw new Error(`No alert ${name}`);
  return secondsOf(found.firesWithin) / STEP;
}

/** What happens, by what the series are from then on; `from` are the steps until it has happened, for example a third failure. */
const FIRING: readonly {
  readonly alert: string;
  readonly when: string;
  readonly series: Series;
  readonly from?: number;
  /** Steps after which it still fires. */
  readonly lasts?: number;
}[] = [
  {
    alert: 'GitlabRunnerManagerAbsent',
    when: 'its pod is gone',
    series: gone(HEALTHY, /pod="runner-amd64-1"/),
  },
  {
    alert: 'GitlabRunnerManagerAbsent',
    when: 'its pod does not answer',
    series: {
      ...gone(HEALTHY, /pod="runner-amd64-1"/),
      [ofManager('up')]: turning(always(1), always(0)),
    },
  },
  {
    alert: 'GitlabRunnerPollingSilent',
    when: 'no request is answered, and the runner pauses',
    series: {
      [requests(204)]: turning(growing(1), always(EVENT)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: turning(growing(10), always(10 * EVENT)),
      [ofRunner('gitlab_runner_worker_feed_failures_total')]: turning(always(0), growing(10)),
    },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerPollingSilent',
    when: 'a new manager has never been answered',
    series: {
      ...gone(HEALTHY, /pod="runner-amd64-1"/),
      ...managerPod('runner-amd64-2', EVENT * STEP, turning(never, always(1))),
      [requests(204, 'request_job', 'runner-amd64-2')]: never,
      [jobs('runner-amd64-2')]: turning(never, always(0)),
    },
    from: 1,
  },
  {
    alert: 'GitlabRunnerTokenRefused',
    when: 'three refusals come with the first scrape that shows them, and then a pause',
    series: {
      [requests(204)]: turning(growing(1), always(EVENT)),
      [requests(403)]: turning(never, always(3)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: turning(growing(10), always(10 * EVENT)),
      [ofRunner('gitlab_runner_worker_feed_failures_total')]: turning(always(0), growing(10)),
    },
    lasts: 25,
  },
  {
    alert: 'GitlabRunnerTokenRefused',
    when: 'a new manager is refused before it is scraped at all',
    series: {
      ...gone(HEALTHY, /pod="runner-amd64-1"/),
      ...managerPod('runner-amd64-2', EVENT * STEP, turning(never, always(1))),
      [requests(204, 'request_job', 'runner-amd64-2')]: never,
      [requests(403, 'request_job', 'runner-amd64-2')]: turning(never, always(3)),
      [ofRunner('gitlab_runner_worker_feeds_total', '', 'runner-amd64-2')]: turning(never, always(3)),
      [ofRunner('gitlab_runner_worker_feed_failures_total', '', 'runner-amd64-2')]: turning(
        never,
        growing(10),
      ),
      [jobs('runner-amd64-2')]: turning(never, always(0)),
    },
    lasts: 25,
  },
  {
    alert: 'GitlabRunnerGitlabFailing',
    when: 'half of the requests end with 502',
    series: { [requests(502)]: turning(never, growing(3)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerManagerFull',
    when: 'nine in ten slots are taken',
    series: { [jobs()]: turning(always(2), always(18)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerWorkersStuck',
    when: 'the main loop stands still',
    series: {
      [requests(204)]: turning(growing(1), always(EVENT)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: turning(growing(10), always(10 * EVENT)),
      [jobs()]: turning(always(2), always(0)),
    },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerConfigNotLoaded',
    when: 'one change of the file is refused',
    series: { [ofManager('gitlab_runner_configuration_loading_error_total')]: turning(always(0), always(1)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerSystemFailures',
    when: 'the first failures of all come at once',
    series: { [failed('runner_system_failure')]: turning(never, always(20)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerSystemFailures',
    when: 'failures go on as before, and more often',
    series: { [failed('runner_system_failure')]: turning(always(1), (step) => 1 + step) },
    from: 8,
  },
  {
    alert: 'GitlabRunnerQueueTime',
    when: 'jobs wait for a quarter of an hour',
    series: Object.fromEntries([
      ...BUCKETS.map((le) => [waits(le, '1'), turning(never, slow(le))] as const),
      [waitCount('1'), turning(never, growing(1))],
    ]),
    from: 5,
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerDrainHangs',
    when: 'a manager that was replaced does not end',
    series: {
      ...managerPod('runner-amd64-2', EVENT * STEP, turning(never, always(1))),
      [state('running')]: turning(always(1), never),
      [state('graceful-shutdown')]: turning(never, always(1)),
      [requests(204)]: turning(growing(1), always(EVENT)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: turning(growing(10), always(10 * EVENT)),
    },
  },
  {
    alert: 'GitlabRunnerPodsPending',
    when: 'a job pod gets no node',
    series: {
      [podCreated('runner-abc-2')]: turning(never, always(EVENT * STEP)),
      [pending('runner-abc-2')]: turning(never, always(1)),
    },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerPoolNearLimit',
    when: 'memory of a pool is used up',
    series: { [usage('memory')]: turning(always(100e9), always(190e9)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerSpotLaunchFailures',
    when: 'there is no capacity, for the first time since Karpenter started',
    series: {
      [disrupted(POOL, 'insufficient_capacity')]: turning(never, (step) => 1 + Math.floor(step / 6)),
      [nodesCreated(POOL)]: turning((step) => Math.floor(step / 20), always(Math.floor(EVENT / 20))),
    },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerOnDemandLaunchFailures',
    when: 'a node class is not ready, in a pool that never had a node',
    series: {
      [disrupted(ON_DEMAND, 'nodeclass_not_ready')]: turning(never, (step) => 1 + Math.floor(step / 6)),
    },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerInterruptions',
    when: 'AWS takes back as many nodes as start',
    series: { [disrupted(POOL, 'spot_interrupted')]: turning(never, always(8)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerIdleNodes',
    when: 'a node without jobs stays',
    series: { [podsOfNode('pod')]: turning(always(5), always(3)) },
    lasts: 85,
  },
  {
    alert: 'GitlabRunnerMetricsMissing',
    when: 'Karpenter is scraped no more',
    series: gone(HEALTHY, /pod="karpenter-1"/),
  },
  {
    alert: 'GitlabRunnerMetricsMissing',
    when: 'kube-state-metrics are scraped no more',
    series: gone(HEALTHY, /^kube_/),
  },
];

/** Series that end at the event. */
function gone(all: Series, which: RegExp): Series {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([series]) => which.test(series))
      .map(([series, values]) => [series, turning(values, never)]),
  );
}

/** A bucket of jobs that wait for ten minutes and more. */
function slow(le: string): (step: number) => number {
  return (step) => (le === '+Inf' || Number(le) >= 900 ? step : 0);
}

test('each alert is made to fire', () => {
  const fired = new Set(FIRING.map(({ alert }) => alert));
  expect([...fired].sort()).toEqual([...new Set(ALERTS.map(({ alert }) => alert))].sort());
});

test.each(FIRING)('$alert fires within its time and alone: $when', ({ alert, series, from = 0, lasts }) => {
  const due = from + within(alert);
  const expected: Expected[] = [
    { after: -1, firing: [] },
    { after: due, firing: [alert] },
    ...(lasts === undefined ? [] : [{ after: lasts, firing: [alert] }]),
  ];
  expect(run(alert, series, expected)).toBe('');
});

/** What is ordinary, or not the fleet's, and must wake nobody. */
const SILENT: readonly { readonly what: string; readonly series: Series }[] = [
  { what: 'a healthy fleet', series: {} },
  {
    what: 'no jobs at all',
    series: {
      ...gone(HEALTHY, /queue_duration/),
      [jobs()]: always(0),
      [ofRunner('gitlab_runner_jobs_total')]: always(0),
    },
  },
  {
    what: 'a manager that is replaced in time',
    series: {
      ...gone(HEALTHY, /pod="runner-amd64-1"/),
      ...managerPod(
        'runner-amd64-2',
        (EVENT + 6) * STEP,
        turning(never, (step) => (step < 6 ? undefined : 1)),
      ),
    },
  },
  {
    what: 'a container that restarts: counters begin anew',
    series: Object.fromEntries(
      Object.entries(HEALTHY)
        .filter(([series]) => /_total\{.*pod="runner-amd64-1"/.test(series))
        .map(([series, values]) => [series, turning(values, (step) => values(step))]),
    ),
  },
  {
    what: 'a full manager, which does not poll, for a while',
    series: {
      [jobs()]: (step) => (step >= EVENT && step < EVENT + 25 ? 20 : 2),
      [requests(204)]: (step) => (step < EVENT ? step : Math.max(EVENT, step - 25)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: (step) =>
        step < EVENT ? 10 * step : 10 * Math.max(EVENT, step - 25),
    },
  },
  {
    what: 'a manager that drains for as long as its jobs last',
    series: {
      ...gone(HEALTHY, /pod="runner-amd64-1"/),
      ...managerPod('runner-amd64-2', EVENT * STEP, turning(never, always(1))),
      [ofManager('up')]: turning(always(1), (step) => (step < 60 ? 1 : undefined)),
      [jobs()]: turning(always(2), (step) => (step < 60 ? 1 : undefined)),
      [state('graceful-shutdown')]: turning(never, (step) => (step < 60 ? 1 : undefined)),
    },
  },
  {
    what: 'a refusal that is followed by answers',
    series: { [requests(403)]: turning(never, always(1)) },
  },
  { what: 'a single 502', series: { [requests(502)]: turning(never, always(1)) } },
  {
    what: 'two failures of the system',
    series: { [failed('runner_system_failure')]: turning(never, always(2)) },
  },
  { what: 'many scripts that fail', series: { [failed('script_failure')]: turning(never, growing(1)) } },
  {
    what: 'four jobs in all, which waited long',
    series: Object.fromEntries([
      ...BUCKETS.map((le) => [waits(le), never] as const),
      [waitCount(), never],
      ...BUCKETS.map(
        (le) => [waits(le, '1'), turning(never, (step) => Math.min(4, slow(le)(step)))] as const,
      ),
      [waitCount('1'), turning(never, (step) => Math.min(4, step))],
    ]),
  },
  {
    what: 'a pod that pends for four minutes, one that holds room, and one in a namespace of others',
    series: {
      [podCreated('runner-abc-2')]: turning(never, always(EVENT * STEP)),
      [pending('runner-abc-2')]: turning(never, (step) => (step < 8 ? 1 : 0)),
      [podCreated('pause-1')]: turning(never, always(EVENT * STEP)),
      [pending('pause-1')]: turning(never, always(1)),
      [podCreated('runner-x', 'elsewhere')]: turning(never, always(EVENT * STEP)),
      [pending('runner-x', 'elsewhere')]: turning(never, always(1)),
    },
  },
  {
    what: 'a burst to the limit that ends',
    series: { [usage('cpu')]: turning(always(50), (step) => (step < 28 ? 99 : 50)) },
  },
  {
    what: 'launches that fail while others succeed',
    series: { [disrupted(POOL, 'insufficient_capacity')]: turning(never, growing(1)) },
  },
  {
    what: 'launches that fail in a pool of others',
    series: { [disrupted('nodepool="of-others"', 'insufficient_capacity')]: turning(never, growing(1)) },
  },
  { what: 'two interruptions', series: { [disrupted(POOL, 'spot_interrupted')]: turning(never, always(2)) } },
  {
    what: 'nodes that Karpenter removes for other reasons',
    series: { [disrupted(POOL, 'empty')]: turning(never, growing(1)) },
  },
  {
    what: 'a node that is empty for ten minutes',
    series: { [podsOfNode('pod')]: turning(always(5), (step) => (step < 20 ? 3 : undefined)) },
  },
];

/** Steps after the event at which another pod takes the place of the one that alerts are about. */
const REPLACED = 24;

/** The old pod from the event on, as given, until it is replaced. */
const old = (before: Values, after: Values): Values =>
  turning(before, (step) => (step < REPLACED ? after(step) : undefined));
const NEW_POD = managerPod(
  'runner-amd64-2',
  (EVENT + REPLACED) * STEP,
  turning(never, (step) => (step < REPLACED ? undefined : 1)),
);
const OLD_POD: Series = Object.fromEntries(
  Object.entries(HEALTHY)
    .filter(([series]) => /pod="runner-amd64-1"/.test(series))
    .map(([series, values]) => [series, old(values, (step) => values(EVENT + step))]),
);
/** It gets no answer. */
const UNANSWERED: Series = {
  ...OLD_POD,
  ...NEW_POD,
  [requests(204)]: old(growing(1), always(EVENT)),
  [ofRunner('gitlab_runner_worker_feed_failures_total')]: old(always(0), growing(10)),
};
/** It stays, and waits for its jobs. */
const DRAINING: Series = {
  ...managerPod('runner-amd64-1', -300_000, always(1)),
  [requests(204)]: turning(growing(1), always(EVENT)),
  [ofRunner('gitlab_runner_worker_feeds_total')]: turning(growing(10), always(10 * EVENT)),
  [ofRunner('gitlab_runner_worker_feed_failures_total')]: turning(
    always(0),
    (step) => Math.min(step, REPLACED) * 10,
  ),
  [state('running')]: old(always(1), always(1)),
  [state('graceful-shutdown')]: turning(never, (step) => (step < REPLACED ? undefined : 1)),
};

/** What goes on until another pod takes over: the alert ends then, and no other takes its place. */
const FIXED: readonly { readonly alert: string; readonly by: string; readonly series: Series }[] = [
  {
    alert: 'GitlabRunnerTokenRefused',
    by: 'a pod with a new token',
    series: { ...UNANSWERED, [requests(403)]: old(never, always(3)) },
  },
  {
    alert: 'GitlabRunnerTokenRefused',
    by: 'a pod with a new token, while the old one drains',
    series: { ...UNANSWERED, ...DRAINING, [requests(403)]: turning(never, always(3)) },
  },
  { alert: 'GitlabRunnerPollingSilent', by: 'a new pod', series: UNANSWERED },
  {
    alert: 'GitlabRunnerPollingSilent',
    by: 'a new pod, while the old one drains',
    series: { ...UNANSWERED, ...DRAINING },
  },
  {
    alert: 'GitlabRunnerConfigNotLoaded',
    by: 'a new pod',
    series: {
      ...OLD_POD,
      ...NEW_POD,
      [ofManager('gitlab_runner_configuration_loading_error_total')]: old(always(0), always(1)),
    },
  },
  {
    alert: 'GitlabRunnerWorkersStuck',
    by: 'a new pod',
    series: {
      ...OLD_POD,
      ...NEW_POD,
      [requests(204)]: old(growing(1), always(EVENT)),
      [ofRunner('gitlab_runner_worker_feeds_total')]: old(growing(10), always(10 * EVENT)),
      [jobs()]: old(always(2), always(0)),
    },
  },
];

test.each(FIXED)('$alert is over a minute after it is put right by $by', ({ alert, series }) => {
  const expected = [
    { after: REPLACED - 1, firing: [alert] },
    ...[2, 5, 8, 12, 16, 20, 40].map((after) => ({ after: REPLACED + after, firing: [] })),
  ];
  expect(run('fixed', series, expected)).toBe('');
});

const TIMES = [-1, 2, 5, 11, 16, 20, 33, 41, 62, 85];

test.each(SILENT)('nothing fires: $what', ({ series }) => {
  const expected = TIMES.map((after) => ({ after, firing: [] }));
  expect(run('silent', series, expected)).toBe('');
});

test('nothing fires where a long past comes with the first scrape', () => {
  const late = (values: number) => (step: number) => (step < EVENT ? undefined : values);
  const all = Object.fromEntries(
    Object.entries(HEALTHY).map(([series, values]) => [
      series,
      (step: number) => (step < EVENT ? undefined : values(step)),
    ]),
  );
  const series: Series = {
    ...all,
    [failed('runner_system_failure')]: late(500),
    [requests(403)]: late(9),
    [disrupted(POOL, 'spot_interrupted')]: late(900),
    [disrupted(POOL, 'insufficient_capacity')]: late(900),
  };
  // Before the event nothing is scraped at all.
  const expected = TIMES.filter((after) => after > 12).map((after) => ({ after, firing: [] }));
  expect(run('first', series, expected)).toBe('');
});

/** What promtool says against it; nothing where all is as expected. */
function run(name: string, series: Series, expected: readonly Expected[]): string {
  const tests = [promtoolTest(name, series, expected)];
  const file = { rule_files: ruleFilesOfWatched, evaluation_interval: `${STEP}s`, tests };
  return promtool(['test', 'rules'], 'test.json', file);
}
