import { type BudgetedPods, budgetsOf, closedBudgetsOf, podsOfWorkload } from '../cluster/disruption-budgets';
import { jobPodsOf } from '../cluster/job-budgets';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { type Comparison, changesOf, firstFew, type Impact, objectOf } from './rule';
import { type RunnerPair, runnerPairs } from './security/runner-pairs';

/** What becomes of pods when a node is drained. */
interface Fate {
  readonly weight: Impact['weight'];
  readonly what: (who: string) => string;
  readonly why: string;
}

/** Managers that other PodDisruptionBudgets hold than before, or none any more: on the budgets that change, else on the managers. */
export function managerBudgetImpacts(comparison: Comparison): Impact[] {
  const ofManagers = new Map<string, Impact>();
  const ofBudgets = new Map<string, { budget: string; fate: Fate; managers: string[] }>();
  for (const [manager, old] of managersOf(runnerPairs(comparison))) {
    const fate = managerFate(old, manager, comparison);
    if (fate === undefined) continue;
    const name = displayName(manager);
    const budgets = changedBudgets(old && podsOfWorkload(old), podsOfWorkload(manager), comparison);
    if (budgets.length === 0) ofManagers.set(name, impactOn(name, fate, 'the manager'));
    for (const budget of budgets) {
      const key = `${budget} ${fate.why}`;
      const known = ofBudgets.get(key)?.managers ?? [];
      ofBudgets.set(key, { budget, fate, managers: [...known, name] });
    }
  }
  const told = [...ofBudgets.values()].map(({ budget, fate, managers }) =>
    impactOn(budget, fate, firstFew(managers)),
  );
  return [...ofManagers.values(), ...told];
}

function impactOn(object: string, { weight, what, why }: Fate, who: string): Impact {
  return { id: 'room-widened', weight, object, what: what(who), why };
}

/** Managers afterwards, each once, with what they were. */
function managersOf(pairs: readonly RunnerPair[]): ReadonlyMap<Manifest, Manifest | undefined> {
  return new Map(
    [...pairs]
      .reverse()
      .flatMap(({ before, after }) => (after.manager ? [[after.manager, before?.manager] as const] : [])),
  );
}

function managerFate(old: Manifest | undefined, now: Manifest, comparison: Comparison): Fate | undefined {
  const { before, after } = comparison;
  const [had, has] = [old ? countOf(old, before) : 0, countOf(now, after)];
  if (has > 1 && had < 2)
    return {
      weight: 'disruptive',
      what: (who) =>
        `No drain can evict ${who}: terminationGracePeriod cuts off what still runs, jobs included.`,
      why: `${has} PodDisruptionBudgets select the same pod, and the API server evicts no such pod.`,
    };
  if (old === undefined) return undefined;
  if (had > 0 && has === 0)
    return {
      weight: 'notice',
      what: (who) => `A drain may evict ${who} together with all other managers.`,
      why: 'No PodDisruptionBudget selects it any more.',
    };
  if (isHeld(now, after) && !isHeld(old, before))
    return {
      weight: 'notice',
      what: (who) => `No drain can evict ${who}: terminationGracePeriod cuts off what still runs.`,
      why: 'The PodDisruptionBudget never lets a pod go.',
    };
  return undefined;
}

function countOf(manager: Manifest, { manifests }: Subject): number {
  return budgetsOf(podsOfWorkload(manager), manifests).length;
}

function isHeld(manager: Manifest, { manifests }: Subject): boolean {
  return closedBudgetsOf(manager, manifests).length > 0;
}

/** Names of budgets that change, and that selected some pods before or select them afterwards. */
function changedBudgets(
  old: BudgetedPods | undefined,
  now: BudgetedPods,
  comparison: Comparison,
): readonly string[] {
  return changesOf(comparison, 'PodDisruptionBudget')
    .filter(
      ({ before, after }) =>
        (before && old && budgetsOf(old, [before]).length > 0) ||
        (after && budgetsOf(now, [after]).length > 0),
    )
    .map((change) => displayName(objectOf(change)));
}

/** Jobs that several budgets select from now on: nothing can evict them before they are cut off. */
export function jobBudgetImpacts(comparison: Comparison): Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }): Impact[] => {
    const [had, has] = [before ? jobCount(before, comparison.before) : 0, jobCount(after, comparison.after)];
    if (has < 2 || had > 1) return [];
    const budgets = changedBudgets(before && jobPodsOf(before), jobPodsOf(after), comparison);
    const objects = budgets.length > 0 ? budgets : [displayName(after.config.manifest)];
    const fate: Fate = {
      weight: 'notice',
      what: (who) => `No drain can evict ${who}: terminationGracePeriod cuts off what still runs.`,
      why: `${has} PodDisruptionBudgets select the same pod, and the API server evicts no such pod.`,
    };
    return objects.map((object) => impactOn(object, fate, `jobs of ${after.name}`));
  });
}

/** Budgets of the job pods of a runner, with the one that the executor makes for each of them if the config says so. */
function jobCount(runner: ObservedRunner, { manifests }: Subject): number {
  const own = runner.table.kubernetes.pod_disruption_budget === true ? 1 : 0;
  return runner.job === undefined ? 0 : own + budgetsOf(jobPodsOf(runner), manifests).length;
}
