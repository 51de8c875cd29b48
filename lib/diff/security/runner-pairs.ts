import type { ObservedRunner } from '../../cluster/observe';
import type { Comparison } from '../rule';

/** A runner of the later revision with the one that it was. */
export interface RunnerPair {
  readonly before: ObservedRunner | undefined;
  readonly after: ObservedRunner;
}

/** Runners by name and manager: managers of a runner have a config each. */
export function runnerPairs({ before, after }: Comparison): readonly RunnerPair[] {
  const olds = new Map(before.runners.map((runner) => [keyOf(runner), runner]));
  return after.runners.map((runner) => ({ before: olds.get(keyOf(runner)), after: runner }));
}

function keyOf({ name, manager, index }: ObservedRunner): string {
  return [name, manager?.namespace, manager?.name, index].join('/');
}
