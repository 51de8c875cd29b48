import { type ShapeRules, shapeProblems } from '../../lib/shape/problems';
import type { Shape } from '../../lib/shape/shape';
import { formatPath } from '../../lib/values/field-path';

const RULES: ShapeRules = {
  types: {
    Pool: { table: { name: 'string', size: 'integer', next: 'Pool' }, required: ['name'] },
    bytes: 'string',
  },
  entry: 'option',
  table: ['an object', 'objects'],
  unknownFix: 'leave it out',
};

/** What is said of a value, a line for each problem. */
function said(value: unknown, shape: Shape, rules: Partial<ShapeRules> = {}): readonly string[] {
  return shapeProblems(value, shape, { ...RULES, ...rules }).map(
    ({ path, found, why, fix }) => `${formatPath(path)}: ${found}: ${why}: ${fix}`,
  );
}

test('a value of its shape has no problem, and neither has one that is absent', () => {
  expect(said({ name: 'a', size: 3, next: { name: 'b', next: undefined } }, 'Pool')).toEqual([]);
  expect(said(undefined, 'Pool')).toEqual([]);
});

test('all problems are reported at once, each at its place, however deep', () => {
  expect(said({ size: 'x', next: { nam: 'b' } }, 'Pool')).toEqual([
    'name: nothing: it must be there: add it',
    'size: "x": a whole number is wanted here: write a whole number, or leave it out',
    'next.name: nothing: it must be there: add it',
    'next.nam: nam: unknown option: write name',
  ]);
});

test('a name that is undefined is missing where it is required, and not unknown elsewhere', () => {
  expect(said({ name: undefined, other: undefined }, 'Pool')).toEqual([
    'name: nothing: it must be there: add it',
  ]);
});

test('a name near none that is known is left out, unless others are taken', () => {
  expect(said({ name: 'a', constructor: 1 }, 'Pool')).toEqual([
    'constructor: constructor: unknown option: leave it out',
  ]);
  expect(said({ any: 1 }, { table: {}, open: true })).toEqual([]);
});

// biome-ignore format: a table of cases
test.each<[wanted: string, shape: Shape, wrong: unknown, found: string]>([
  ['a text', 'bytes', [], 'a list'],
  ['a number', 'number', 'x', '"x"'],
  ['a whole number or a text', 'int-or-string', 1.5, '1.5'],
  ['an object', 'Pool', 'x', '"x"'],
  ['an object', 'Pool', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['an object', 'data', 5n, 'a bigint'],
  ['a list of texts', { list: 'string' }, {}, 'an object'],
  ['a list of objects', { list: 'Pool' }, 1, '1'],
  ['a list of lists', { list: { list: 'integer' } }, 1, '1'],
  ['an object of whole numbers', { map: 'integer' }, [], 'a list'],
  ['a text or a list of texts', { either: ['string', { list: 'string' }] }, {}, 'an object'],
])('%s is wanted where something else is', (wanted, shape, wrong, found) => {
  expect(said(wrong, shape)).toEqual([
    `: ${found}: ${wanted} is wanted here: write ${wanted}, or leave it out`,
  ]);
});

test('of several shapes, the one of the same type is meant, and says what is wrong in it', () => {
  const shape: Shape = { either: ['string', { list: 'string' }, 'Pool'] };
  expect(said([1], shape)).toEqual(['[0]: 1: a text is wanted here: write it in quotes']);
  expect(said({ name: 'a', sze: 1 }, shape)).toEqual(['sze: sze: unknown option: write size']);
});

test('items of lists and maps have problems of their own, and keys that anybody chose are marked', () => {
  expect(said([{ name: 'a' }, { name: 5 }], { list: 'Pool' })).toEqual([
    '[1].name: 5: a text is wanted here: write it in quotes',
  ]);
  const problems = shapeProblems({ a: true, b: 'false' }, { map: 'boolean' }, RULES);
  expect(problems).toEqual([
    expect.objectContaining({ path: ['b'], isKey: true, fix: 'write true or false, without quotes' }),
  ]);
});

test.each<[shape: Shape, value: unknown, says: string]>([
  [
    { is: 'string', enum: ['spot', 'on-demand'] },
    'sport',
    '"sport": allowed are spot, on-demand: write spot',
  ],
  [{ is: 'string', enum: ['a', 'b'] }, 'zzzz', '"zzzz": allowed are a, b: write one of them'],
  [{ is: 'string', pattern: '^a$' }, 'b', '"b": a text of this form is wanted: ^a$: write it in that form'],
  [
    { is: 'string', pattern: '^\\d+m$', called: 'a duration, for example 5m,' },
    'b',
    '"b": a duration, for example 5m, is wanted here: write a duration, for example 5m',
  ],
  [{ is: 'integer', minimum: 1, maximum: 9 }, 0, '0: a number from 1 to 9 is wanted: write 1'],
  [{ is: 'integer', minimum: 1, maximum: 9 }, 10, '10: a number from 1 to 9 is wanted: write 9'],
])('%j refuses %j', (shape, value, says) => {
  expect(said(value, shape)).toEqual([`: ${says}`]);
});

test('null is refused with what to write, but for what may be null', () => {
  const says = ['size: null: a value is wanted here: write a whole number, or leave it out'];
  expect(said({ name: 'a', size: null }, 'Pool')).toEqual(says);
  expect(said({ name: 'a', size: null }, 'Pool', { takesNull: true })).toEqual([]);
  expect(said(null, { is: 'Pool', nullable: true })).toEqual([]);
  expect(said(null, 'any')).toEqual([]);
  // No list of an API server holds it.
  expect(said([null], { list: 'any' }, { takesNull: true })).toHaveLength(1);
});

test('numbers that programs read as different ones are refused where they are counted', () => {
  expect(said(2 ** 53, 'integer')).toEqual([]);
  expect(said(2 ** 53, 'integer', { exactIntegers: true })).toEqual([
    ': a number of 2^53 or more: programs read numbers of that size as different ones: write a smaller one',
  ]);
  expect(said(1e300, 'number', { exactIntegers: true })).toEqual([]);
});

test('what goes into YAML as it is holds no cycles and no functions', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  expect(said({ a: [1, null] }, 'data')).toEqual([]);
  for (const value of [cycle, { run: () => 1 }])
    expect(said(value, 'data')).toEqual([
      ': no data: what goes into YAML is data, without cycles and functions: write plain objects, lists and values',
    ]);
});
