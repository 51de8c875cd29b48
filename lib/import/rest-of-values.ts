import { isDeepStrictEqual } from 'node:util';
import { at, type Fields, isTable } from '../values/record';
import { CHART_DEFAULTS } from './chart-objects';
import { CHART_RELEASE, type ChartValue, chartValueAt, isChartValue } from './chart-values';
import { Draft, isSaid, type Keys } from './draft';

/** Values without those that equal the defaults of the chart, or say nothing. */
export function withoutDefaults(values: Fields): Fields {
  const kept = new Draft('');
  for (const [path, value] of givenValues(values, [])) if (!isDefault(path, value)) kept.set(path, value);
  return kept.runner;
}

/** Reports the values that equal the defaults of the chart, or say nothing: each by its row in the table of values. */
export function sayDefaults(values: Fields, draft: Draft): void {
  const all = givenValues(values, []).map(([path, value]) => ({
    name: chartValueAt(path)?.value ?? (isChartValue(path) ? path.join('.') : undefined),
    isUsual: isDefault(path, value) || !isSaid(value),
  }));
  const others = new Set(all.filter(({ isUsual }) => !isUsual).map(({ name }) => name));
  const usual = new Set(
    all.map(({ name }) => name).filter((name) => name !== undefined && !others.has(name)),
  );
  for (const name of usual) draft.say('not-needed', String(name), 'it says what the chart does by default');
}

/** A value with its path; empty tables are values. */
function givenValues(
  value: unknown,
  path: readonly string[],
): readonly (readonly [readonly string[], unknown])[] {
  if (!isTable(value) || (Object.keys(value).length === 0 && path.length > 0)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => givenValues(item, [...path, key]));
}

function isDefault(path: readonly string[], value: unknown): boolean {
  return value === null || value === undefined || isDeepStrictEqual(at(CHART_DEFAULTS, path), value);
}

/** Reports each value that was not taken, by its row in the table of values. */
export function restOfValues(values: Keys, isRelease: boolean, draft: Draft): void {
  const said = new Set<string>();
  for (const [path, value] of values.rest()) {
    const row = chartValueAt(path);
    const name = row?.value ?? path.join('.');
    if (!isSaid(value) || said.has(name)) continue;
    said.add(name);
    if (row !== undefined) sayRow(row, name, value, draft);
    else if (isChartValue(path)) draft.say('refused', name, 'the chart takes a table here');
    else if (isRelease)
      draft.say(
        'no-effect',
        name,
        `chart ${CHART_RELEASE} does not read this value: runners are set up in runners.config`,
      );
  }
}

function sayRow(row: ChartValue, name: string, value: unknown, draft: Draft): void {
  const { options = [], hatches = [], note, isMissed } = row;
  if (options.length > 0 && value !== false)
    draft.say(
      'decide',
      name,
      note ?? 'see docs/options.md',
      options.map((one) => one.split('.')[1]).join(', '),
    );
  else if (hatches.length > 0) {
    const why = 'not carried over: write it there if managers still need it';
    draft.say('decide', name, note === undefined ? why : `${why} (here: ${note})`, hatches.join(', '));
  } else if (isMissed && value !== false) draft.say('decide', name, note);
  else draft.say('not-needed', name, note ?? 'it was off, and nothing here turns it on');
}
