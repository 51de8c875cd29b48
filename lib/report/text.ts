import type { Finding } from '../checks/finding';
import { pageOf } from '../checks/rule-id';
import { displayName } from '../cluster/manifest';
import type { Severity } from '../problem';
import { formatPath } from '../values/field-path';
import { visible, visibleTexts } from '../values/visible';
import { lineInConfig } from './line-of-finding';
import type { Report, RunnerRow } from './report';
import { alignedLines } from './table';

/** How to mark text on a terminal; plain text elsewhere. */
export interface Colors {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

/** A report as a person reads it: runners at a glance, findings with errors first, a line that sums up. */
export function printText(reports: readonly Report[], colors: Colors): string {
  return visibleTexts(reports)
    .map((report) => reportText(report, colors))
    .join('\n');
}

function reportText(report: Report, colors: Colors): string {
  return [
    ...(report.cluster === undefined ? [] : [colors.bold(`== ${report.cluster} ==`)]),
    ...runnerTable(report.runners, colors),
    ...prewarmLines(report.runners),
    ...apartLine(report),
    ...tagLines(report.runners),
    printFindings(report, ['error', 'warning', 'note'], colors),
    ...report.result.silenced.map(({ finding, reason }) =>
      colors.dim(`silenced ${finding.id} on ${displayName(finding.at.manifest)}: ${reason}\n`),
    ),
    ...report.result.renamed.map(({ manifest, old, now }) =>
      colors.dim(`silence-${old} on ${displayName(manifest)} is now silence-${now}\n`),
    ),
    lastLine(report, colors),
    '',
  ].join('\n');
}

/** The findings of some severities, each with its place, value, reason and fix. */
export function printFindings(report: Report, severities: readonly Severity[], colors: Colors): string {
  return visibleTexts(report.result.findings)
    .filter(({ severity }) => severities.includes(severity))
    .map((finding) => `${findingText(finding, colors)}\n`)
    .join('');
}

const HEADINGS = [
  'runner',
  'jobs',
  'pools (types for the largest job)',
  'cheapest',
  'USD/min',
  'managers on',
  'verdict',
];

/** Runners at a glance: where their jobs land, on how many types, and what a minute of them costs. */
export function runnerTable(rows: readonly RunnerRow[], colors: Colors): string[] {
  if (rows.length === 0)
    return ['No runner found: no ConfigMap here holds a config.toml with [[runners]].', ''];
  const cells = grouped(visibleTexts(rows)).map(({ row, count }) => [
    row.name,
    count === 1 ? String(row.concurrency) : `${count} x ${row.concurrency}`,
    row.pools
      .map(({ name, types }) => (types === undefined ? `${name} on Fargate` : `${name} (${types})`))
      .join(', ') || 'none',
    row.cheapest?.type ?? '-',
    row.cheapest?.usdPerMinute.toFixed(5) ?? '-',
    row.managers ?? '-',
    row.verdict,
  ]);
  const [headings, ...lines] = alignedLines([HEADINGS, ...cells]);
  return [colors.bold(headings), ...lines, ''];
}

/** Managers of one runner that differ in nothing as one row, with their number. */
function grouped(rows: readonly RunnerRow[]): readonly { readonly row: RunnerRow; readonly count: number }[] {
  const groups = new Map<string, { row: RunnerRow; count: number }>();
  for (const row of rows) {
    const key = JSON.stringify(row);
    groups.set(key, { row, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** What held room costs, whether a job runs or not. */
export function prewarmLines(rows: readonly RunnerRow[]): string[] {
  const lines = visibleTexts(rows).flatMap(({ name, prewarm }) =>
    prewarm
      ? [
          `  ${name}: ${prewarm.pods} pause pods ${prewarm.hoursPerWeek.toFixed(0)} hours a week, ${prewarm.nodes} x ${prewarm.type}, USD ${prewarm.usdPerMonth.toFixed(0)} a month on demand`,
        ]
      : [],
  );
  return lines.length > 0 ? ['Held room:', ...lines, ''] : [];
}

/** What the proof of several fleets in one cluster comes to. */
export function apartLine({ apart }: Report): string[] {
  if (apart.length < 2) return [];
  const names = `${apart.slice(0, -1).join(', ')} and ${apart[apart.length - 1]}`;
  return [`Apart: ${visible(names)} share no node, namespace, cache, service account or token.`, ''];
}

/** Tags live on the GitLab server; what stands on the objects is what to set there. */
function tagLines(rows: readonly RunnerRow[]): string[] {
  const tags = grouped(rows)
    .map(({ row }) => row)
    .filter((row) => row.tags.length > 0)
    .map((row) => `  ${row.name}: ${row.tags.join(' ')}`);
  return tags.length > 0 ? ['Tags to set in GitLab:', ...tags, ''] : [];
}

function findingText(finding: Finding, colors: Colors): string {
  const { id, severity, at, found, why, fix } = finding;
  const { manifest, path, within } = at;
  const place = within === undefined ? formatPath(path) : `${formatPath(path)} > ${within}`;
  return [
    `${colorOf(severity, colors)(severity)} ${colors.bold(`[${id}]`)} ${displayName(manifest)}  ${place}`,
    `  at:    ${manifest.file}:${lineInConfig(finding)}`,
    `  found: ${found}`,
    `  why:   ${why}`,
    `  fix:   ${fix}`,
    colors.dim(`  see:   ${pageOf(id)}`),
    '',
  ].join('\n');
}

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === 'error') return colors.red;
  return severity === 'warning' ? colors.yellow : colors.dim;
}

function lastLine({ runners, counts, ignored, result }: Report, colors: Colors): string {
  const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const others = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  const kinds = Object.keys(ignored).sort().join(', ');
  const parts = [
    plural(runners.length, 'runner'),
    plural(counts.error, 'error'),
    plural(counts.warning, 'warning'),
    plural(counts.note, 'note'),
    ...(result.silenced.length > 0 ? [`${result.silenced.length} silenced`] : []),
    ...(others > 0 ? [`${plural(others, 'object')} of other kinds not looked at (${kinds})`] : []),
  ];
  const mark = counts.error > 0 ? colors.red : colors.green;
  return mark(parts.join(', '));
}
