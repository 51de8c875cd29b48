import type { Comparison, Difference, RunnerComparison } from '../compare/compare';
import { differenceText } from '../compare/job-differences';
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
  const meant = one.differences.filter(({ why }) => why !== undefined);
  const title = one.before === one.after ? one.before : `${one.before} -> ${one.after}`;
  const verdict =
    faults.length === 0
      ? 'gives jobs the same'
      : `${faults.length} ${faults.length === 1 ? 'difference' : 'differences'} to look at`;
  return [
    `${title}: ${verdict}${meant.length > 0 ? `, ${meant.length} intended` : ''}`,
    ...faults.map((fault) => `  ${lineOf(fault)}`),
    ...reasonsOf(meant, withFields),
  ];
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
  return differenceText({ ...values, path: of === 'largest job' ? `${path}, at most` : path });
}

function summaryOf({ runners, onlyBefore }: Comparison): string {
  const equal = runners.filter((one) => unintended(one).length === 0).length;
  const all = runners.length + onlyBefore.length;
  return visible(
    `${equal} of ${all} ${all === 1 ? 'runner gives' : 'runners give'} jobs the same or better.`,
  );
}
