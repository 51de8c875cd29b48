/** How fast a manager takes jobs off GitLab's queue. */
export interface PickupSettings {
  /** Most requests that it has open at once. */
  readonly requestConcurrency: number;
  /** Seconds from a request to its job. */
  readonly requestSeconds: number;
}

/**
 * Jobs that a manager takes within so many seconds while the queue is full. A worker that got a job asks again at once;
 * the number of open requests starts at one and grows by a tenth with each job, up to request_concurrency.
 * @see https://docs.gitlab.com/runner/configuration/feature-flags/ FF_USE_ADAPTIVE_REQUEST_CONCURRENCY
 */
export function jobsTakenWithin(seconds: number, most: number, settings: PickupSettings): number {
  let open = 1;
  let elapsed = 0;
  let jobs = 0;
  while (jobs < most) {
    elapsed += settings.requestSeconds / Math.floor(open);
    // The tenth of a request that sums up to one must not be lost to rounding.
    if (elapsed > seconds + 1e-9) break;
    jobs++;
    open = Math.min(settings.requestConcurrency, open * 1.1);
  }
  return jobs;
}
