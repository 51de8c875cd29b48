import { FLEET_LABEL, MANAGER_LABEL } from '../contract';
import { formatDuration } from '../values/duration';
import { type Alert, type AlertRule, type AlertSettings, alertOf } from './alert';
import { counted, increase, indented, lines, oneOf, series, sumBy } from './promql';

/** A runner, as its alerts need to know it. Times are seconds. */
export interface WatchedRunner {
  readonly fleet: string;
  readonly name: string;
  /** Names of the Deployments of its managers. */
  readonly managers: readonly string[];
  /** Where the pods of its jobs run. */
  readonly jobNamespace: string;
  /** Whether its managers run; false while they wait for a token. */
  readonly isRunning: boolean;
  /** Jobs that one manager runs at once. */
  readonly jobsOfManager: number;
  /** Time without an answer of GitLab after which a manager counts as silent. */
  readonly silence: number;
  /** Time for which the runner does not ask again after refused requests. */
  readonly pause: number;
  /** Time within which a manager is there again after its node is gone. */
  readonly start: number;
  /** Time for which a runner may be full. */
  readonly full: number;
  /** Time over which failures are counted. */
  readonly failures: number;
  /** Time for which a manager may drain; undefined where its release does not say that it does. */
  readonly drain: number | undefined;
  /** Time after which what is left of a drain is killed. */
  readonly grace: number;
  /** Time that a job may wait in GitLab. */
  readonly queue: number;
}

/** Time for which a state has to last that a single scrape may show by chance. */
const SETTLE = 120;
/** Share of a runner's slots from which it counts as full. */
const FULL = 0.9;
/** Share of requests that GitLab may answer with an error of its own. */
const GITLAB_ERRORS = 0.2;
/** Share of jobs that may fail by fault of the runner, and number of failures from which the share counts. */
const SYSTEM_FAILURES = 0.1;
const LEAST_FAILURES = 3;
/** Time over which the waits of jobs are looked at, and number of jobs from which they count. */
const QUEUE_WINDOW = 1800;
const LEAST_JOBS = 5;
/** Time for which an error of the config is shown: the runner counts one for each changed file, and goes on with the old one. */
const CONFIG_WINDOW = 3600;

const POD = [FLEET_LABEL, MANAGER_LABEL, 'pod'];
const ON_POD = `on (${MANAGER_LABEL}, pod)`;
/** The label of an alert that says where the pods of jobs are; `namespace` is that of the managers. */
const JOB_NAMESPACE = 'job_namespace';
const REQUESTS = 'gitlab_runner_api_request_statuses_total';

/** The alerts of one runner. */
export function managerAlerts(runner: WatchedRunner, settings: AlertSettings): readonly Alert[] {
  const rules = [
    ...(runner.isRunning ? runner.managers.map((manager) => absent(runner, manager)) : []),
    pollingSilent(runner),
    tokenRefused(runner),
    gitlabFailing(runner),
    managerFull(runner),
    workersStuck(runner),
    configNotLoaded(runner),
    systemFailures(runner),
    queueTime(runner),
    ...(runner.drain === undefined ? [] : [drainHangs(runner, runner.drain)]),
  ];
  const own = { ...settings, labels: { ...settings.labels, runner: runner.name } };
  return rules.map((rule) => alertOf(rule, own));
}

/** A metric of the managers of a runner. */
function of({ fleet, managers }: WatchedRunner, metric: string, ...matchers: readonly string[]): string {
  return series(metric, `${FLEET_LABEL}="${fleet}"`, oneOf(MANAGER_LABEL, managers), ...matchers);
}

/** Counters of managers, late ones included. */
function countedOf(runner: WatchedRunner, counter: string, seconds: number): string {
  const window = formatDuration(seconds);
  const known = [
    `${of(runner, 'up')} offset ${window}`,
    `${of(runner, 'process_start_time_seconds')} > time() - ${seconds}`,
  ];
  return counted(counter, window, known, ['pod']);
}

/** Pods that are there now and take jobs: what one counted that is gone, or drains, has an end. */
function alive(runner: WatchedRunner): string {
  return lines(`and ${ON_POD} ${of(runner, 'up')} == 1`, `unless ${draining(runner)}`);
}

function draining(runner: WatchedRunner): string {
  return `${ON_POD} ${of(runner, 'gitlab_runner_process_state_info', 'state!="running"')} == 1`;
}

