import { isDeepStrictEqual } from 'node:util';
import { DescriptionError } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import { at, fieldsOf, listOf } from '../values/record';
import type { LooseFleet } from './describe';
import { leavesOf, setAt } from './draft';

/** Options that are never moved to `runnerDefaults`. */
const OWN = ['name', 'arch', 'capacity', 'token'];

/** Tables with keys of the user's own, none of which is a default. */
const MAPS =
  /^(?:podLabels|podAnnotations|nodeSelector|tolerations|job\.environment|manager\.(?:env|pod\w+))\./;
/** Options of a runner that are tried, each by resolving the description without it. */
const MOST_TRIED = 200;

function isOwnKey(path: readonly string[]): boolean {
  return MAPS.test(`${path.join('.')}.`) && path.length > 1;
}

/** A description as a person would write it: without defaults, and with shared options in `runnerDefaults`. */
export function tidyDescription(fleet: LooseFleet): LooseFleet {
  const { runners, ...rest } = fleet;
  const short = runners.map((runner) => withoutDefaults(rest, runner));
  const whole: LooseFleet = { ...rest, runners: short };
  const lifted = withRunnerDefaults(whole);
  return isSame(lifted, whole) ? lifted : whole;
}

/** What a description resolves to; undefined if it is refused. */
function resolved(fleet: Record<string, unknown>): unknown {
  try {
    return resolveFleets([fleet as unknown as RunnerFleetProps], new Map());
  } catch (error) {
    if (error instanceof DescriptionError) return undefined;
    throw error;
  }
}

function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const meant = resolved(one);
  return meant !== undefined && isDeepStrictEqual(meant, resolved(other));
}

/** A runner without defaults, option by option. */
function withoutDefaults(
  fleet: Record<string, unknown>,
  runner: Record<string, unknown>,
): Record<string, unknown> {
  const alone = (one: Record<string, unknown>) => resolved(fleetOf(fleet, one));
  const meant = alone(runner);
  if (meant === undefined) return runner;
  let kept = runner;
  const tried = leavesOf(runner, []).filter(([path]) => !OWN.includes(path[0]) && !isOwnKey(path));
  for (const [path] of tried.slice(0, MOST_TRIED)) {
    const less = without(kept, path);
    if (isDeepStrictEqual(alone(less), meant)) kept = less;
  }
  return kept;
}

/** A fleet of one runner, without what only others use. */
function fleetOf(fleet: Record<string, unknown>, runner: Record<string, unknown>): Record<string, unknown> {
  const { existingPools, namespaces, ...rest } = fleet;
  const pools = listOf(existingPools).filter((one) => fieldsOf(one).pool === runner.pool);
  const own = listOf(namespaces).filter((one) => fieldsOf(one).name === runner.jobNamespace);
  return {
    ...rest,
    ...(pools.length > 0 && { existingPools: pools }),
    ...(own.length > 0 && { namespaces: own }),
    runners: [runner],
  };
}

/** A table without the value at a path, and without tables that this leaves empty. */
function without(table: Record<string, unknown>, [key, ...rest]: readonly string[]): Record<string, unknown> {
  const { [key]: value, ...others } = table;
  if (rest.length === 0) return others;
  const below = without({ ...fieldsOf(value) }, rest);
  if (Object.keys(below).length === 0) return others;
  return Object.fromEntries(Object.entries(table).map(([name, item]) => [name, name === key ? below : item]));
}

function withRunnerDefaults(fleet: LooseFleet): LooseFleet {
  const { runners, ...rest } = fleet;
  if (runners.length < 2) return fleet;
  const common: Record<string, unknown> = {};
  let own = runners;
  for (const [path, value] of leavesOf(runners[0], [])) {
    if (OWN.includes(path[0])) continue;
    const isShared = runners.every((runner) => isDeepStrictEqual(at(runner, path), value));
    if (!isShared) continue;
    setAt(common, path, value);
    own = own.map((runner) => without(runner, path));
  }
  if (Object.keys(common).length === 0) return fleet;
  return { ...rest, runnerDefaults: common, runners: own };
}
