import { fieldsOf, textOf } from '../values/record';
import { type BudgetedPods, budgetsOf } from './disruption-budgets';
import type { Manifest } from './manifest';
import type { ObservedRunner, Subject } from './observe';
import { concurrencyOf } from './runners';

/**
 * Whether a PodDisruptionBudget among the manifests keeps each job pod of a runner from being evicted, however many run. Job pods
 * have no controller: of these, a percentage or maxUnavailable allows no eviction at all, and a count of minAvailable all that
 * are more.
 * @see kubernetes 1.36 pkg/controller/disruption/disruption.go, getExpectedPodCount
 */
export function hasJobBudget(
  runner: ObservedRunner,
  { manifests, runners }: Pick<Subject, 'manifests' | 'runners'>,
): boolean {
  return budgetsOf(jobPodsOf(runner), manifests).some((budget) => {
    const { minAvailable, maxUnavailable } = fieldsOf(budget.body.spec);
    if (maxUnavailable !== undefined) return true;
    const least = textOf(minAvailable) ?? '';
    if (/^\d+%$/.test(least)) return least !== '0%';
    return /^\d+$/.test(least) && Number(least) >= jobsOf(budget, runners);
  });
}

/** Most jobs at once among the pods of a budget. */
function jobsOf(budget: Manifest, runners: readonly ObservedRunner[]): number {
  return runners
    .filter((runner) => budgetsOf(jobPodsOf(runner), [budget]).length > 0)
    .reduce((sum, runner) => sum + concurrencyOf(runner), 0);
}

/** The job pods of a runner. */
export function jobPodsOf({ job }: Pick<ObservedRunner, 'job'>): BudgetedPods {
  return { namespace: job?.pod.namespace, labels: job?.pod.labels ?? {} };
}
