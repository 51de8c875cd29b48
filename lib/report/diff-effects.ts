import type { ClusterDiff } from '../diff/all';
import { listed } from '../diff/causes/words';
import type { Bound, Effect } from '../diff/effect';
import { effectFee, effectTable } from './diff-words';
import { details, plain, table } from './markdown';

/** Rows of a table of runners: about half a screen. */
const ROWS_MOST = 8;
/** Runners that a row names. */
const NAMES_MOST = 4;

/** Cost and capacity of the runners that differ, those alike in one row, and what keeps jobs from running at once. */
export function effectParts({ effects }: ClusterDiff): readonly string[] {
  if (effects.length === 0) return [];
  const [headings, ...rows] = differing(effectTable(effects));
  const merged = alike(rows);
  const named = merged.map(([names, ...cells]) => [
    [
      ...names.slice(0, NAMES_MOST),
      ...(names.length > NAMES_MOST ? [`and ${names.length - NAMES_MOST} more`] : []),
    ]
      .map(plain)
      .join('<br>'),
    ...cells.map(plain),
  ]);
  const isCut = merged.length > ROWS_MOST || merged.some(([names]) => names.length > NAMES_MOST);
  const all = table(
    headings,
    rows.map((row) => row.map(plain)),
  );
  return [
    table(headings, named.slice(0, ROWS_MOST)),
    ...boundLines(effects),
    ...effectFee(effects),
    ...(isCut ? [details('all runners', all)] : []),
  ];
}

/** Columns in which something differs, besides the first two and the price. */
function differing(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [headings, ...cells] = rows;
  const isShown = headings.map(
    (heading, column) => ALWAYS.has(heading) || cells.some((row) => row[column].includes(' -> ')),
  );
  return rows.map((row) => row.filter((_, column) => isShown[column]));
}

const ALWAYS: ReadonlySet<string> = new Set(['runner', 'jobs at once', 'USD/min']);

/** Rows that differ in nothing but their runner, together. */
function alike(
  rows: readonly (readonly string[])[],
): readonly (readonly [names: readonly string[], ...cells: readonly string[]])[] {
  const found = new Map<string, { names: string[]; cells: readonly string[] }>();
  for (const [name, ...cells] of rows) {
    const key = JSON.stringify(cells);
    const known = found.get(key);
    if (known) known.names.push(name);
    else found.set(key, { names: [name], cells });
  }
  return [...found.values()].map(({ names, cells }) => [names, ...cells] as const);
}

/** What really runs at once where managers take more jobs than fit. */
function boundLines(effects: readonly Effect[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const { runner, after } of effects) {
    if (after?.bound === undefined) continue;
    const text = `${after.concurrency} jobs at once (concurrency), of which ${after.jobs} fit ${boundText(after.bound)}`;
    const known = found.get(text);
    if (known) known.push(runner);
    else found.set(text, [runner]);
  }
  return [...found].slice(0, ROWS_MOST).map(([text, runners]) => plain(`${namesOf(runners)}: ${text}.`));
}

function boundText({ by, names, sharedWith }: Bound): string {
  const what = by === 'quota' ? `the ResourceQuota ${namesOf(names)}` : `the limits of ${namesOf(names)}`;
  if (names.length === 0) return 'any pool';
  return sharedWith.length > 0 ? `${what}, shared with ${namesOf(sharedWith)}` : what;
}

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMES_MOST;
  return listed(more > 0 ? [...names.slice(0, NAMES_MOST), `${more} more`] : names);
}
