import type { ConfigToml, RunnerTable } from './config/toml';

/**
 * What a runner manager needs, by the number of jobs that it runs at once.
 *
 * Published: 10m CPU and 6m per job, 50 MB of memory and 2.5 MB per job; half as much again as CPU limit, twice the
 * memory as memory limit. Measured there: 100 jobs took 657m and 369 MB.
 * @see https://docs.gitlab.com/topics/runner_fleet_design_guides/gitlab_runner_manager_performance/
 */
export interface ManagerSize {
  readonly cpuRequestMilli: number;
  readonly cpuLimitMilli: number;
  readonly memoryRequestMib: number;
  readonly memoryLimitMib: number;
  /** `/tmp`: each running job keeps its log there, up to the output limit. */
  readonly tmpMib: number;
  /** Disk in all: `/tmp` and the container's own log. */
  readonly ephemeralStorageMib: number;
}

/** Least that a manager gets: an idle process, its metrics and TLS connections. */
const LEAST_CPU_MILLI = 100;
const LEAST_MEMORY_MIB = 128;
/** `/tmp` beside job logs. */
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
  const cpuRequestMilli = roundUp(Math.max(LEAST_CPU_MILLI, 10 + 6 * concurrency), 10);
  const memoryRequestMib = roundUp(Math.max(LEAST_MEMORY_MIB, (50 + 2.5 * concurrency) / 1.048576), 16);
  const tmpMib = roundUp((concurrency * outputLimitKib) / 1024 + TMP_MARGIN_MIB, 16);
  return {
    cpuRequestMilli,
    cpuLimitMilli: roundUp(cpuRequestMilli * 1.5, 10),
    memoryRequestMib,
    memoryLimitMib: memoryRequestMib * 2,
    tmpMib,
    ephemeralStorageMib: tmpMib + CONTAINER_LOG_MIB,
  };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
