import { cleansUpAfter, tooEarlyFor } from '../cluster/cleaned-runners';
import { displayName } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { isOrphanCleanup, type PlacedCleanup } from '../cluster/orphan-cleanup';
import { type Comparison, changesOf, firstFew, type Impact, impact, type Rule } from './rule';

/** What happens to job pods that their manager leaves behind. */
export const orphanedPods: Rule = {
  id: 'orphaned-pods',
  title:
    'Job pods of a killed manager stay unless something deletes them, and must not be deleted while their job runs.',
  run: (comparison) => [
    ...runnerImpacts(comparison),
    ...changesOf(comparison, 'CronJob').flatMap((change): Impact[] => {
      const { before, after } = change;
      if (!after || !isOrphanCleanup(after) || (before && isOrphanCleanup(before))) return [];
      const [cleanup] = comparison.after.cleanups.filter(({ manifest }) => manifest === after);
      const what = `From now on it deletes job pods in ${firstFew(cleanup.namespaces)} that are past their deadline.`;
      return [impact('orphaned-pods', 'notice', change, what, STAYS)];
    }),
  ],
};

const STAYS =
  'A manager that is killed, runs out of memory or loses its node deletes none of its job pods, and no other manager does.';
const EARLY = 'A job whose pod is deleted fails.';
const DRAINING =
  'A manager that is replaced or removed drains: the pods of its jobs keep their labels and are as they were made. A job whose pod is deleted fails.';

function runnerImpacts({ before, after }: Comparison): Impact[] {
  const early = new Map<string, { cleanup: PlacedCleanup; runners: string[] }>();
  const left = new Map<string, { object: string; runners: string[] }>();
  for (const runner of after.runners) {
    const old = before.runners.find(({ name }) => name === runner.name);
    const hasEarly = after.cleanups.find((one) => isTooEarly(one, runner));
    const wasEarly = old !== undefined && before.cleanups.some((one) => isTooEarly(one, old));
    if (hasEarly && !wasEarly) {
      const name = displayName(hasEarly.manifest);
      const known = early.get(name) ?? { cleanup: hasEarly, runners: [] };
      early.set(name, { ...known, runners: [...known.runners, runner.name] });
    }
    const cleaner = old && cleanerOf(old, before);
    if (cleaner === undefined || cleanerOf(runner, after) !== undefined) continue;
    const namespace = namespaceOfJobs(runner);
    const known = left.get(namespace) ?? { object: displayName(cleaner.manifest), runners: [] };
    left.set(namespace, { ...known, runners: [...known.runners, runner.name] });
  }
  const draining = drainingEarly(
    before,
    after,
    new Set([...early.values()].flatMap(({ runners }) => runners)),
  );
  return [
    ...[...draining].map(([object, runners]): Impact => {
      const what = `It deletes pods of jobs of ${firstFew(runners)} that run when this is applied: it waits for less time than these may take.`;
      return { id: 'orphaned-pods', weight: 'disruptive', object, what, why: DRAINING };
    }),
    ...[...early].map(([object, { runners }]): Impact => {
      const what = `It deletes pods of running jobs of ${firstFew(runners)}: it waits for less time than they may take.`;
      return { id: 'orphaned-pods', weight: 'disruptive', object, what, why: EARLY };
    }),
    ...[...left].map(([namespace, { object, runners }]): Impact => {
      const what = `Job pods that a killed manager of ${firstFew(runners)} leaves in ${namespace} stay from now on; pending ones wait for a node indefinitely.`;
      return { id: 'orphaned-pods', weight: 'notice', object, what, why: STAYS };
    }),
  ];
}

/** Runners as they were, whose pods a cleanup takes while they drain, by the cleanup; besides those that are named already. */
function drainingEarly(
  before: Subject,
  after: Subject,
  named: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const runner of before.runners) {
    if (named.has(runner.name) || before.cleanups.some((one) => isTooEarly(one, runner))) continue;
    const cleanup = after.cleanups.find((one) => !one.isSuspended && isTooEarly(one, runner));
    if (cleanup === undefined) continue;
    const object = displayName(cleanup.manifest);
    const known = found.get(object) ?? [];
    if (!known.includes(runner.name)) found.set(object, [...known, runner.name]);
  }
  return found;
}

function isTooEarly(cleanup: PlacedCleanup, runner: ObservedRunner): boolean {
  return cleansUpAfter(cleanup, runner) && tooEarlyFor(cleanup, runner) !== undefined;
}

/** The cleanup that deletes orphaned pods of a runner; undefined without one that runs. */
function cleanerOf(runner: ObservedRunner, { cleanups }: Subject): PlacedCleanup | undefined {
  return cleanups.find((one) => !one.isSuspended && cleansUpAfter(one, runner));
}
