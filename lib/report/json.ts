import type { FieldOfManifest, Finding } from '../checks/finding';
import { pageOf } from '../checks/rule-id';
import { chartValueOf } from '../cluster/helm-values';
import type { BudgetExcess } from '../cost/budget';
import { formatPath } from '../values/field-path';
import { visibleJson } from '../values/visible';
import { lineOfField } from './line-of-finding';
import type { Report } from './report';

/** A report for programs. Fields are only ever added. */
export function printJson(reports: readonly Report[], excesses: readonly BudgetExcess[] = []): string {
  const all = { clusters: reports.map(reportJson), overBudget: excesses };
  return `${visibleJson(JSON.stringify(all, undefined, 2))}\n`;
}

function reportJson({
  cluster,
  apart,
  runners,
  result,
  ignored,
  others,
  counts,
  proof,
  cost,
}: Report): object {
  return {
    cluster,
    apart,
    counts,
    proof,
    cost,
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
    others: others.map(({ file, other, name }) => ({ file, is: other, name })),
  };
}

function findingJson(finding: Finding): object {
  const { id, severity, notProved, at, also, found, why, fix } = finding;
  return {
    rule: id,
    severity,
    notProved,
    ...placeJson(at),
    also: also?.map(placeJson),
    found,
    why,
    fix,
    page: pageOf(id),
  };
}

function placeJson(place: FieldOfManifest): object {
  const { manifest, path, within } = place;
  const { file, kind, namespace, name } = manifest;
  return {
    file,
    line: lineOfField(place),
    kind,
    namespace,
    name,
    path: formatPath(path),
    within,
    chartValue: chartValueOf(manifest, path),
  };
}
