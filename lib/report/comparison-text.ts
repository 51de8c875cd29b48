import type { Comparison, Difference, RunnerComparison } from '../compare/compare';
import { differenceText, NOT_COMPARED } from '../compare/job-differences';
import { isNewLimit } from '../compare/reasons';
import { visible, visibleTexts } from '../values/visible';

/**
 * What two sets of runners give jobs, for people: unintended differences in full, intended ones by their reason.
 *
 * @param withFields whether the fields of each reason follow
 */
export function printComparison(comparison: Comparison, withFields = true): string {
  const { runners, onlyBefore, onlyAfter } = visibleTexts(comparison);
  return [
    ...runners.flatMap((one) => runnerLines(one, withFields)),
    ...onlyBefore.map((name) => `${name}: no counterpart`),
    ...onlyAfter.map((name) => `${name}: new`),
    '',
    summaryOf(comparison),
    '',
  ].join('\n');
}

/** Differences that no reason covers. */
export function unintended({ differences }: RunnerComparison): readonly Difference[] {
  return differences.filter(({ why }) => why === undefined);
}

/** Whether each runner has a partner that gives jobs the same, or better. */
export function isEqual({ runners, onlyBefore }: Comparison): boolean {
  return onlyBefore.length === 0 && runners.every((one) => unintended(one).length === 0);
}

function runnerLines(one: RunnerComparison, withFields: boolean): readonly string[] {
  const faults = unintended(one);
  const limits = newLimits(one);
  const meant = one.differences.filter((each) => each.why !== undefined && !limits.includes(each));
  const title = one.before === one.after ? one.before : `${one.before} -> ${one.after}`;
  const parts = [
    ...(faults.length > 0 ? [`${count(faults.length, 'difference')} to look at`] : []),
    ...(faults.length === 0 && limits.length === 0 ? ['gives jobs the same'] : []),
    ...(faults.length === 0 && limits.length > 0 ? ['gives jobs the same or better'] : []),
    ...(limits.length > 0 ? [`with ${count(limits.length, 'new limit')}`] : []),
    ...(meant.length > 0 ? [`${meant.length} intended`] : []),
  ];
  return [
    `${title}: ${parts.join(', ')}`,
    ...faults.map((fault) => `  ${lineOf(fault)}`),
    ...limits.map((limit) => `  new limit: ${lineOf(limit)}`),
    ...reasonsOf(meant, withFields),
  ];
}

/** Limits where there was none: intended, but a job that took more ends by them. */
export function newLimits({ differences }: RunnerComparison): readonly Difference[] {
  return differences.filter((one) => one.why !== undefined && isNewLimit(one));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Intended differences by their reason, with the fields of each. */
function reasonsOf(meant: readonly Difference[], withFields: boolean): readonly string[] {
  const reasons = [...new Set(meant.map(({ why }) => why))];
  return reasons.flatMap((why) => {
    const fields = meant.filter((one) => one.why === why);
    return [
      `  intended: ${why} (${fields.length})`,
      ...(withFields ? fields.map((one) => `    ${lineOf(one)}`) : []),
    ];
  });
}

function lineOf({ path, of, ...values }: Difference): string {
  const { before, after } = values;
  if (path === NOT_COMPARED)
    return before === after ? `${path}: ${before}` : `${path}: ${before ?? 'a pod'}; ${after ?? 'a pod'}`;
  return differenceText({ ...values, path: of === 'largest job' ? `${path}, at most` : path });
}

function summaryOf({ runners, onlyBefore }: Comparison): string {
  const good = runners.filter((one) => unintended(one).length === 0);
  const all = runners.length + onlyBefore.length;
  const limits = good.some((one) => newLimits(one).length > 0) ? ', with new limits' : '';
  return visible(
    `${good.length} of ${all} ${all === 1 ? 'runner gives' : 'runners give'} jobs the same or better${limits}.`,
  );
}
