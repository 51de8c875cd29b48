import { hasJobBudget } from '../cluster/job-budgets';
import { longestJobSeconds } from '../cluster/longest-job';
import { identityOf, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { parseDuration } from '../values/duration';
import { textOf } from '../values/record';
import type { Comparison } from './rule';

const known = new WeakMap<Comparison['after'], WeakMap<Comparison['before'], ReadonlyMap<string, number>>>();

/**
 * Seconds that a job of a manager may take, by the side that says more: GitLab alone ends jobs, and what the files say of it
 * changes nothing there.
 */
export function jobSeconds(manager: Manifest | undefined, comparison: Comparison): number {
  const seconds = manager && longestJobs(comparison).get(identityOf(manager));
  return seconds ?? longestJobSeconds(manager);
}

/** By manager; worked out once for two revisions, since every drain asks. */
function longestJobs({ before, after }: Comparison): ReadonlyMap<string, number> {
  const ofAfter = known.get(after) ?? new WeakMap<Comparison['before'], ReadonlyMap<string, number>>();
  known.set(after, ofAfter);
  const found = ofAfter.get(before);
  if (found) return found;
  const seconds = new Map<string, number>();
  for (const { manager } of [...before.runners, ...after.runners]) {
    if (!manager) continue;
    const identity = identityOf(manager);
    seconds.set(identity, Math.max(seconds.get(identity) ?? 0, longestJobSeconds(manager)));
  }
  ofAfter.set(before, seconds);
  return seconds;
}

/** Seconds for which Karpenter leaves a job pod alone: without an end for "true", 0 for what it does not understand. */
export function protectedSeconds({ table }: ObservedRunner): number {
  const value = textOf(table.kubernetes.pod_annotations?.['karpenter.sh/do-not-disrupt']);
  if (value === 'true') return Number.POSITIVE_INFINITY;
  return (value === undefined ? undefined : parseDuration(value)) ?? 0;
}

/** Whether a budget keeps job pods from being evicted. The runner makes one for each job, or one is among the manifests. */
export function hasBudget(runner: ObservedRunner, subject: Subject): boolean {
  return runner.table.kubernetes.pod_disruption_budget === true || hasJobBudget(runner, subject);
}
