import { type Fields, fieldsOf, isTable, listOf, textOf } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Seconds between two requests for jobs from which jobs wait noticeably, and from which hardly any runs. */
const SLOW_SECONDS = 60;
const USELESS_SECONDS = 3600;
/** KiB of a job's log below which it is of little use. */
const LEAST_LOG = 64;
/** Seconds for which a finished job may keep its node. */
const MOST_ENDING_SECONDS = 300;
/** What the runner takes for `unhealthy_interval` that is not set, in seconds. */
const DEFAULT_PAUSE_SECONDS = 3600;

/** What the runner takes for `check_interval` that is not set. @see https://docs.gitlab.com/runner/configuration/advanced-configuration/ */
const DEFAULT_CHECK_SECONDS = 3;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Seconds of a duration as Go writes it, `1h30m` or `1.5s`; undefined for anything else. */
function secondsOf(value: unknown): number | undefined {
  const text = textOf(value) ?? '';
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit],
    0,
  );
}

/** Seconds for which a runner asks for no jobs after failed requests, by its `unhealthy_interval`. */
export function pauseSeconds(interval: unknown): number {
  return secondsOf(interval) ?? DEFAULT_PAUSE_SECONDS;
}

/** Seconds from one request for a job to the next, by `check_interval`; the runner reads 0 as no value. */
export function checkSeconds(interval: unknown): number {
  return typeof interval === 'number' && interval > 0 ? interval : DEFAULT_CHECK_SECONDS;
}

/** Times and lengths that are valid, but with which jobs wait, are left behind or lose their logs. */
export function timingFaults(config: Fields): readonly ConfigProblem[] {
  const { check_interval, runners } = config;
  const entries = listOf(runners).filter(isTable);
  return [
    ...checkFaults(check_interval),
    ...entries.flatMap((runner, index) => entryFaults(runner, `runners[${index}]`)),
  ];
}

function checkFaults(interval: unknown): ConfigProblem[] {
  if (typeof interval !== 'number' || interval <= SLOW_SECONDS) return [];
  const why = `a manager asks for jobs every ${interval} s: a job waits up to that long before it starts`;
  const severity = interval >= USELESS_SECONDS ? 'error' : 'warning';
  const fix = 'write seconds, for example 3';
  return [{ id: 'rarely-asks', severity, at: 'check_interval', found: String(interval), why, fix }];
}

/**
 * Seconds that the pod of a finished job may keep its node: PID 1 of a job is a shell, which ignores SIGTERM, so that each lasts
 * for its whole grace period.
 */
function endingFaults({ kubernetes }: Fields, path: string): ConfigProblem[] {
  const { cleanup_grace_period_seconds: own, pod_termination_grace_period_seconds: ofPod } =
    fieldsOf(kubernetes);
  const [key, seconds] =
    own === undefined
      ? ['pod_termination_grace_period_seconds', ofPod]
      : ['cleanup_grace_period_seconds', own];
  if (typeof seconds !== 'number' || seconds <= MOST_ENDING_SECONDS) return [];
  const why = `the shell of a job ignores SIGTERM: the pod of each finished job may keep its node for another ${seconds} s, which costs money`;
  const at = `${path}.kubernetes.${key}`;
  return [
    {
      id: 'ends-late',
      severity: 'warning',
      at,
      found: String(seconds),
      why,
      fix: 'write fewer seconds, for example 5',
    },
  ];
}

function entryFaults(runner: Fields, path: string): ConfigProblem[] {
  const { output_limit: log, unhealthy_interval: pause, unhealthy_requests_limit: most } = runner;
  const { cleanup_resources_timeout: cleanup } = fieldsOf(runner.kubernetes);
  const paused = pauseSeconds(pause);
  const cleanupSeconds = secondsOf(cleanup);
  return [
    ...endingFaults(runner, path),
    ...(paused > DEFAULT_PAUSE_SECONDS
      ? [
          {
            id: 'rarely-asks' as const,
            severity: 'warning' as const,
            at: `${path}.unhealthy_interval`,
            found: String(pause),
            why: `after ${textOf(most) ?? 3} failed requests in a row the runner stops asking for jobs for that long`,
            fix: 'leave it out, for an hour',
          },
        ]
      : []),
    ...(cleanupSeconds !== undefined && cleanupSeconds > 0 && cleanupSeconds < 1
      ? [
          {
            id: 'cut-short' as const,
            severity: 'error' as const,
            at: `${path}.kubernetes.cleanup_resources_timeout`,
            found: String(cleanup),
            why: 'no API server answers that fast: pods of jobs are left behind, and Secrets with their variables',
            fix: 'leave it out, for 5m',
          },
        ]
      : []),
    ...(typeof log === 'number' && log > 0 && log < LEAST_LOG
      ? [
          {
            id: 'cut-short' as const,
            severity: 'warning' as const,
            at: `${path}.output_limit`,
            found: String(log),
            why: `logs of jobs are cut off after ${log} KiB`,
            fix: 'leave it out, for 4096',
          },
        ]
      : []),
  ];
}
