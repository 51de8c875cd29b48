import { load } from 'js-yaml';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { fieldsOf } from '../../lib/values/record';
import { render } from '../fleets';

/** What a healthy fleet looks like to Prometheus, and what its alerts are tested with. */

export const WATCHED: RunnerFleetProps = {
  name: 'production',
  tokens: { from: 'existing-secret' },
  monitoring: { prometheusNamespace: 'monitoring' },
  // Short times, so that a test has few samples.
  runners: [
    {
      name: 'amd64',
      arch: 'amd64',
      capacity: 'spot-first',
      longestJob: '30m',
      config: { runner: { unhealthy_interval: '10m' } },
    },
  ],
};

/** Seconds between two samples, as the fleet scrapes. */
export const STEP = 30;
/** When something happens: late enough for windows of an hour to have a past. */
export const EVENT = 130;
/** How long samples go on. */
const STEPS = EVENT + 90;

/** The value of a series at a step; undefined where it is not there. */
export type Values = (step: number) => number | undefined;
export type Series = Readonly<Record<string, Values>>;

export const always =
  (value: number): Values =>
  () =>
    value;
export const growing =
  (by: number): Values =>
  (step) =>
    by * step;
/** One course of values until the event, another from then on, which gets the steps since. */
export const turning =
  (before: Values, after: Values): Values =>
  (step) =>
    step < EVENT ? before(step) : after(step - EVENT);
export const never: Values = () => undefined;

const MANAGER = 'namespace="gitlab-runners",fleet="production",manager="runner-amd64"';
const TOKEN = 'runner="glrt-abc",runner_name="production-amd64",system_id="r_0123456789ab"';
/** A series of a pod of the manager. */
export const ofManager = (metric: string, labels = '', pod = 'runner-amd64-1') =>
  `${metric}{${MANAGER},pod="${pod}"${labels === '' ? '' : `,${labels}`}}`;
/** One that the runner labels with its token. */
export const ofRunner = (metric: string, labels = '', pod?: string) =>
  ofManager(metric, labels === '' ? TOKEN : `${TOKEN},${labels}`, pod);
export const requests = (status: number, endpoint = 'request_job', pod?: string) =>
  ofManager(
    'gitlab_runner_api_request_statuses_total',
    `runner="glrt-abc",system_id="r_0123456789ab",endpoint="${endpoint}",method="post",status="${status}"`,
    pod,
  );
export const jobs = (pod?: string) =>
  ofRunner('gitlab_runner_jobs', 'state="running",stage="step_script",executor_stage="job"', pod);
export const waits = (le: string, project = '0') =>
  ofRunner('gitlab_runner_job_queue_duration_seconds_bucket', `project_jobs_running="${project}",le="${le}"`);
export const waitCount = (project = '0') =>
  ofRunner('gitlab_runner_job_queue_duration_seconds_count', `project_jobs_running="${project}"`);
export const failed = (reason: string) =>
  ofManager(
    'gitlab_runner_failed_jobs_total',
    `runner="glrt-abc",runner_name="production-amd64",failure_reason="${reason}",mode="traditional"`,
  );
export const state = (name: string, pod?: string) =>
  ofManager('gitlab_runner_process_state_info', `state="${name}"`, pod);
/** Buckets of the histogram of waits. */
export const BUCKETS = ['1', '3', '10', '30', '60', '120', '300', '900', '1800', '3600', '+Inf'];

/** A pod of the manager, and what it does: it polls, is given work and runs two jobs. */
export function managerPod(pod: string, started: number, from: Values): Series {
  const only =
    (values: Values): Values =>
    (step) =>
      from(step) === undefined ? undefined : values(step);
  return {
    [ofManager('up', '', pod)]: only(always(1)),
    [ofManager('process_start_time_seconds', '', pod)]: only(always(started)),
    [ofRunner('gitlab_runner_worker_feeds_total', '', pod)]: only(growing(10)),
    [ofRunner('gitlab_runner_worker_feed_failures_total', '', pod)]: only(always(0)),
    [requests(204, 'request_job', pod)]: only(growing(1)),
    [requests(202, 'patch_trace', pod)]: only(growing(2)),
    [jobs(pod)]: only(always(2)),
    [ofRunner('gitlab_runner_jobs_total', '', pod)]: only((step) => Math.floor(step / 4)),
    [ofManager('gitlab_runner_configuration_loading_error_total', '', pod)]: only(always(0)),
    [state('running', pod)]: only(always(1)),
  };
}

