import { at, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** What the runner is to have in GitLab as its maximum job timeout; on the Deployment of a manager. */
const TIMEOUT = 'gitlab-runner-fleet/maximum-timeout-seconds';

/** GitLab's default timeout of a job: who waits for less loses ordinary jobs. */
const USUAL_JOB_SECONDS = 3600;

/** Seconds that a job of a manager may take, if its Deployment says so. */
export function maximumTimeoutSeconds(manager: Manifest | undefined): number | undefined {
  const seconds = Number(textOf(at(manager?.body, ['metadata', 'annotations', TIMEOUT])));
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}

/** Seconds that whatever ends a manager or its jobs has to wait. */
export function longestJobSeconds(manager: Manifest | undefined): number {
  return maximumTimeoutSeconds(manager) ?? USUAL_JOB_SECONDS;
}
