import { createHash } from 'node:crypto';
import type { Finding } from '../checks/finding';
import { displayName } from '../cluster/manifest';
import type { Severity } from '../problem';
import { formatPath } from '../values/field-path';
import { visible, visibleJson } from '../values/visible';
import { lineOfField } from './line-of-finding';
import type { Report } from './report';

const SEVERITIES: Record<Severity, string> = { error: 'critical', warning: 'minor', note: 'info' };

/**
 * A report as GitLab shows it inline in a merge request.
 *
 * @param place path of a file from the top of the repository, which is what GitLab compares with
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function printCodeQuality(
  reports: readonly Report[],
  place: (file: string) => string = (file) => file,
): string {
  const issues = reports.flatMap(({ result }) =>
    // GitLab shows an issue at its line, so that each place of a cause is one.
    result.findings.flatMap((finding) =>
      [finding.at, ...(finding.also ?? [])].map((at) => issue({ ...finding, at }, place(at.manifest.file))),
    ),
  );
  return `${visibleJson(JSON.stringify(issues, undefined, 2))}\n`;
}

function issue(finding: Finding, file: string): object {
  const { id, severity, at, found, why, fix } = finding;
  const { manifest, path, within = '' } = at;
  // Without the line, so that a finding that only moves is the same finding.
  const identity = [file, id, displayName(manifest), formatPath(path), within, found].join('\n');
  return {
    check_name: id,
    description: visible(
      `${displayName(manifest)} ${within || formatPath(path)}: found ${found}. ${why}. Fix: ${fix}.`,
    ),
    fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    severity: SEVERITIES[severity],
    location: { path: file, lines: { begin: lineOfField(at) } },
  };
}
