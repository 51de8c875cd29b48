import { show } from '../cluster/admission';
import { displayName } from '../cluster/manifest';
import type { PlacedPod } from '../cluster/observe';
import { type QuotaRefusal, quotaRefusals } from '../cluster/quota-refusals';
import { type Comparison, distinct, firstFew, type Impact, type Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Pods that the API server admitted before, and refuses from now on. */
export const podsRefused: Rule = {
  id: 'pods-refused',
  title: 'A LimitRange or ResourceQuota that has too little room refuses new pods; running ones stay.',
  run: (comparison) => [...rangeImpacts(comparison), ...quotaImpacts(comparison)],
};

function rangeImpacts(comparison: Comparison): Impact[] {
  const refused = new Map<string, { who: Set<string>; reasons: Set<string> }>();
  for (const { before, after } of runnerPairs(comparison))
    for (const role of ['job', 'managerPlaced'] as const) {
      if (!before?.[role] || refusalsOf(before[role]).length > 0) continue;
      for (const { by, reason } of refusalsOf(after[role])) {
        const name = displayName(by);
        const known = refused.get(name) ?? { who: new Set(), reasons: new Set() };
        known.who.add(`${role === 'job' ? 'jobs' : 'the manager'} of ${after.name}`);
        known.reasons.add(reason);
        refused.set(name, known);
      }
    }
  return [...refused].map(([object, { who, reasons }]) => ({
    id: 'pods-refused',
    weight: 'disruptive',
    object,
    what: `It refuses new pods of ${firstFew([...who])}: ${firstFew([...reasons], '; ')}.`,
    why: 'What a job needs is refused at once, and the job fails; a manager that ends has no successor.',
  }));
}

function refusalsOf(placed: PlacedPod | undefined) {
  return placed?.admission.refusals.filter(({ by }) => by.kind === 'LimitRange') ?? [];
}

function quotaImpacts({ before, after }: Comparison): readonly Impact[] {
  // A fleet that is new has nothing that ran.
  if (before.runners.length === 0) return [];
  const known = new Map(quotaRefusals(before).map((one) => [displayName(one.quota), one]));
  return distinct(
    quotaRefusals(after).flatMap((refusal) => {
      const object = displayName(refusal.quota);
      const parts = newParts(refusal, known.get(object));
      if (parts.length === 0) return [];
      const what = `What is above it is refused: ${firstFew(parts, '; ')}.`;
      const why =
        'The API server refuses pods and objects above a quota: jobs fail, and managers are not replaced.';
      return [{ id: 'pods-refused', weight: 'disruptive', object, what, why }];
    }),
  );
}

function newParts({ over, unset }: QuotaRefusal, before: QuotaRefusal | undefined): string[] {
  const [names, pods] = [new Set(before?.over.map(({ name }) => name)), before?.unset];
  return [
    ...over
      .filter(({ name }) => !names.has(name))
      .map(
        ({ name, most, needed }) =>
          `${name} is ${show(name, most)}, and ${show(name, needed)} are needed at once`,
      ),
    ...[...unset]
      .filter(([what]) => !pods?.has(what))
      .map(([what, missing]) => `the ${what} sets no ${missing.join(', ')}, which it counts`),
  ];
}
