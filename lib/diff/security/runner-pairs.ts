import { namespaceOfJobs } from '../../cluster/namespaces';
import type { ObservedRunner } from '../../cluster/observe';
import { fleetOf } from '../../cluster/tiers';
import { TAGS_ANNOTATION } from '../../contract';
import { at, textsOf } from '../../values/record';
import type { Comparison } from '../rule';

/** A runner of the later revision with the one that it was. */
export interface RunnerPair {
  readonly before: ObservedRunner | undefined;
  readonly after: ObservedRunner;
}

/** What tells a runner from others, the surest first: managers of a runner have a config each, and one may have several runners. */
const KEYS: readonly ((runner: ObservedRunner) => string)[] = [
  ({ name, manager, index }) => [name, manager?.namespace, manager?.name, index].join('/'),
  ({ name, manager }) => [name, manager?.namespace, manager?.name].join('/'),
  ({ name }) => name,
];

/**
 * Runners by name and manager. One that is new takes the place of one that goes, where that had its tags, or most of what decides
 * where jobs run: it is compared with that one, not with the laxest runner there is.
 */
export function runnerPairs({ before, after }: Comparison): readonly RunnerPair[] {
  const olds = new Set(before.runners);
  const pairs = new Map<ObservedRunner, ObservedRunner>();
  const pair = (now: ObservedRunner, old: ObservedRunner | undefined) => {
    if (old === undefined) return;
    pairs.set(now, old);
    olds.delete(old);
  };
  for (const keyOf of KEYS) {
    const byKey = new Map([...olds].reverse().map((old) => [keyOf(old), old]));
    for (const now of after.runners) {
      const old = byKey.get(keyOf(now));
      if (!pairs.has(now) && old && olds.has(old)) pair(now, old);
    }
  }
  for (const now of after.runners) if (!pairs.has(now)) pair(now, predecessor(now, [...olds]));
  return after.runners.map((runner) => ({ before: pairs.get(runner), after: runner }));
}

/** The runner that went and is most like a new one; undefined where none is. */
function predecessor(now: ObservedRunner, gone: readonly ObservedRunner[]): ObservedRunner | undefined {
  const scored = gone.map((old) => ({ old, score: likeness(old, now) })).sort((a, b) => b.score - a.score);
  return scored.find(({ score }) => score >= LEAST_LIKENESS)?.old;
}

const LEAST_LIKENESS = 4;

function likeness(old: ObservedRunner, now: ObservedRunner): number {
  const same = (value: (runner: ObservedRunner) => unknown) =>
    JSON.stringify(value(old)) === JSON.stringify(value(now));
  // Another fleet is another tier of trust, with a measure of its own.
  if (!same(fleetOf)) return 0;
  const hasTags = tagsOf(now) !== '' && same(tagsOf);
  return (
    (hasTags ? 4 : 0) +
    (same(({ table }) => table.kubernetes.node_selector) ? 3 : 0) +
    (same(namespaceOfJobs) ? 1 : 0)
  );
}

function tagsOf({ config }: ObservedRunner): string {
  const tags = textsOf(at(config.manifest.body, ['metadata', 'annotations']))[TAGS_ANNOTATION] ?? '';
  return tags.split(',').sort().join(',');
}
