import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../checks/finding';
import { displayName } from '../cluster/manifest';
import { formatPath } from '../values/field-path';
import { visible, visibleJson } from '../values/visible';
import { lineInConfig } from './line-of-finding';
import type { Report } from './report';

const SEVERITIES: Record<Severity, string> = { error: 'critical', warning: 'minor', note: 'info' };

/**
 * A report as GitLab shows it inline in a merge request.
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function printCodeQuality(reports: readonly Report[]): string {
  const issues = reports.flatMap(({ result }) => result.findings.map(issue));
  return `${visibleJson(JSON.stringify(issues, undefined, 2))}\n`;
}

function issue(finding: Finding): object {
  const { rule, severity, manifest, path, within = '', found, why, fix } = finding;
  // Without the line, so that a finding that only moves is the same finding.
  const identity = [manifest.file, rule, displayName(manifest), formatPath(path), within, found].join('\n');
  return {
    check_name: rule,
    description: visible(
      `${displayName(manifest)} ${within || formatPath(path)}: found ${found}. ${why}. Fix: ${fix}.`,
    ),
    fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    severity: SEVERITIES[severity],
    location: { path: manifest.file, lines: { begin: lineInConfig(finding) } },
  };
}
