import type { FieldPath } from '../values/field-path';
import { parseQuantity } from '../values/quantity';
import { isTable } from '../values/record';
import { nearestName } from '../values/suggest';
import { type BoundsFault, boundsFault, entriesFault, itemsFault, withoutComma } from './bounds';
import type { EitherShape, ListShape, MapShape, PlainShape, Shape, ShapeTypes, TableShape } from './shape';

/** What a value is validated against besides its shape. */
export interface ShapeRules {
  /** Types that shapes name. */
  readonly types?: ShapeTypes;
  /** Whether whatever is null is as if it were not there; items of lists aside. */
  readonly takesNull?: boolean;
  /** Whether null takes back what is inherited here. */
  readonly inherits?: boolean;
  /** Whether integers from 2^53 on, which programs read as different numbers, are a problem. */
  readonly exactIntegers?: boolean;
  /** What a name of a table is called: an option, a key, a field. */
  readonly entry: string;
  /** What a table is called: an object, a table. */
  readonly table: Noun;
  /** What to do about an unknown name that is near no known one. */
  readonly unknownFix: string;
}

/** One of them, and several: `['a text', 'texts']`. */
type Noun = readonly [one: string, many: string];

/** Why a value doesn't have its shape. */
export interface ShapeProblem {
  /** A name that must be there, one that nobody knows, a value of another type, a value out of bounds. */
  readonly kind: 'missing' | 'unknown' | 'type' | 'bounds';
  /** Way to the value from the top. */
  readonly path: FieldPath;
  /** Whether the last step is a key that anybody chose, and no known name. */
  readonly isKey?: boolean;
  readonly value: unknown;
  /** The value as text, or what it is where it is long. */
  readonly found: string;
  readonly why: string;
  readonly fix: string;
  /** What the value should be; undefined for a name. */
  readonly wanted?: Exclude<Shape, string>;
}

/** Everything in which a value differs from its shape; what is undefined counts as absent. */
export function shapeProblems(
  value: unknown,
  shape: Shape,
  rules: ShapeRules,
  path: FieldPath = [],
): ShapeProblem[] {
  if (value === undefined) return [];
  const wanted = resolved(shape, rules);
  if (value === null) return nullProblems(wanted, rules, path);
  if ('list' in wanted) return listProblems(value, wanted, rules, path);
  if ('either' in wanted) return eitherProblems(value, wanted, rules, path);
  if ('is' in wanted) return plainProblems(value, wanted, rules, path);
  if (!isTable(value)) return [wrongType(value, wanted, rules, path)];
  return 'map' in wanted
    ? mapProblems(value, wanted, rules, path)
    : tableProblems(value, wanted, rules, path);
}

/** A shape with the type that it names in its place. */
function resolved(shape: Shape, rules: ShapeRules): Exclude<Shape, string> {
  const name = typeof shape === 'string' ? shape : 'is' in shape ? shape.is : undefined;
  if (name === undefined || !rules.types || !Object.hasOwn(rules.types, name))
    return typeof shape === 'string' ? { is: shape } : shape;
  const type = resolved(rules.types[name], rules);
  if (typeof shape !== 'object') return type;
  const { nullable = type.nullable, inherits = type.inherits } = shape;
  return { ...type, nullable, inherits };
}

function nullProblems(wanted: Exclude<Shape, string>, rules: ShapeRules, path: FieldPath): ShapeProblem[] {
  const isAny = 'is' in wanted && wanted.is === 'any';
  return rules.takesNull || rules.inherits || wanted.nullable || isAny
    ? []
    : [wrongType(null, wanted, rules, path)];
}

function listProblems(value: unknown, wanted: ListShape, rules: ShapeRules, path: FieldPath): ShapeProblem[] {
  if (!Array.isArray(value)) return [wrongType(value, wanted, rules, path)];
  const fault = itemsFault(value, wanted);
  return [
    ...(fault ? [outOfBounds(value, fault, wanted, path)] : []),
    ...value.flatMap((item, index) => itemProblems(item, wanted.list, rules, [...path, index])),
  ];
}

function outOfBounds(
  value: unknown,
  fault: BoundsFault,
  wanted: Exclude<Shape, string>,
  path: FieldPath,
): ShapeProblem {
  return { kind: 'bounds', path, value, found: describe(value), wanted, ...fault };
}

/** A list holds nothing that is null, whatever its items are. */
function itemProblems(item: unknown, shape: Shape, rules: ShapeRules, path: FieldPath): ShapeProblem[] {
  return item === null
    ? [wrongType(item, resolved(shape, rules), rules, path)]
    : shapeProblems(item, shape, { ...rules, inherits: false }, path);
}

type Table = Readonly<Record<string, unknown>>;

function mapProblems(value: Table, wanted: MapShape, rules: ShapeRules, path: FieldPath): ShapeProblem[] {
  const fault = entriesFault(value, wanted);
  const entries = Object.entries(value).flatMap(([key, item]) =>
    shapeProblems(item, wanted.map, rules, [...path, key]).map((problem) =>
      problem.path.length === path.length + 1 ? { ...problem, isKey: true } : problem,
    ),
  );
  return fault ? [outOfBounds(value, fault, wanted, path), ...entries] : entries;
}

