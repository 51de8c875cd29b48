import { graceSeconds } from '../cluster/grace';
import { managerRelease } from '../cluster/manager-image';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { concurrencyOf } from '../cluster/runners';
import type { RunnerTable } from '../gitlab-runner/config/toml';
import { asDnsLabel } from '../values/label';
import { type Guards, guardDifferences, guardsOf } from './guards';
import { type FieldDifference, jobDifferences } from './job-differences';
import { reasonFor } from './reasons';

/** A runner with all of its managers, as one side of a comparison has it. */
export interface ComparedRunner {
  readonly name: string;
  readonly table: RunnerTable;
  /** Jobs that all its managers run at once. */
  readonly jobsAtOnce: number;
  /** Seconds that a manager has to end when it is replaced; undefined if none is known. */
  readonly drainSeconds: number | undefined;
  /** Seconds that a manager has to end once it must not wait for its jobs any longer. */
  readonly shutdownSeconds: number | undefined;
  /** Release of its managers, if their image names it. */
  readonly release: string | undefined;
  /** What holds its jobs besides its config. */
  readonly guards: Guards;
}

/** A field that differs; `why` is the reason for a difference that is intended. */
export interface Difference {
  readonly of: FieldDifference['of'] | 'manager' | 'namespace';
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly why: string | undefined;
}

/** A runner of both sides. */
export interface RunnerComparison {
  readonly before: string;
  readonly after: string;
  readonly differences: readonly Difference[];
}

/** What two sets of runners give jobs. */
export interface Comparison {
  readonly runners: readonly RunnerComparison[];
  /** Names of runners that the other side lacks. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/**
 * The runners of one side. Managers of one runner count together.
 *
 * @param manifests all objects of that side
 */
export function comparedRunners(
  runners: readonly ObservedRunner[],
  manifests: readonly Manifest[],
): readonly ComparedRunner[] {
  const found = new Map<string, ComparedRunner>();
  for (const runner of runners) {
    const known = found.get(runner.name);
    const release = managerRelease(runner.managerPod);
    const grace = graceSeconds(runner.managerPod);
    found.set(runner.name, {
      name: runner.name,
      table: runner.table,
      jobsAtOnce: (known?.jobsAtOnce ?? 0) + concurrencyOf(runner),
      drainSeconds: runner.manager === undefined || Number.isNaN(grace) ? undefined : grace,
      shutdownSeconds: shutdownSecondsOf(runner),
      release: release && `${release.major}.${release.minor}.${release.patch}`,
      guards: guardsOf(runner, manifests),
    });
  }
  return [...found.values()];
}

/** The runner waits half a minute unless told otherwise. */
function shutdownSecondsOf({ config }: ObservedRunner): number {
  const seconds = Number(config.parsed?.shutdown_timeout ?? 0);
  return seconds > 0 ? seconds : 30;
}

/**
 * Compares runners by name: `docker` is also `production-docker` and `gitlab-runner-docker`. Where each side has one, they are
 * compared whatever they are called.
 *
 * @param pairs names that belong together although they differ, by that of the first side
 */
export function compareRunners(
  before: readonly ComparedRunner[],
  after: readonly ComparedRunner[],
  pairs: Readonly<Record<string, string>> = {},
): Comparison {
  const left = new Set(after);
  const runners: RunnerComparison[] = [];
  const onlyBefore: string[] = [];
  const isOnly = before.length === 1 && after.length === 1;
  for (const one of before) {
    const other = isOnly ? after[0] : partnerOf(one, [...left], pairs[one.name]);
    if (other === undefined) onlyBefore.push(one.name);
    else {
      left.delete(other);
      runners.push(compareTwo(one, other));
    }
  }
  return { runners, onlyBefore, onlyAfter: [...left].map(({ name }) => name) };
}

function partnerOf(
  { name }: ComparedRunner,
  others: readonly ComparedRunner[],
  named: string | undefined,
): ComparedRunner | undefined {
  if (named !== undefined) return others.find((one) => one.name === named || one.name.endsWith(`-${named}`));
  const label = asDnsLabel(name);
  const same = others.find((one) => asDnsLabel(one.name) === label);
  if (same !== undefined) return same;
  const short = shortName(label);
  const alike = others.filter((one) => `-${asDnsLabel(one.name)}`.endsWith(`-${short}`));
  return alike.length === 1 ? alike[0] : undefined;
}

/** A name without what most releases of the chart begin or end with. */
export function shortName(label: string): string {
  const short = label
    .replace(/^gitlab-runner-|^runner-|-gitlab-runner$/, '')
    .replace(/(?<!^gitlab)-runner$/, '');
  return short || label;
}

function compareTwo(before: ComparedRunner, after: ComparedRunner): RunnerComparison {
  const found: readonly Omit<Difference, 'why'>[] = [
    ...jobDifferences(before.table, after.table, after.release ?? before.release ?? 'latest'),
    ...managerDifferences(before, after),
    ...guardDifferences(before.guards, after.guards),
  ];
  return {
    before: before.name,
    after: after.name,
    differences: found.map((one) => ({ ...one, why: reasonFor(one) })),
  };
}

function managerDifferences(
  before: ComparedRunner,
  after: ComparedRunner,
): readonly Omit<Difference, 'why'>[] {
  const rows: readonly [string, unknown, unknown][] = [
    ['manager.jobs at once', before.jobsAtOnce, after.jobsAtOnce],
    ['manager.seconds to drain', before.drainSeconds, after.drainSeconds],
    ['manager.shutdown_timeout', before.shutdownSeconds, after.shutdownSeconds],
    ['manager.release', before.release, after.release],
  ];
  return rows
    .filter(([, old, now]) => old !== undefined && now !== undefined && old !== now)
    .map(([path, old, now]) => ({ of: 'manager', path, before: String(old), after: String(now) }));
}
