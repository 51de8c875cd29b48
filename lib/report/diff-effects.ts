import type { RunnerCost } from '../cost/types';
import type { ClusterDiff } from '../diff/all';
import { listed } from '../diff/causes/words';
import type { Bound, Capacity, Effect } from '../diff/effect';
import { besidesText, minutePair, moneyLines, packedText, pricedRunners } from './diff-money';
import { effectFee } from './diff-words';
import { details, plain, table } from './markdown';
import { cutItem, ITEM_MOST } from './row-text';

/** Rows of a table of runners: about half a screen. */
const ROWS_MOST = 8;
/** Runners that a row names. */
const NAMES_MOST = 4;

/** Cost and capacity of the runners that differ, those alike in one row, what keeps jobs from running at once, and sums. */
export function effectParts(diff: ClusterDiff): readonly string[] {
  const rows = rowsOf(diff);
  return [
    ...(rows.length > 0 ? tables(rows) : []),
    ...boundLines(diff.effects),
    ...effectFee(diff.effects),
    ...joinedLines(moneyLines(diff).map(plain)),
  ];
}

/** Lines below each other in one paragraph. */
function joinedLines(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [lines.join('<br>')] : [];
}

/** A runner on both sides. */
interface Row {
  readonly runner: string;
  readonly capacity: Pick<Effect, 'before' | 'after'> | undefined;
  readonly cost:
    | { readonly before: RunnerCost | undefined; readonly after: RunnerCost | undefined }
    | undefined;
}

function rowsOf(diff: ClusterDiff): readonly Row[] {
  const costs = new Map(diff.cost?.runners.map((one) => [one.name, one]));
  const capacities = new Map(diff.effects.map((one) => [one.runner, one]));
  const names = [...capacities.keys(), ...pricedRunners(diff).map(({ name }) => name)];
  return [...new Set(names)].map((runner) => ({
    runner,
    capacity: capacities.get(runner),
    cost: costs.get(runner),
  }));
}

interface Column {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Whether it is there although nothing in it differs. */
  readonly isFixed?: boolean;
  /** Whether it is there for a runner that comes or goes. */
  readonly isOfNew?: boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: 'jobs at once', cell: ofCapacity(({ jobs }) => String(jobs)), isOfNew: true },
  { heading: 'types for the largest job', cell: ofCapacity(({ types }) => String(types ?? '-')) },
  { heading: 'cheapest', cell: ofCapacity(({ cheapest }) => cheapest ?? 'none'), isOfNew: true },
  { heading: 'job-minute, USD', cell: minuteCell, isFixed: true },
  { heading: 'on a full node', cell: ofCost(packedText) },
  { heading: 'disk and address', cell: ofCost(besidesText) },
  {
    heading: 'held room, USD/month',
    cell: ({ capacity }) =>
      pair(heldText(capacity?.before?.heldUsdPerMonth), heldText(capacity?.after?.heldUsdPerMonth)),
  },
];

function heldText(usd = 0): string {
  return usd.toFixed(0);
}

/** Stands for what does not differ and is not known here. */
const AS_BEFORE = 'as before';

function ofCapacity(show: (capacity: Capacity) => string): Column['cell'] {
  return ({ capacity }) =>
    pair(capacity?.before && show(capacity.before), capacity?.after && show(capacity.after));
}

function ofCost(show: (cost: RunnerCost) => string): Column['cell'] {
  return ({ cost }) => pair(cost?.before && show(cost.before), cost?.after && show(cost.after));
}

function minuteCell(row: Row): string {
  if (row.cost !== undefined) return pair(...minutePair(row.cost.before, row.cost.after));
  return ofCapacity(({ usdPerMinute }) => usdPerMinute?.toFixed(5) ?? '-')(row);
}

function pair(old: string | undefined, now: string | undefined): string {
  if (old === now) return now ?? AS_BEFORE;
  return `${old ?? '-'} -> ${now ?? '-'}`;
}

function isOnBothSides({ capacity, cost }: Row): boolean {
  const { before, after } = capacity ?? cost ?? {};
  return before !== undefined && after !== undefined;
}

function tables(rows: readonly Row[]): readonly string[] {
  const columns = COLUMNS.filter(
    ({ cell, isFixed, isOfNew }) =>
      isFixed || rows.some((row) => cell(row).includes(' -> ') && (isOfNew || isOnBothSides(row))),
  );
  const headings = ['runner', ...columns.map(({ heading }) => heading)];
  const cells = rows.map((row) => [cutItem(row.runner, ITEM_MOST), ...columns.map(({ cell }) => cell(row))]);
  const merged = alike(cells);
  const named = merged.map(([names, ...rest]) => [
    [
      ...names.slice(0, NAMES_MOST),
      ...(names.length > NAMES_MOST ? [`and ${names.length - NAMES_MOST} more`] : []),
    ]
      .map(plain)
      .join('<br>'),
    ...rest.map(plain),
  ]);
  const isCut = merged.length > ROWS_MOST || merged.some(([names]) => names.length > NAMES_MOST);
  const all = table(
    headings,
    cells.map((row) => row.map(plain)),
  );
  return [table(headings, named.slice(0, ROWS_MOST)), ...(isCut ? [details('all runners', all)] : [])];
}

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
    const { concurrency, jobs, bound } = after;
    const text = `${concurrency} jobs at once (concurrency), of which ${jobs} fit ${boundText(bound)}`;
    const known = found.get(text);
    if (known) known.push(runner);
    else found.set(text, [runner]);
  }
  const lines = [...found].map(([text, runners]) => plain(`${namesOf(runners)}: ${text}.`));
  const more = lines.length - ROWS_MOST;
  return joinedLines(
    more > 0
      ? [...lines.slice(0, ROWS_MOST), `and ${more} more, which \`npx runner-fleet plan\` prints`]
      : lines,
  );
}

function boundText({ by, names, sharedWith, sharers }: Bound): string {
  if (names.length === 0) return 'any pool';
  const what = by === 'quota' ? `the ResourceQuota ${namesOf(names)}` : `the limits of ${namesOf(names)}`;
  return sharedWith.length > 0 ? `${what}, shared with ${namesOf(sharedWith, sharers)}` : what;
}

function namesOf(names: readonly string[], count = names.length): string {
  const more = count - NAMES_MOST;
  const shown = names.slice(0, NAMES_MOST).map((name) => cutItem(name, ITEM_MOST));
  return listed(more > 0 ? [...shown, `${more} more`] : shown);
}
