import { displayName } from '../cluster/manifest';
import type { BudgetExcess } from '../cost/budget';
import { visible, visibleTexts } from '../values/visible';
import { feeLines } from './auto-mode-fee';
import type { Colors } from './colors';
import { costLines, excessLines } from './cost-text';
import { printFindings } from './findings-text';
import type { Proof, Report, RunnerRow } from './report';
import { alignedLines } from './table';

/** A report as a person reads it: runners at a glance, findings with errors first, a line that sums up. */
export function printText(
  reports: readonly Report[],
  colors: Colors,
  excesses: readonly BudgetExcess[] = [],
): string {
  const texts = visibleTexts(reports).map((report) => reportText(report, colors));
  const over = visibleTexts(excesses).flatMap(excessLines);
  const budget = over.length > 0 ? [`${over.map(colors.red).join('\n')}\n`] : [];
  return [...texts, ...budget].join('\n');
}

function reportText(report: Report, colors: Colors): string {
  return [
    ...(report.cluster === undefined ? [] : [colors.bold(`== ${report.cluster} ==`)]),
    ...runnerTable(report.runners, colors),
    ...runnerFeeLines(report.runners),
    ...prewarmLines(report.runners),
    ...costLines(report.cost),
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

/** What of the prices of runners is the fee of EKS Auto Mode. */
export function runnerFeeLines(rows: readonly RunnerRow[]): string[] {
  return feeLines(rows.flatMap(({ name, cheapest }) => (cheapest ? [{ ...cheapest, name }] : [])));
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

function lastLine({ runners, counts, ignored, others, result, proof }: Report, colors: Colors): string {
  const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const unknown = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  const kinds = Object.keys(ignored).sort().join(', ');
  const parts = [
    plural(runners.length, 'runner'),
    plural(counts.error, 'error'),
    plural(counts.warning, 'warning'),
    plural(counts.note, 'note'),
    ...(result.silenced.length > 0 ? [`${result.silenced.length} silenced`] : []),
    ...(unknown > 0 ? [`${plural(unknown, 'object')} of other kinds not looked at (${kinds})`] : []),
    ...(others.length > 0
      ? [`${plural(others.length, 'document')} not looked at (${otherNames(others)})`]
      : []),
  ];
  const proved = proofText(proof, counts);
  const mark = counts.error > 0 ? colors.red : proved === undefined ? colors.green : colors.yellow;
  const explain = 'What a rule means, and when to silence it: npx runner-fleet explain <rule>';
  return [
    // An error names the page of its rule itself.
    ...(result.findings.length > 0 && counts.error === 0 ? [colors.dim(explain)] : []),
    ...(proved === undefined ? [] : [mark(proved)]),
    mark(parts.join(', ')),
  ].join('\n');
}

/** How much of the runners is proved; undefined where all of it is, or is reported as wrong already. */
export function proofText(
  { runners, proved, notProved, findings }: Proof,
  counts: Report['counts'],
): string | undefined {
  if (runners === 0)
    return 'There is no runner here that can be read: nothing is proved about where jobs run.';
  if (findings === 0 && notProved.length === 0) return undefined;
  if (notProved.length === 0)
    return `${proved} of ${runners} runners proved; not all that lies here could be judged.`;
  const names = [...new Set(notProved)];
  const shown = names.length > 6 ? [...names.slice(0, 6), `and ${names.length - 6} more`] : names;
  const wrong = runners - proved - notProved.length;
  const parts = [
    `${proved} of ${runners} runners proved`,
    ...(wrong > 0 && counts.error > 0 ? [`${wrong} with errors`] : []),
    `${notProved.length} not proved: ${shown.join(', ')}`,
  ];
  return `${parts.join(', ')}.`;
}

function otherNames(others: Report['others']): string {
  const names = others.map(({ name, other }) => `${name}: ${other}`);
  return [...names.slice(0, 6), ...(names.length > 6 ? [`and ${names.length - 6} more`] : [])].join(', ');
}
