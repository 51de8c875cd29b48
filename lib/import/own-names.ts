import { isDeepStrictEqual } from 'node:util';
import type { ObservedRunner } from '../cluster/observe';
import { type Fields, fieldsOf, listOf } from '../values/record';

/**
 * The same runners, each under a name of its own. Registration names every entry after its machine, so that one config can
 * hold several entries of one name, and so can configs of several machines. Managers of one runner keep their common name.
 */
export function withOwnNames(runners: readonly ObservedRunner[]): readonly ObservedRunner[] {
  const taken = new Set(runners.map(({ name }) => name));
  const known: { readonly given: string; readonly first: ObservedRunner; readonly name: string }[] = [];
  return runners.map((runner) => {
    const alike = known.filter(({ given }) => given === runner.name);
    const same = alike.find(({ first }) => isOneRunner(first, runner));
    const name = same?.name ?? (alike.length === 0 ? runner.name : freeName(runner.name, taken));
    if (same === undefined) known.push({ given: runner.name, first: runner, name });
    return name === runner.name ? runner : { ...runner, name };
  });
}

/** Whether two managers run the same: one entry of one config, or the same entry in a config each. */
function isOneRunner(one: ObservedRunner, other: ObservedRunner): boolean {
  if (one.config.manifest === other.config.manifest) return one.index === other.index;
  return isDeepStrictEqual(sharedPart(one), sharedPart(other));
}

/** What the managers of a runner have in common: each may hold room, take another share of the jobs, and register by itself. */
function sharedPart({ config, index }: ObservedRunner): Fields {
  const {
    id: _id,
    token: _token,
    token_obtained_at: _obtained,
    token_expires_at: _expires,
    limit: _limit,
    request_concurrency: _requests,
    kubernetes,
    ...entry
  } = fieldsOf(listOf(config.parsed?.runners)[index]);
  const { autoscaler: _autoscaler, ...pods } = fieldsOf(kubernetes);
  return { ...entry, kubernetes: pods };
}

function freeName(name: string, taken: Set<string>): string {
  for (let count = 2; ; count++) {
    const found = `${name}-${count}`;
    if (taken.has(found)) continue;
    taken.add(found);
    return found;
  }
}