function absent({ fleet, start }: WatchedRunner, manager: string): AlertRule {
  const up = series('up', `${FLEET_LABEL}="${fleet}"`, `${MANAGER_LABEL}="${manager}"`);
  return {
    alert: 'GitlabRunnerManagerAbsent',
    severity: 'critical',
    expr: `absent(${up} == 1)`,
    labels: { [MANAGER_LABEL]: manager },
    forSeconds: start,
    isOfAbsence: true,
    summary: `Manager ${manager} is absent.`,
    description: `No pod of Deployment ${manager} has served metrics for ${formatDuration(start)}: it takes no jobs.`,
  };
}

function pollingSilent(runner: WatchedRunner): AlertRule {
  const { jobsOfManager, silence } = runner;
  const window = formatDuration(silence);
  const grows = (counter: string) => `${sumBy(POD, increase(counter, window))} > 0`;
  const feeds = grows(of(runner, 'gitlab_runner_worker_feeds_total'));
  const refused = grows(of(runner, 'gitlab_runner_worker_feed_failures_total'));
  const answers = grows(of(runner, REQUESTS, 'endpoint="request_job"'));
  return {
    alert: 'GitlabRunnerPollingSilent',
    severity: 'critical',
    expr: lines(
      '(',
      `  ${feeds}`,
      `  or ${refused}`,
      ')',
      `unless ${answers}`,
      // What GitLab refused has an alert of its own.
      `unless ${refusals(runner)}`,
      `unless ${sumBy(POD, of(runner, 'gitlab_runner_jobs'))} >= ${jobsOfManager}`,
      alive(runner),
    ),
    windowSeconds: silence,
    forSeconds: SETTLE,
    summary: `GitLab does not answer {{ $labels.${MANAGER_LABEL} }}.`,
    description: `Manager {{ $labels.${MANAGER_LABEL} }} has free slots, and none of its requests for jobs was answered within ${window}: it takes no jobs.`,
  };
}

/** Managers whose requests GitLab refused: three, and then the runner pauses, so that the window has to hold the pause. */
function refusals(runner: WatchedRunner): string {
  const refused = of(runner, REQUESTS, 'endpoint="request_job"', 'status=~"401|403"');
  return `${sumBy(POD, countedOf(runner, refused, runner.pause + runner.silence))} > 0`;
}

function tokenRefused(runner: WatchedRunner): AlertRule {
  const { silence } = runner;
  const taken = of(runner, REQUESTS, 'endpoint="request_job"', 'status=~"2.."');
  return {
    alert: 'GitlabRunnerTokenRefused',
    severity: 'critical',
    expr: lines(
      refusals(runner),
      `unless ${sumBy(POD, increase(taken, formatDuration(silence)))} > 0`,
      alive(runner),
    ),
    windowSeconds: silence,
    forSeconds: SETTLE / 2,
    summary: `GitLab refuses the token of {{ $labels.${MANAGER_LABEL} }}.`,
    description: `GitLab answered {{ $value | humanize }} requests of manager {{ $labels.${MANAGER_LABEL} }} for jobs with 401 or 403 and none otherwise: it takes no jobs.`,
  };
}

function gitlabFailing(runner: WatchedRunner): AlertRule {
  const window = formatDuration(runner.silence);
  const by = [FLEET_LABEL];
  const failed = sumBy(by, increase(of(runner, REQUESTS, 'status=~"5.."'), window));
  const all = sumBy(by, increase(of(runner, REQUESTS), window));
  return {
    alert: 'GitlabRunnerGitlabFailing',
    severity: 'warning',
    expr: lines(failed, `  / ${all} > ${GITLAB_ERRORS}`, `and ${failed} >= ${LEAST_FAILURES}`),
    windowSeconds: runner.silence,
    forSeconds: SETTLE,
    summary: `GitLab fails to answer runner ${runner.name}.`,
    description: `GitLab answers {{ $value | humanizePercentage }} of the requests of runner ${runner.name} with an error of its own (5xx): jobs start late, and their logs and results may be lost.`,
  };
}

function managerFull(runner: WatchedRunner): AlertRule {
  const { full, jobsOfManager, managers } = runner;
  const slots = jobsOfManager * managers.length;
  const draining = of(runner, 'gitlab_runner_process_state_info', 'state!="running"');
  const jobs = `${of(runner, 'gitlab_runner_jobs')} unless on (pod) ${draining} == 1`;
  return {
    alert: 'GitlabRunnerManagerFull',
    severity: 'warning',
    expr: `${sumBy([FLEET_LABEL], jobs)} >= ${Math.ceil(FULL * slots)}`,
    forSeconds: full,
    summary: `Runner ${runner.name} is full.`,
    description: `Runner ${runner.name} has run {{ $value }} of at most ${slots} jobs for ${formatDuration(full)}: further jobs wait in GitLab.`,
  };
}

