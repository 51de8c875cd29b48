import { TIMEOUT_ANNOTATION } from '../contract';
import { at, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** GitLab's default timeout of a job: who waits for less loses ordinary jobs. */
const USUAL_JOB_SECONDS = 3600;

/** Seconds that a job of a manager may take, if its Deployment says so. */
export function maximumTimeoutSeconds(manager: Manifest | undefined): number | undefined {
  const seconds = Number(textOf(at(manager?.body, ['metadata', 'annotations', TIMEOUT_ANNOTATION])));
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}

/** Seconds that whatever ends a manager or its jobs has to wait. */
export function longestJobSeconds(manager: Manifest | undefined): number {
  return maximumTimeoutSeconds(manager) ?? USUAL_JOB_SECONDS;
}
