import { displayName } from '../cluster/manifest';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { formatRefusal } from '../cluster/placement';
import { unknownNodesOf } from '../cluster/unknown-nodes';
import { type Comparison, firstFew, type Impact, type Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Pods that had a pool and have none any more. */
export const landsNowhere: Rule = {
  id: 'lands-nowhere',
  title: 'Pods that no pool takes any more stay pending, including replacements of evicted ones.',
  run: (comparison) =>
    runnerPairs(comparison).flatMap(({ before, after }) => {
      if (!before) return [];
      return [
        ...lost(before.job, after.job, 'A new job stays', displayName(after.config.manifest), comparison),
        ...lost(
          before.managerPlaced,
          after.managerPlaced,
          'A manager that restarts, or is evicted, stays',
          nameOfManager(after),
          comparison,
        ),
      ];
    }),
};

function nameOfManager({ manager, config }: ObservedRunner): string {
  return displayName(manager ?? config.manifest);
}

function lost(
  before: PlacedPod | undefined,
  after: PlacedPod | undefined,
  who: string,
  object: string,
  comparison: Comparison,
): Impact[] {
  if (landing(before).length === 0 || after === undefined || !isNowhere(after, comparison.after)) return [];
  const known = new Set(landing(before).map(({ pool }) => pool.name));
  const reasons = [
    ...after.pod.faults.map(({ key, why }) => `${key}: ${why}`),
    ...after.placements
      .filter(({ pool }) => known.has(pool.name))
      .flatMap(({ pool, refusal }) => (refusal ? [`${pool.name}: ${formatRefusal(refusal)}`] : [])),
  ];
  const why = reasons.length > 0 ? `${firstFew(reasons, '; ')}.` : 'The pools that took it are gone.';
  const what = `${who} pending: no pool takes it any more.`;
  return [{ id: 'lands-nowhere', weight: 'disruptive', object, what, why }];
}

/** Whether no pool here takes a pod, and none that is not here is meant. */
function isNowhere(placed: PlacedPod, { pools, manifests }: Subject): boolean {
  return (
    placed.fargate === undefined &&
    landing(placed).length === 0 &&
    unknownNodesOf(placed.pod, pools, manifests) === undefined
  );
}
