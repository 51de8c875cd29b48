import { createHash } from 'node:crypto';
import type { Finding } from '../checks/finding';
import { displayName } from '../cluster/manifest';
import type { BudgetExcess } from '../cost/budget';
import type { FileLine, Problem, Severity } from '../problem';
import { formatPath } from '../values/field-path';
import { visible, visibleJson } from '../values/visible';
import { excessLines } from './cost-text';
import { lineOfField } from './line-of-finding';
import type { Report } from './report';

const SEVERITIES: Record<Severity, string> = { error: 'critical', warning: 'minor', note: 'info' };

/** A problem as GitLab shows it. */
interface Issue extends Problem<FileLine> {
  /** What it is about, in front of what was found. */
  readonly subject: string;
  /** Texts that tell it from others. Without the line, so that an issue that only moves is the same one. */
  readonly identity: readonly string[];
}

/**
 * A report as GitLab shows it inline in a merge request.
 *
 * @param place path of a file from the top of the repository, which is what GitLab compares with
 */
export function printCodeQuality(
  reports: readonly Report[],
  place: (file: string) => string = (file) => file,
  excesses: readonly BudgetExcess[] = [],
): string {
  const issues = reports.flatMap(({ result }) =>
    // GitLab shows an issue at its line, so that each place of a cause is one.
    result.findings.flatMap((finding) =>
      [finding.at, ...(finding.also ?? [])].map((at) => issueOf({ ...finding, at }, place(at.manifest.file))),
    ),
  );
  return printIssues([...issues, ...excesses.flatMap((excess) => excessIssue(excess, place))]);
}

/** A budget that is exceeded, at the object that adds most. */
function excessIssue(excess: BudgetExcess, place: (file: string) => string): readonly Issue[] {
  const [first] = excess.lines;
  if (first === undefined) return [];
  const [found, ...lines] = excessLines(excess);
  const { object } = first;
  const file = place(first.file);
  return [
    {
      id: `cost/${excess.part}-over-budget`,
      severity: 'error',
      subject: `${object}: `,
      found: found.replace(/:$/, ''),
      why: lines.map((line) => line.trim()).join('; '),
      fix: 'lower what adds most, or raise the budget',
      at: { file, line: 1 },
      identity: [file, excess.part, object],
    },
  ];
}

function issueOf({ id, severity, at, found, why, fix }: Finding, file: string): Issue {
  const { manifest, path, within = '' } = at;
  const [object, field] = [displayName(manifest), formatPath(path)];
  return {
    id,
    severity,
    subject: `${object} ${within || field}: `,
    found,
    why,
    fix,
    at: { file, line: lineOfField(at) },
    identity: [file, id, object, field, within, found],
  };
}

/** @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function printIssues(issues: readonly Issue[]): string {
  const printed = issues.map(({ id, severity, subject, found, why, fix, at, identity }) => ({
    check_name: id,
    description: visible(`${subject}found ${found}. ${why}. Fix: ${fix}.`),
    fingerprint: createHash('sha256').update(identity.join('\n')).digest('hex').slice(0, 32),
    severity: SEVERITIES[severity],
    location: { path: at.file, lines: { begin: at.line } },
  }));
  return `${visibleJson(JSON.stringify(printed, undefined, 2))}\n`;
}
