/** How fast a manager takes jobs off GitLab's queue. */
export interface PickupSettings {
  /** Most requests that it has open at once: `request_concurrency`. */
  readonly requestConcurrency: number;
  /** Seconds from a request to its job. */
  readonly requestSeconds: number;
  /** Seconds between two looks of the manager at its runners: `check_interval`. */
  readonly checkSeconds: number;
}

/**
 * Jobs that a manager takes within so many seconds while the queue is full. A request that got a job is made again at once.
 * One more is opened every `check_interval`, as long as there are fewer than 1.1 to the power of the jobs taken and than
 * `request_concurrency`. Measured of GitLab Runner 19.3.0: its test has the figures.
 * @see https://docs.gitlab.com/runner/configuration/feature-flags/ FF_USE_ADAPTIVE_REQUEST_CONCURRENCY
 */
export function jobsTakenWithin(seconds: number, settings: PickupSettings): number {
  return taken(settings, ({ at }) => at > seconds + ROUNDING).jobs;
}

/** Seconds until so many jobs are taken from a full queue. */
export function secondsToTake(jobs: number, settings: PickupSettings): number {
  return taken(settings, (next) => next.jobs > jobs).at;
}

/** A sum of fractions must not be lost to rounding. */
const ROUNDING = 1e-6;

interface Progress {
  /** Seconds since the queue filled. */
  readonly at: number;
  readonly jobs: number;
}

/** The last job before the first one that is too far. */
function taken(settings: PickupSettings, isTooFar: (next: Progress) => boolean): Progress {
  const { requestConcurrency, requestSeconds, checkSeconds } = settings;
  let last: Progress = { at: 0, jobs: 0 };
  let at = 0;
  // Part of the next job that the open requests have done by then.
  let done = 0;
  for (;;) {
    const checks = 1 + Math.floor(at / checkSeconds + ROUNDING);
    const open = Math.min(requestConcurrency, Math.ceil(1.1 ** last.jobs), checks);
    const next = { at: at + ((1 - done) * requestSeconds) / open, jobs: last.jobs + 1 };
    const check = checks * checkSeconds;
    if (next.at > check + ROUNDING) {
      done += ((check - at) * open) / requestSeconds;
      at = check;
      continue;
    }
    if (isTooFar(next)) return last;
    last = next;
    at = next.at;
    done = 0;
  }
}
