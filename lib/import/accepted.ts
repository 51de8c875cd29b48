import { isDeepStrictEqual } from 'node:util';
import { DescriptionError } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import type { Problem } from '../problem';
import { at, fieldsOf, isTable, textOf } from '../values/record';
import type { LooseFleet } from './describe';
import { setAt } from './draft';
import type { Line } from './line';
import { placeholderIn } from './placeholders';

/** A description that renders, or what still keeps it from that. */
export interface Accepted {
  readonly fleet: LooseFleet;
  /** What had to be left out, each with the rule that refuses it. */
  readonly lines: readonly Line[];
  /** What a person must change; empty where the description renders. */
  readonly faults: readonly Problem[];
}

/** Rounds after which what is left is for a person. */
const MOST_ROUNDS = 40;
/** Options that a runner can't do without. */
const NEEDED = ['name', 'arch', 'capacity', 'runners', 'concurrency'];

/** Leaves out what the rules of a description refuse, and reports each. */
export function acceptedDescription(described: LooseFleet): Accepted {
  const fleet = structuredClone(described);
  const lines: Line[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const faults = faultsOf(fleet);
    if (faults.length === 0) return { fleet, lines, faults };
    const removed = faults.flatMap((fault) => removal(fleet, fault) ?? []);
    if (removed.length === 0) return { fleet, lines, faults };
    lines.push(...removed);
  }
  return { fleet, lines, faults: faultsOf(fleet) };
}

/** What must not be left out unseen: GitLab's address has a default, and without a list of images every image is allowed. */
const KEPT: readonly (readonly string[])[] = [
  ['gitlabUrl'],
  ['job', 'allowedImages'],
  ['job', 'allowedServices'],
  ['config', 'runner', 'kubernetes', 'allowed_images'],
  ['config', 'runner', 'kubernetes', 'allowed_services'],
];

/**
 * A description with what was refused but must not go: synth refuses it too, until a person writes what is meant.
 *
 * @param whole the description as it was before anything was left out
 * @param accepted what was accepted of it
 * @param fleet what is written of that, with the same runners in the same order
 */
export function withKept(whole: LooseFleet, accepted: LooseFleet, fleet: LooseFleet): LooseFleet {
  const written: LooseFleet = structuredClone(fleet);
  const keep = (
    from: Record<string, unknown>,
    left: Record<string, unknown>,
    to: Record<string, unknown>,
  ): void => {
    for (const path of KEPT) {
      const value = at(from, path);
      if (value !== undefined && !isDeepStrictEqual(value, at(left, path))) setAt(to, path, value);
    }
  };
  keep(whole, accepted, written);
  for (const [index, runner] of written.runners.entries())
    keep(whole.runners[index], accepted.runners[index], runner);
  return written;
}

function faultsOf(fleet: LooseFleet): readonly Problem[] {
  try {
    resolveFleets([fleet as unknown as RunnerFleetProps], new Map());
    return [];
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
}

/** Removes what a fault points at; undefined if the description has nothing there, or needs it. */
function removal(fleet: LooseFleet, { at, why, fix }: Problem): Line | undefined {
  const [, ...places] = at.split(' > ');
  const named = /^runner (\S+)$/.exec(places[0] ?? '');
  const runner = named ? fleet.runners.find(({ name }) => name === named[1]) : undefined;
  const path = places
    .slice(named ? 1 : 0)
    .flatMap((place) => place.split(/[.[\]]+/))
    .filter((step) => step !== '');
  const target = runner ?? fleet;
  // A fault of a runner that can't be told: a fleet needs its runners.
  if (runner === undefined && path[0] === 'runners') return undefined;
  const removed = removeDeepest(target, path);
  if (removed === undefined) return undefined;
  const isKept = KEPT.some((one) => one.every((step, index) => step === removed[index]));
  return {
    kind: 'refused',
    runner: runner === undefined ? undefined : String(runner.name),
    from: removed.join('.'),
    why: `${why}; ${fix}${isKept ? '. It stays in the description, which synth refuses until then' : ''}`,
  };
}

/** Removes the deepest existing part of a path, and returns its path. */
function removeDeepest(target: unknown, path: readonly string[]): readonly string[] | undefined {
  let below = target;
  const found: string[] = [];
  for (let start = 0; start < path.length; ) {
    const next = stepOf(below, path, start);
    if (next === undefined) break;
    found.push(next.key);
    // An item of a list goes whole: what is left of it would be another.
    if (Array.isArray(below)) break;
    below = fieldsOf(below)[next.key];
    start = next.end;
  }
  if (found.length === 0 || (found.length === 1 && NEEDED.includes(found[0]))) return undefined;
  const last = found[found.length - 1];
  const parent = found
    .slice(0, -1)
    .reduce<unknown>((one, key) => (Array.isArray(one) ? one[Number(key)] : fieldsOf(one)[key]), target);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
  removeEmpty(target, found.slice(0, -1));
  return found;
}

/** Removes the tables and lists on a path that are now empty. */
function removeEmpty(target: unknown, path: readonly string[]): void {
  if (path.length === 0) return;
  const above = path.slice(0, -1);
  const parent = above.reduce<unknown>((one, key) => fieldsOf(one)[key], target);
  const last = path[path.length - 1];
  const value = fieldsOf(parent)[last];
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return;
  delete (parent as Record<string, unknown>)[last];
  removeEmpty(target, above);
}

/** Lines with those for what is refused, in place of those that carry it over. */
export function withRefused(
  lines: readonly Line[],
  refused: readonly Line[],
  described: LooseFleet,
): readonly Line[] {
  const isCarried = ({ kind }: Line) => kind === 'option' || kind === 'config';
  const isGone = (line: Line) =>
    isCarried(line) &&
    refused.some(
      ({ runner, from }) =>
        (runner === undefined ? line.to?.endsWith(' of the fleet') : runner === line.runner) &&
        `${line.to?.replace(/ of the fleet$/, '')}.`.startsWith(`${from}.`),
    );
  // A placeholder has a line by the name of its source.
  const isSaidTwice = ({ from, runner }: Line) =>
    placeholderIn(
      textOf(at(described.runners.find(({ name }) => name === runner) ?? described, from.split('.'))) ?? '',
    ) !== undefined;
  return [...lines.filter((line) => !isGone(line)), ...refused.filter((line) => !isSaidTwice(line))];
}

/** The next key of a path; keys may hold dots, so the longest that exists counts. */
function stepOf(
  table: unknown,
  path: readonly string[],
  start: number,
): { key: string; end: number } | undefined {
  if (Array.isArray(table))
    return /^\d+$/.test(path[start]) && table[Number(path[start])] !== undefined
      ? { key: path[start], end: start + 1 }
      : undefined;
  if (!isTable(table)) return undefined;
  for (let end = path.length; end > start; end--) {
    const key = path.slice(start, end).join('.');
    if (Object.hasOwn(table, key)) return { key, end };
  }
  return undefined;
}