function workersStuck(runner: WatchedRunner): AlertRule {
  const window = formatDuration(runner.silence);
  const on = `unless ${ON_POD}`;
  const grows = (metric: string) => `${sumBy(POD, increase(of(runner, metric), window))} > 0`;
  return {
    alert: 'GitlabRunnerWorkersStuck',
    severity: 'critical',
    expr: lines(
      `${of(runner, 'up')} == 1`,
      `${on} ${grows('gitlab_runner_worker_feeds_total')}`,
      `${on} ${grows('gitlab_runner_worker_feed_failures_total')}`,
      `${on} ${sumBy(POD, of(runner, 'gitlab_runner_jobs'))} > 0`,
      `unless ${draining(runner)}`,
    ),
    windowSeconds: runner.silence,
    forSeconds: SETTLE,
    summary: `Manager {{ $labels.${MANAGER_LABEL} }} does nothing.`,
    description: `Manager {{ $labels.${MANAGER_LABEL} }} runs no job, and its workers have not been given any work within ${window}: it takes no jobs until it is restarted.`,
  };
}

function configNotLoaded(runner: WatchedRunner): AlertRule {
  const errors = of(runner, 'gitlab_runner_configuration_loading_error_total');
  const window = formatDuration(CONFIG_WINDOW);
  return {
    alert: 'GitlabRunnerConfigNotLoaded',
    severity: 'warning',
    expr: lines(`${sumBy(POD, increase(errors, window))} > 0`, alive(runner)),
    summary: `Manager {{ $labels.${MANAGER_LABEL} }} could not load its config.`,
    description: `Manager {{ $labels.${MANAGER_LABEL} }} found an error in a changed config.toml within ${window}, and goes on with the one before: it will not start again once it stops.`,
  };
}

function systemFailures(runner: WatchedRunner): AlertRule {
  const { failures } = runner;
  const by = [FLEET_LABEL];
  const failed = of(runner, 'gitlab_runner_failed_jobs_total', 'failure_reason="runner_system_failure"');
  const jobs = of(runner, 'gitlab_runner_jobs_total');
  return {
    alert: 'GitlabRunnerSystemFailures',
    severity: 'warning',
    expr: lines(
      '(',
      indented(
        lines(
          sumBy(by, countedOf(runner, failed, failures)),
          `> ${SYSTEM_FAILURES} * ${sumBy(by, countedOf(runner, jobs, failures))}`,
        ),
      ),
      `) >= ${LEAST_FAILURES}`,
    ),
    labels: { [JOB_NAMESPACE]: runner.jobNamespace },
    summary: `Jobs of runner ${runner.name} fail by fault of the runner.`,
    description: `{{ $value | humanize }} jobs of runner ${runner.name}, more than one in ten, failed within ${formatDuration(failures)} as runner_system_failure: their pods did not start, or were lost.`,
  };
}

function queueTime(runner: WatchedRunner): AlertRule {
  const { queue } = runner;
  const waits = 'gitlab_runner_job_queue_duration_seconds';
  const grown = (suffix: string) => countedOf(runner, of(runner, `${waits}_${suffix}`), QUEUE_WINDOW);
  return {
    alert: 'GitlabRunnerQueueTime',
    severity: 'warning',
    expr: lines(
      'histogram_quantile(0.95,',
      indented(sumBy([FLEET_LABEL, 'le'], grown('bucket'))),
      `) > ${queue}`,
      `and ${sumBy([FLEET_LABEL], grown('count'))} >= ${LEAST_JOBS}`,
    ),
    forSeconds: SETTLE,
    summary: `Jobs wait long for runner ${runner.name}.`,
    description: `One in twenty jobs that runner ${runner.name} took within ${formatDuration(QUEUE_WINDOW)} had waited {{ $value | humanizeDuration }} or longer in GitLab; the fleet allows ${formatDuration(queue)}.`,
  };
}

function drainHangs(runner: WatchedRunner, drain: number): AlertRule {
  const { grace } = runner;
  return {
    alert: 'GitlabRunnerDrainHangs',
    severity: 'warning',
    expr: `${of(runner, 'gitlab_runner_process_state_info', 'state="graceful-shutdown"')} == 1`,
    labels: { [JOB_NAMESPACE]: runner.jobNamespace },
    forSeconds: drain,
    summary: `Manager {{ $labels.${MANAGER_LABEL} }} does not end.`,
    description: `Pod {{ $labels.pod }} has waited for its jobs for ${formatDuration(drain)}. It is killed ${formatDuration(grace)} after it was told to stop, and the jobs that it still has fail.`,
  };
}
