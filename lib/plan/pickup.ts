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
export function jobsTakenWithin(seconds: number, settings: PickupSettings): number {
  const { requestConcurrency, requestSeconds } = settings;
  // A sum of tenths must not be lost to rounding.
  const end = seconds + 1e-9;
  let open = 1;
  let elapsed = 0;
  let jobs = 0;
  while (open < requestConcurrency) {
    elapsed += requestSeconds / Math.floor(open);
    if (elapsed > end) return jobs;
    jobs++;
    open = Math.min(requestConcurrency, open * 1.1);
  }
  return jobs + Math.floor(((end - elapsed) * requestConcurrency) / requestSeconds);
}
