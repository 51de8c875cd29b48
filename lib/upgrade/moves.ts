import { RUNNER_DEFAULTS } from '../fleet/defaults';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import type { RunnerProps } from '../fleet/props/runner';
import { helperImageTag, managerImageTag } from '../gitlab-runner/executor/helper-image';
import { compareReleases, nextReleases } from '../gitlab-runner/releases';
import { compareAliases, newestAlias } from '../karpenter/ami-releases';
import { type FieldPath, formatPath } from '../values/field-path';
import { merge } from '../values/merge';
import { at, isTable } from '../values/record';
import type { Kind, Pin } from './pins';
import type { Asked } from './target';

/** A line of main.ts to change. */
export interface Edit {
  /** For example `production > runnerDefaults`. */
  readonly place: string;
  /** What to write there, for example `runnerVersion: '19.3.0'`. */
  readonly write: string;
  /** The value that is there now; undefined if the line is new. */
  readonly now: string | undefined;
}

/** One step forward: a release, the lines that say it, and the descriptions as they are with it. */
export interface Move {
  readonly kind: Kind;
  readonly to: string;
  /** Versions that move, oldest first. */
  readonly from: readonly string[];
  readonly pins: readonly Pin[];
  readonly edits: readonly Edit[];
  /** What no line of main.ts says and someone has to do, as sentences. */
  readonly byHand: readonly string[];
  readonly fleets: readonly RunnerFleetProps[];
}

/**
 * The steps that are worth a merge request each: to what is asked for, or else to the newest release of the same minor and
 * to the newest of all. What already has a newer version stays as it is.
 */
export function movesOf(
  fleets: readonly RunnerFleetProps[],
  pins: readonly Pin[],
  asked: Asked,
): readonly Move[] {
  const all = asked.runner === undefined && asked.ami === undefined;
  const runners = pins.filter(({ kind }) => kind === 'runner');
  const images = pins.filter(({ kind }) => kind === 'ami');
  return [
    ...runnerTargets(runners, asked, all).map((to) =>
      moveOf(
        fleets,
        'runner',
        to,
        runners.filter((pin) => goesTo(pin, to, asked)),
      ),
    ),
    ...amiTargets(images, asked, all).map((to) =>
      moveOf(
        fleets,
        'ami',
        to,
        images.filter((pin) => isOlderImage(pin, to)),
      ),
    ),
  ].filter((move) => move.pins.length > 0);
}

function runnerTargets(pins: readonly Pin[], { runner }: Asked, all: boolean): readonly string[] {
  if (runner !== undefined) return [runner];
  if (!all) return [];
  const next = pins.flatMap(({ version }) => nextReleases(version).map((release) => release.version));
  return [...new Set(next)].sort(compareReleases);
}

function amiTargets(pins: readonly Pin[], { ami }: Asked, all: boolean): readonly string[] {
  if (ami !== undefined) return [ami];
  if (!all) return [];
  return [...new Set(pins.flatMap(({ version }) => newestAlias(version.split('@')[0]) ?? []))];
}

/** Unasked, a release takes only those that have it among their next ones: a patch is not for older minors. */
function goesTo({ version }: Pin, to: string, { runner }: Asked): boolean {
  if (runner !== undefined) return compareReleases(version, to) < 0;
  return nextReleases(version).some((release) => release.version === to);
}

function isOlderImage({ version }: Pin, to: string): boolean {
  return version.split('@')[0] === to.split('@')[0] && compareAliases(version, to) < 0;
}

function moveOf(fleets: readonly RunnerFleetProps[], kind: Kind, to: string, pins: readonly Pin[]): Move {
  const compare = kind === 'runner' ? compareReleases : compareAliases;
  const moved = fleets.map((fleet, index) => {
    const own = pins.filter((pin) => pin.fleet === index);
    const versions = own.reduce((said, { path }) => withValue(said, path, to), fleet);
    return kind === 'runner'
      ? withDigests(
          versions,
          own.flatMap(({ runners }) => runners),
          to,
        )
      : versions;
  });
  return {
    kind,
    to,
    from: [...new Set(pins.map(({ version }) => version))].sort(compare),
    pins,
    edits: pins.map((pin) => editOf(fleets[pin.fleet], pin, to)),
    byHand: kind === 'runner' ? byHand(fleets, pins, to) : [],
    fleets: moved,
  };
}

