import { readFileSync } from 'node:fs';
import shapes from '../../../lib/fleet/props/shapes.json';
import { GLOBAL_TABLE } from '../../../lib/gitlab-runner/config/keys';
import { CHART_VALUES, shortName } from '../../../lib/import/chart-values';
import { chartSection, valuesByOption } from '../../../tools/scripts/chart-section';
import { PAGE } from '../../../tools/scripts/options';
import { READ_BY_TEMPLATES } from '../../import/chart-reads';

const TABLES: Readonly<Record<string, { readonly table: Readonly<Record<string, unknown>> }>> =
  shapes as never;

test('every value of the chart stands in the table, once', () => {
  const values = CHART_VALUES.map(({ value }) => value);
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
  const isThere = (name: string) =>
    values.some((value) => name === value || name.startsWith(`${value}.`) || value.startsWith(`${name}.`));
  expect(READ_BY_TEMPLATES.filter((name) => !isThere(name))).toEqual([]);
});

test('the table has no value that the chart does not read', () => {
  const isRead = (value: string) =>
    READ_BY_TEMPLATES.some((name) => name === value || name.startsWith(`${value}.`));
  // Read with the whole of what they are part of.
  const PARTS = ['sessionServer.ingress'];
  const others = CHART_VALUES.filter(({ value }) => !isRead(value) && !PARTS.includes(value));
  expect(others.map(({ value }) => value)).toEqual([]);
});

test('every option that takes the place of a value exists', () => {
  const options = [...valuesByOption().keys()];
  expect(options.length).toBeGreaterThan(40);
  const isOption = (name: string) => {
    const [group, option] = name.split('.');
    return Object.hasOwn(TABLES, group) && Object.hasOwn(TABLES[group].table, option);
  };
  expect(options.filter((option) => !isOption(option))).toEqual([]);
  for (const option of options) expect(shortName(option)).toMatch(/^[a-z][\w[\].]*$/);
});

test('every hatch exists: a key of the file, a kind that is rendered, or objects of the owner', () => {
  const kinds = readFileSync('lib/fleet/props/runner.ts', 'utf8');
  const isHatch = (hatch: string) => {
    const [first, ...rest] = hatch.split('.');
    if (first === 'patches') return kinds.includes(`| '${rest[0]}'`);
    if (first === 'config') return rest[0] === 'global' && Object.hasOwn(GLOBAL_TABLE, rest[1]);
    return hatch === 'manifests' && Object.hasOwn(TABLES.RunnerFleetProps.table, hatch);
  };
  expect(CHART_VALUES.flatMap(({ hatches = [] }) => hatches.filter((one) => !isHatch(one)))).toEqual([]);
});

test('a value that nothing takes the place of says why', () => {
  const silent = CHART_VALUES.filter(
    ({ hatches, note, options }) => options === undefined && hatches === undefined && !note,
  );
  expect(silent).toEqual([]);
});

test('the page says it in both directions: each value by its option, each option by its values', () => {
  const page = readFileSync(PAGE, 'utf8');
  for (const row of chartSection()) expect(page).toContain(row);
  expect(page).toMatch(/^\| `concurrency` \| .* Chart: `concurrent`\. \|/m);
});

test('values that docstrings name themselves stand in the table', () => {
  const values = CHART_VALUES.map(({ value }) => value);
  const named = [...readFileSync(PAGE, 'utf8').matchAll(/ Chart: ([^|]*?)\. \|/g)].flatMap(([, text]) =>
    [...text.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !values.includes(name))).toEqual([]);
});
