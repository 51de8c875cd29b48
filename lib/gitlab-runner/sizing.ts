import type { ConfigToml, RunnerTable } from './config/toml';

/**
 * What a runner manager needs, by the number of jobs that it runs at once.
 *
 * Published: 10m of CPU and 6m per job, 50 MB of memory and 2.5 MB per job. GitLab Runner 19.3.0 was measured on top of that,
 * in the cgroup of its Deployment, from the first request to the last log line:
 *
 * | jobs | CPU, published | CPU, peak and steady | memory, published | memory, peak |
 * | --- | --- | --- | --- | --- |
 * | 20, logs of 4 MiB within 2 s | 130m | 200m, which was its limit: throttled in 88 of 190 periods | 100 MB | 192 MiB of 256 |
 * | 200 | 1210m | 340m, 50m | 550 MB | 625 MiB of 1056; 444 MiB where 528 was the limit |
 * | 200, logs of 2 MB | 1210m | 620m, 100m | 550 MB | 811 MiB of 1056 |
 * | 500 | 3010m | 390m, 130m | 1300 MB | 1506 MiB of 2496 |
 *
 * Under a limit that was the request, 200 jobs took 2.1 MiB each; that 500 do is taken from there, and was not measured.
 *
 * @see https://docs.gitlab.com/topics/runner_fleet_design_guides/gitlab_runner_manager_performance/
 */
export interface ManagerSize {
  /** A third of what is published: at 500 jobs that is two and a half times the peak measured. No limit: a burst of logs was throttled for seconds. */
  readonly cpuRequestMilli: number;
  /** Request and limit. Go fills 90 % of its limit: one above the request puts a busy manager first in line for eviction, with all its jobs. */
  readonly memoryMib: number;
  /** `/tmp`: each running job keeps its log there, up to the output limit. */
  readonly tmpMib: number;
  /** Disk in all: `/tmp` and the container's own log. */
  readonly ephemeralStorageMib: number;
}

/** How much of the published CPU is requested: a third. */
const CPU_DIVISOR = 3;
/** Least that a manager gets: an idle process, its metrics and TLS connections. */
const LEAST_CPU_MILLI = 100;
/** The peak of 20 jobs with logs at the output limit, page cache of `/tmp` included. An idle manager has 66 MiB. */
const LEAST_MEMORY_MIB = 192;
/** `/tmp` besides job logs. */
const TMP_MARGIN_MIB = 64;
/** The kubelet keeps five files of 10 MiB of a container's log. */
const CONTAINER_LOG_MIB = 64;

/** Jobs that a manager runs at once: the runner's own default is one. */
export function jobsAtOnce({ concurrent }: ConfigToml): number {
  return concurrent ?? 1;
}

/** KiB that the log of a job may have: 4 MiB where a runner does not say, or says nothing above zero. */
export function outputLimitKib({ output_limit: limit = 0 }: RunnerTable): number {
  return limit > 0 ? limit : 4096;
}

/** The size of a manager for `concurrency` jobs at once, each with a log of at most `outputLimitKib`. */
export function managerSize(concurrency: number, outputLimitKib: number): ManagerSize {
  const cpuRequestMilli = Math.max(LEAST_CPU_MILLI, (10 + 6 * concurrency) / CPU_DIVISOR);
  const memoryMib = Math.max(LEAST_MEMORY_MIB, (50 + 2.5 * concurrency) / 1.048576);
  const tmpMib = roundUp((concurrency * outputLimitKib) / 1024 + TMP_MARGIN_MIB, 16);
  return {
    cpuRequestMilli: roundUp(cpuRequestMilli, 10),
    memoryMib: roundUp(memoryMib, 16),
    tmpMib,
    ephemeralStorageMib: tmpMib + CONTAINER_LOG_MIB,
  };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
