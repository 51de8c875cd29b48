import type { ClusterCost, CostLine, RunnerCost } from './types';

/** What a change does to what a cluster costs. */
export interface CostChange {
  readonly before: ClusterCost;
  readonly after: ClusterCost;
  /** Runners whose minute costs something else, or that come or go. */
  readonly runners: readonly RunnerChange[];
  /** What makes the idle floor differ, US dollars a month, the largest difference first. */
  readonly floor: readonly LineChange[];
  /** What makes the ceiling differ, US dollars an hour, the largest difference first. */
  readonly ceiling: readonly LineChange[];
}

/** A runner on both sides; one of them is undefined where it comes or goes. */
export interface RunnerChange {
  readonly name: string;
  readonly before: RunnerCost | undefined;
  readonly after: RunnerCost | undefined;
}

/** A line of a sum on both sides; undefined where it is in one of them alone. */
export interface LineChange {
  readonly what: CostLine['what'];
  readonly name: string;
  readonly before: CostLine | undefined;
  readonly after: CostLine | undefined;
  /** What it adds to the sum: below 0 where it costs less; Infinity where nothing bounds it any more. */
  readonly usd: number;
}

/** Less is rounding. */
const LEAST_USD = 1e-6;

/** What differs between what a cluster costs before and after a change. */
export function costChange(before: ClusterCost, after: ClusterCost): CostChange {
  return {
    before,
    after,
    runners: runnerChanges(before.runners, after.runners),
    floor: lineChanges(before.floorUsdPerMonth.lines, after.floorUsdPerMonth.lines),
    ceiling: lineChanges(before.ceilingUsdPerHour.lines, after.ceilingUsdPerHour.lines),
  };
}

/** Whether a change costs anything, or saves it. */
export function changesCost({ runners, floor, ceiling }: CostChange): boolean {
  return runners.length + floor.length + ceiling.length > 0;
}

function runnerChanges(before: readonly RunnerCost[], after: readonly RunnerCost[]): readonly RunnerChange[] {
  const old = new Map(before.map((one) => [one.name, one]));
  const now = new Map(after.map((one) => [one.name, one]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => ({ name, before: old.get(name), after: now.get(name) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function lineChanges(before: readonly CostLine[], after: readonly CostLine[]): readonly LineChange[] {
  const [old, now] = [before, after].map(byKey);
  return [...new Set([...old.keys(), ...now.keys()])]
    .flatMap((key): LineChange[] => {
      const [was, is] = [old.get(key), now.get(key)];
      const either = is ?? was;
      if (either === undefined || was?.usd === is?.usd) return [];
      const usd = (is?.usd ?? 0) - (was?.usd ?? 0);
      return [{ what: either.what, name: either.name, before: was, after: is, usd }];
    })
    .filter(({ usd }) => Math.abs(usd) > LEAST_USD)
    .sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd));
}

/** Lines of one thing together: several managers of a runner hold room each. */
function byKey(lines: readonly CostLine[]): ReadonlyMap<string, CostLine> {
  const found = new Map<string, CostLine>();
  for (const line of lines) {
    const key = `${line.what} ${line.name}`;
    const known = found.get(key);
    found.set(key, known === undefined ? line : { ...known, usd: known.usd + line.usd });
  }
  return found;
}
