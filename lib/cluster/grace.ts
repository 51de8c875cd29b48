import { fieldsOf } from '../values/record';
import { withDefaults } from '../values/run-time-variable';

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
const DEFAULT_GRACE_SECONDS = 30;

/** Seconds that a pod has to stop; NaN where only a variable without a default says it. */
export function graceSeconds(podSpec: unknown): number {
  return Number(withDefaults(fieldsOf(podSpec).terminationGracePeriodSeconds) ?? DEFAULT_GRACE_SECONDS);
}
