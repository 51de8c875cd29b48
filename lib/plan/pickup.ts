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
  let jobs = 0;
  for (const at of takenAt(settings)) {
    if (at > seconds + ROUNDING) break;
    jobs++;
  }
  return jobs;
}

/** Whether a manager takes so many jobs within so many seconds while the queue is full. */
export function takesWithin(jobs: number, seconds: number, settings: PickupSettings): boolean {
  let taken = 0;
  for (const at of takenAt(settings)) {
    if (taken >= jobs) return true;
    if (at > seconds + ROUNDING) return false;
    taken++;
  }
  return false;
}

/** Seconds until so many jobs are taken from a full queue. */
export function secondsToTake(jobs: number, settings: PickupSettings): number {
  return secondsOfEach(jobs, settings).at(-1) ?? 0;
}

/** Seconds until each of so many jobs is taken from a full queue, in their order. */
export function secondsOfEach(jobs: number, settings: PickupSettings): readonly number[] {
  const found: number[] = [];
  for (const at of takenAt(settings)) {
    if (found.length >= jobs) break;
    found.push(at);
  }
  return found;
}

/** A sum of fractions must not be lost to rounding. */
const ROUNDING = 1e-6;

/** When each job is taken, in seconds since the queue filled. */
function* takenAt({ requestConcurrency, requestSeconds, checkSeconds }: PickupSettings): Generator<number> {
  let [at, jobs] = [0, 0];
  // Part of the next job that the open requests have done by then.
  let done = 0;
  for (;;) {
    const checks = 1 + Math.floor(at / checkSeconds + ROUNDING);
    const open = Math.min(requestConcurrency, Math.ceil(1.1 ** jobs), checks);
    const next = at + ((1 - done) * requestSeconds) / open;
    const check = checks * checkSeconds;
    if (next > check + ROUNDING) {
      done += ((check - at) * open) / requestSeconds;
      at = check;
      continue;
    }
    yield next;
    [at, jobs, done] = [next, jobs + 1, 0];
  }
}
