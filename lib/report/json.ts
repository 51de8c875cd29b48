import type { Finding } from '../checks/finding';
import { pageOf } from '../checks/rule-id';
import { formatPath } from '../values/field-path';
import { visibleJson } from '../values/visible';
import { lineInConfig } from './line-of-finding';
import type { Report } from './report';

/** A report for programs. Fields are only ever added. */
export function printJson(reports: readonly Report[]): string {
  return `${visibleJson(JSON.stringify({ clusters: reports.map(reportJson) }, undefined, 2))}\n`;
}

function reportJson({ cluster, apart, runners, result, ignored, counts }: Report): object {
  return {
    cluster,
    apart,
    counts,
    runners,
    findings: result.findings.map(findingJson),
    silenced: result.silenced.map(({ finding, reason }) => ({ ...findingJson(finding), reason })),
    renamed: result.renamed.map(({ manifest, old, now }) => ({
      file: manifest.file,
      kind: manifest.kind,
      namespace: manifest.namespace,
      name: manifest.name,
      old: `silence-${old}`,
      now: `silence-${now}`,
    })),
    ignored,
  };
}

function findingJson(finding: Finding): object {
  const { id, severity, at, found, why, fix } = finding;
  const { manifest, path, within } = at;
  const { file, kind, namespace, name } = manifest;
  return {
    rule: id,
    severity,
    file,
    line: lineInConfig(finding),
    kind,
    namespace,
    name,
    path: formatPath(path),
    within,
    found,
    why,
    fix,
    page: pageOf(id),
  };
}
