import { budgetsOf, closedBudgetsOf } from '../cluster/disruption-budgets';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { at, textsOf } from '../values/record';
import type { Comparison, Impact } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Managers whose evictions other PodDisruptionBudgets decide on, or none any more. */
export function managerBudgetImpacts(comparison: Comparison): Impact[] {
  const told = new Set<string>();
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const { manager } = after;
    if (manager === undefined || told.has(displayName(manager))) return [];
    told.add(displayName(manager));
    const old = before?.manager;
    const [had, has] = [old ? countOf(old, comparison.before) : 0, countOf(manager, comparison.after)];
    const impact = (weight: Impact['weight'], what: string, why: string): Impact[] => [
      { id: 'room-widened', weight, object: displayName(manager), what, why },
    ];
    if (has > 1 && had < 2)
      return impact(
        'disruptive',
        'No drain can evict the manager: it is cut off with its jobs once terminationGracePeriod is over.',
        `${has} PodDisruptionBudgets select it, and the API server evicts no pod that has more than one.`,
      );
    if (old !== undefined && had > 0 && has === 0)
      return impact(
        'notice',
        'The manager may be evicted at once with all others.',
        'No PodDisruptionBudget selects it any more.',
      );
    if (old !== undefined && isHeld(manager, comparison.after) && !isHeld(old, comparison.before))
      return impact(
        'notice',
        'No drain can evict the manager: it is cut off once terminationGracePeriod is over.',
        'Its PodDisruptionBudget never lets a pod go.',
      );
    return [];
  });
}

function countOf({ namespace, body }: Manifest, { manifests }: Subject): number {
  const labels = textsOf(at(body, ['spec', 'template', 'metadata', 'labels']));
  return budgetsOf({ namespace, labels }, manifests).length;
}

function isHeld(manager: Manifest, { manifests }: Subject): boolean {
  return closedBudgetsOf(manager, manifests).length > 0;
}

/** Jobs that two budgets select from now on: nothing can evict them before they are cut off. */
export function jobBudgetImpacts(comparison: Comparison): Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const [had, has] = [before && jobCount(before, comparison.before), jobCount(after, comparison.after)];
    if (has < 2 || (had ?? 0) > 1) return [];
    const what = `No drain can evict jobs of ${after.name}: each is cut off once terminationGracePeriod is over.`;
    const why = `${has} PodDisruptionBudgets select them, and the API server evicts no pod that has more than one.`;
    return [{ id: 'room-widened', weight: 'notice', object: displayName(after.config.manifest), what, why }];
  });
}

/** Budgets of the job pods of a runner, with the one that the executor makes for each where it is told to. */
function jobCount({ job, table }: ObservedRunner, { manifests }: Subject): number {
  const { namespace, labels = {} } = job?.pod ?? {};
  const own = table.kubernetes.pod_disruption_budget === true ? 1 : 0;
  return job === undefined ? 0 : own + budgetsOf({ namespace, labels }, manifests).length;
}