function editOf(fleet: RunnerFleetProps, { path, isSaid, version }: Pin, to: string): Edit {
  const key = path[path.length - 1];
  return {
    place: `${fleet.name} > ${placeOf(fleet, path.slice(0, -1))}`,
    write: `${key}: '${to}'`,
    now: isSaid ? version : undefined,
  };
}

/** A path with the names of runners beside their positions. */
function placeOf({ runners }: RunnerFleetProps, path: FieldPath): string {
  const [list, index] = path;
  const name = list === 'runners' && typeof index === 'number' ? runners[index].name : undefined;
  return name === undefined ? formatPath(path) : `${formatPath(path)} (${name})`;
}

/** A copy of a description with a value at a path; tables on the way are made where there are none. */
function withValue<T>(target: T, path: FieldPath, value: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return value as T;
  if (Array.isArray(target))
    return target.map((item, index) => (index === step ? withValue(item, rest, value) : item)) as T;
  const table = isTable(target) ? target : {};
  return { ...table, [step]: withValue(at(table, [step]), rest, value) } as T;
}

/** Digests of a release are not known here. Zeros stand for them, so that a digest is not missed in what is rendered. */
const SOME_DIGEST = `sha256:${'0'.repeat(64)}`;

/** Digests that are named, with the tags of another release. */
function withDigests(fleet: RunnerFleetProps, moved: readonly number[], to: string): RunnerFleetProps {
  const runners = fleet.runners.map((runner, index) => {
    const said = digestsOf(fleet, runner);
    if (said === undefined || !moved.includes(index)) return runner;
    const flavor = runner.imageFlavor ?? fleet.runnerDefaults?.imageFlavor ?? RUNNER_DEFAULTS.imageFlavor;
    const helper = (['amd64', 'arm64'] as const).flatMap((arch) =>
      said.helper?.[arch] === undefined
        ? []
        : [[arch, `${helperImageTag(arch, flavor, to)}@${SOME_DIGEST}`] as const],
    );
    const manager =
      said.manager === undefined ? {} : { manager: `${managerImageTag(flavor, to)}@${SOME_DIGEST}` };
    return { ...runner, imageDigests: { ...manager, helper: Object.fromEntries(helper) } };
  });
  return { ...fleet, runners };
}

function digestsOf({ runnerDefaults }: RunnerFleetProps, { imageDigests }: RunnerProps) {
  if (imageDigests === null) return undefined;
  const said = merge(runnerDefaults?.imageDigests, imageDigests ?? {}, { nulls: 'remove', lists: 'replace' });
  return isTable(said) && Object.keys(said).length > 0
    ? (said as NonNullable<NonNullable<typeof runnerDefaults>['imageDigests']>)
    : undefined;
}

function byHand(fleets: readonly RunnerFleetProps[], pins: readonly Pin[], to: string): readonly string[] {
  const moved = pins.flatMap(({ fleet, runners }) =>
    runners.map((index) => ({ fleet: fleets[fleet], runner: fleets[fleet].runners[index] })),
  );
  const named = (some: typeof moved) =>
    some.map(({ fleet, runner }) => `${fleet.name}/${runner.name}`).join(', ');
  const digests = moved.filter(({ fleet, runner }) => digestsOf(fleet, runner) !== undefined);
  const images = moved.filter(
    ({ fleet: { runnerDefaults }, runner: { manager } }) =>
      manager !== null && (manager?.image ?? runnerDefaults?.manager?.image) !== undefined,
  );
  return [
    ...(digests.length > 0
      ? [`imageDigests of ${named(digests)} name another release: write the tags of ${to} and their digests`]
      : []),
    ...(images.length > 0
      ? [
          `manager.image of ${named(images)} is an image of your own, which runnerVersion does not move: build it from ${to}`,
        ]
      : []),
  ];
}