export const POOL = 'nodepool="gitlab-jobs-amd64-spot"';
export const ON_DEMAND = 'nodepool="gitlab-jobs-amd64-on-demand"';
export const usage = (resource: string) =>
  `karpenter_nodepools_usage{${POOL},resource_type="${resource}",pod="karpenter-1"}`;
export const nodesCreated = (pool: string) =>
  `karpenter_nodes_created_total{${pool},zone="eu-west-1a",pod="karpenter-1"}`;
export const disrupted = (pool: string, reason: string) =>
  `karpenter_nodeclaims_disrupted_total{${pool},reason="${reason}",capacity_type="spot",pod="karpenter-1"}`;
export const podsOfNode = (kind: string) =>
  `karpenter_nodes_total_${kind}_requests{${POOL},node_name="ip-10-0-0-1",resource_type="pods",pod="karpenter-1"}`;
const limit = (pool: string, resource: string) =>
  `karpenter_nodepools_limit{${pool},resource_type="${resource}",pod="karpenter-1"}`;
export const podCreated = (pod: string, namespace = 'gitlab-jobs') =>
  `kube_pod_created{namespace="${namespace}",pod="${pod}",uid="uid-of-${pod}"}`;
export const pending = (pod: string, namespace = 'gitlab-jobs') =>
  `kube_pod_status_phase{namespace="${namespace}",pod="${pod}",uid="uid-of-${pod}",phase="Pending"}`;

/** A manager that has run for days, nodes that come and go, a job pod that runs. */
export const HEALTHY: Series = {
  ...managerPod('runner-amd64-1', -300_000, always(1)),
  // All that wait are taken within ten seconds.
  ...Object.fromEntries(
    BUCKETS.map((le) => [
      waits(le),
      (step: number) => (Number.parseFloat(le) < 10 ? 0 : Math.floor(step / 4)),
    ]),
  ),
  [waits('+Inf')]: (step) => Math.floor(step / 4),
  [waitCount()]: (step) => Math.floor(step / 4),
  [limit(POOL, 'cpu')]: always(100),
  [limit(POOL, 'memory')]: always(200e9),
  [limit(ON_DEMAND, 'cpu')]: always(100),
  [usage('cpu')]: always(50),
  [usage('memory')]: always(100e9),
  [nodesCreated(POOL)]: (step) => Math.floor(step / 20),
  [podsOfNode('pod')]: always(5),
  [podsOfNode('daemon')]: always(3),
  'kube_namespace_created{namespace="gitlab-runners"}': always(0),
  [podCreated('runner-abc-1')]: always(0),
  [pending('runner-abc-1')]: always(0),
};

/** What promtool reads: the rules of the fleet, and a test for each case. */
export function ruleFiles(fleet: RunnerFleetProps): ReadonlyMap<string, unknown> {
  return new Map(
    render(fleet)
      .filter(({ path }) => path.includes('/monitoring/prometheusrule-'))
      .map(({ path, text }) => [path.split('/').at(-1) ?? path, fieldsOf(load(text)).spec]),
  );
}

export interface Expected {
  /** Steps since the event. */
  readonly after: number;
  /** All alerts that fire then. */
  readonly firing: readonly string[];
}

/** A test of promtool: series, and which alerts fire at which steps. */
export function promtoolTest(name: string, changes: Series, expected: readonly Expected[]): unknown {
  const all: Series = { ...HEALTHY, ...changes };
  return {
    name,
    interval: `${STEP}s`,
    input_series: Object.entries(all).map(([series, values]) => ({ series, values: written(values) })),
    promql_expr_test: expected.map(({ after, firing }) => ({
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${(EVENT + after) * STEP}s`,
      exp_samples: firing.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    })),
  };
}

/** A series that ends is marked as stale, as Prometheus does when a target or a series goes. */
function written(values: Values): string {
  const all = Array.from({ length: STEPS }, (_, step) => values(step));
  return all
    .map((value, step) => {
      if (value !== undefined) return String(value);
      return step > 0 && all[step - 1] !== undefined ? 'stale' : '_';
    })
    .join(' ');
}
