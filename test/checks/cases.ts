import { CHECKS, runChecks } from '../../lib/checks/all';
import type { Finding } from '../../lib/checks/finding';
import type { SourceFile } from '../../lib/cluster/manifest';
import { type CheckSettings, observe } from '../../lib/cluster/observe';
import type { Severity } from '../../lib/problem';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';

/** YAML in which nothing is to be found: files with changes. */
export interface QuietCase {
  readonly name: string;
  /** What is changed; the fixture fleet unless a case has files of its own. */
  readonly files?: readonly SourceFile[];
  readonly changes?: readonly Change[];
}

/** YAML in which a rule finds something. */
export interface FiringCase extends QuietCase {
  /** Id of the rule, severity, and what the finding says: value, reason and fix. */
  readonly finds: readonly [id: string, severity: Severity, says: RegExp];
}

/** What shows a check at work: at least one case of either kind. */
export interface CheckCases {
  readonly fires: readonly [FiringCase, ...FiringCase[]];
  readonly quiet: readonly [QuietCase, ...QuietCase[]];
}

/** Tests of one check. A firing case has to be found by that check itself; in a quiet one, no check finds anything. */
export function describeCheck(group: string, { fires, quiet }: CheckCases): void {
  describe(group, () => {
    test.each(fires)('fires: $name', ({ files = FLEET, changes = [], finds: [id, severity, says] }) => {
      const check = CHECKS.find((one) => one.id === group);
      const found = check?.run(observe(parsed(edited(files, ...changes)))) ?? [];
      expect(
        found.filter((one) => one.id === id && one.severity === severity).map(textOfFinding),
      ).toContainEqual(expect.stringMatching(says));
    });

    test.each(quiet)('quiet: $name', ({ files = FLEET, changes = [] }) => {
      expect(findingsIn(edited(files, ...changes)).map(textOfFinding)).toEqual([]);
    });
  });
}

/** What all checks find in files. */
export function findingsIn(files: readonly SourceFile[], settings?: CheckSettings): readonly Finding[] {
  return runChecks(observe(parsed(files), settings)).findings;
}

function textOfFinding({ found, why, fix }: Finding): string {
  return `found ${found}. ${why}. Fix: ${fix}`;
}