function tableProblems(value: Table, shape: TableShape, rules: ShapeRules, path: FieldPath): ShapeProblem[] {
  const { table, required = [], open, inherits = rules.inherits } = shape;
  const problems = required
    .filter((name) => !Object.hasOwn(value, name) || value[name] === undefined)
    .map((name) => missingName([...path, name]));
  const optional = { ...rules, inherits };
  const wanted = { ...rules, inherits: false };
  for (const [key, item] of Object.entries(value)) {
    if (Object.hasOwn(table, key)) {
      const below = required.includes(key) ? wanted : optional;
      problems.push(...shapeProblems(item, table[key], below, [...path, key]));
    } else if (!open && item !== undefined) problems.push(unknownName(key, Object.keys(table), rules, path));
  }
  return problems;
}

function missingName(path: FieldPath): ShapeProblem {
  const [found, why, fix] = ['nothing', 'it must be there', 'add it'];
  return { kind: 'missing', path, value: undefined, found, why, fix };
}

function unknownName(
  key: string,
  known: readonly string[],
  { entry, unknownFix }: ShapeRules,
  path: FieldPath,
): ShapeProblem {
  const near = nearestName(key, known);
  return {
    kind: 'unknown',
    path: [...path, key],
    value: key,
    found: key,
    why: `unknown ${entry}`,
    fix: near === undefined ? unknownFix : `write ${near}`,
  };
}

function eitherProblems(
  value: unknown,
  shape: EitherShape,
  rules: ShapeRules,
  path: FieldPath,
): ShapeProblem[] {
  const found = shape.either.map((one) => shapeProblems(value, one, rules, path));
  if (found.some((problems) => problems.length === 0)) return [];
  const isOfType = (problems: readonly ShapeProblem[]) =>
    problems.every((one) => one.kind !== 'type' || one.path.length > path.length);
  // Where one of them alone is of the value's type, it is the one that is meant, and says what is wrong in it.
  const meant = found.filter(isOfType);
  return meant.length === 1 ? meant[0] : [wrongType(value, shape, rules, path)];
}

interface PlainType {
  readonly noun: Noun;
  readonly test: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const PLAIN: Readonly<Record<string, PlainType>> = {
  string: { noun: ['a text', 'texts'], test: isText },
  integer: { noun: ['a whole number', 'whole numbers'], test: Number.isInteger },
  number: { noun: ['a number', 'numbers'], test: (value) => typeof value === 'number' },
  boolean: { noun: ['true or false', 'true and false'], test: (value) => typeof value === 'boolean' },
  quantity: {
    noun: ['a quantity, for example 500m or 2Gi,', 'quantities'],
    test: (value) =>
      ['number', 'string'].includes(typeof value) && parseQuantity(String(value)) !== undefined,
  },
  'int-or-string': {
    noun: ['a whole number or a text', 'whole numbers and texts'],
    test: (value) => Number.isInteger(value) || isText(value),
  },
  any: { noun: ['a value', 'values'], test: () => true },
  'path-or-function': {
    noun: ['a path or a function', 'paths and functions'],
    test: (value) => isText(value) || typeof value === 'function',
  },
  /** An object for YAML, whatever is in it. */
  data: { noun: ['an object', 'objects'], test: isTable },
};

function plainProblems(
  value: unknown,
  wanted: PlainShape,
  rules: ShapeRules,
  path: FieldPath,
): ShapeProblem[] {
  if (!PLAIN[wanted.is].test(value)) return [wrongType(value, wanted, rules, path)];
  const fault = boundsFault(value, wanted, rules.exactIntegers === true);
  return fault ? [outOfBounds(value, fault, wanted, path)] : [];
}

function wrongType(
  value: unknown,
  wanted: Exclude<Shape, string>,
  rules: ShapeRules,
  path: FieldPath,
): ShapeProblem {
  const [noun] = nounOf(wanted, rules);
  const why = `${value === null ? 'a value' : noun} is wanted here`;
  const fix = unquoted(value, wanted) ?? `write ${withoutComma(noun)}, or leave it out`;
  return { kind: 'type', path, value, found: describe(value), why, fix, wanted };
}

/** The fix where quotes make the difference. */
function unquoted(value: unknown, wanted: Exclude<Shape, string>): string | undefined {
  if (!('is' in wanted)) return undefined;
  if (wanted.is === 'string' && ['number', 'boolean'].includes(typeof value)) return 'write it in quotes';
  return wanted.is === 'boolean' && isText(value) ? 'write true or false, without quotes' : undefined;
}

function nounOf(shape: Shape, rules: ShapeRules): Noun {
  const wanted = resolved(shape, rules);
  if ('list' in wanted) return [`a list of ${nounOf(wanted.list, rules)[1]}`, 'lists'];
  if ('map' in wanted) return [`${rules.table[0]} of ${nounOf(wanted.map, rules)[1]}`, rules.table[1]];
  if ('table' in wanted) return rules.table;
  if ('is' in wanted) return [wanted.called ?? PLAIN[wanted.is].noun[0], PLAIN[wanted.is].noun[1]];
  const nouns = wanted.either.map((one) => nounOf(one, rules));
  return [nouns.map(([one]) => one).join(' or '), nouns.map(([, many]) => many).join(' and ')];
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isTable(value)) return 'an object';
  return ['bigint', 'function', 'symbol'].includes(typeof value)
    ? `a ${typeof value}`
    : JSON.stringify(value);
}
