import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { registeredRunner } from '../cluster/registered-runner';
import type { Runner } from '../cluster/runners';
import { CAPACITY_TYPE_LABEL } from '../karpenter/labels';
import { smallestUnserved } from './tags';

/** What decides which jobs a runner gets, and on which nodes they run. */
export interface RunnerSide {
  readonly name: string;
  readonly tags: readonly string[];
  readonly takesUntagged: boolean;
  /** Capacity types of the pools that take its jobs, for example `spot or on-demand`; undefined where no pool says. */
  readonly capacity: string | undefined;
}

/** The runners of both revisions. */
export interface RunnerSides {
  readonly before: readonly RunnerSide[];
  readonly after: readonly RunnerSide[];
}

/** Jobs whose runners are others than before. */
export interface TagRoute {
  /** Tags that one of these jobs asks for, each list for itself; an empty list for jobs without tags. */
  readonly jobs: readonly (readonly string[])[];
  /** Runners that take them, by name. Empty where nobody does. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Runners of a revision, also those that wait for a token: their tags are set in GitLab already. */
export function runnerSidesOf({
  runners,
  podless,
}: Pick<Subject, 'runners' | 'podless'>): readonly RunnerSide[] {
  const byName = new Map<string, RunnerSide>();
  for (const runner of [...runners, ...podless])
    if (!byName.has(runner.name)) byName.set(runner.name, sideOf(runner));
  return [...byName.values()];
}

function sideOf(runner: Runner | ObservedRunner): RunnerSide {
  const { saidTags, takesUntagged } = registeredRunner(runner);
  const types = 'job' in runner ? landing(runner.job).flatMap(({ pool }) => capacityTypesOf(pool)) : [];
  return {
    name: runner.name,
    tags: saidTags[0]?.tags ?? [],
    takesUntagged,
    capacity:
      types.length === 0 ? undefined : CAPACITY_ORDER.filter((one) => types.includes(one)).join(' or '),
  };
}

/** The order in which Karpenter takes them where several are allowed. */
const CAPACITY_ORDER: readonly string[] = ['reserved', 'spot', 'on-demand'];

function capacityTypesOf({
  requirements,
}: {
  requirements: ReadonlyMap<string, Requirement>;
}): readonly string[] {
  const requirement = requirements.get(CAPACITY_TYPE_LABEL);
  if (requirement === undefined || requirement.complement) return [];
  return [...requirement.values];
}

type Requirement = { readonly complement: boolean; readonly values: ReadonlySet<string> };

/**
 * Which jobs other runners take after a change, or none: asked for single tags, for the tags of each runner, and for the
 * fewest of them that nobody has. Jobs that move alike are one route; those that nobody takes come first.
 */
export function tagRoutes({ before, after }: RunnerSides): readonly TagRoute[] {
  const routes = new Map<string, TagRoute>();
  for (const job of askedFor(before, after)) {
    const [old, now] = [takersOf(job, before), takersOf(job, after)];
    if (old.length === 0 || old.join() === now.join()) continue;
    const key = JSON.stringify([now.length === 0 ? [] : old, now]);
    const known = routes.get(key);
    routes.set(key, {
      jobs: [...(known?.jobs ?? []), job],
      before: [...new Set([...(known?.before ?? []), ...old])],
      after: now,
    });
  }
  return [...routes.values()].sort((a, b) => Math.sign(a.after.length) - Math.sign(b.after.length));
}

/** Lists of tags that jobs may have, each once; of those that nobody serves any more, the smallest. */
function askedFor(
  before: readonly RunnerSide[],
  after: readonly RunnerSide[],
): readonly (readonly string[])[] {
  const served = after.map(({ tags }) => tags);
  const sets = before.flatMap(({ tags }) => {
    const unserved = smallestUnserved(tags, served);
    return [...tags.map((tag) => [tag]), ...(unserved.length > 0 ? unserved : [tags])];
  });
  const all = [[], ...sets.filter((set) => set.length > 0)].map((set) => [...set].sort());
  return [...new Map(all.map((set) => [JSON.stringify(set), set])).values()];
}

/** Runners that take a job with these tags, sorted. */
function takersOf(job: readonly string[], runners: readonly RunnerSide[]): readonly string[] {
  return runners
    .filter(({ tags, takesUntagged }) =>
      job.length === 0 ? takesUntagged : job.every((tag) => tags.includes(tag)),
    )
    .map(({ name }) => name)
    .sort();
}
