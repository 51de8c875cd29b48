import { nearestName } from '../values/suggest';
import type { ListShape, MapShape, PlainShape } from './shape';

/** Why a value of the right type is not within its bounds. */
export interface BoundsFault {
  readonly why: string;
  readonly fix: string;
  /** What to say of the value, where it is not shown. */
  readonly found?: string;
}

/** Why a plain value is not within the bounds of its shape; undefined where it is. */
export function boundsFault(
  value: unknown,
  wanted: PlainShape,
  exactIntegers: boolean,
): BoundsFault | undefined {
  if (wanted.is === 'data') return dataFault(value);
  const { enum: allowed } = wanted;
  if (allowed && !allowed.includes(String(value))) {
    const near = nearestName(String(value), allowed);
    return { why: `allowed are ${allowed.join(', ')}`, fix: near ? `write ${near}` : 'write one of them' };
  }
  if (typeof value === 'number') return numberFault(value, wanted, exactIntegers);
  return typeof value === 'string' ? textFault(value, wanted) : undefined;
}

function textFault(value: string, wanted: PlainShape): BoundsFault | undefined {
  const { pattern, called, format, minLength = 0, maxLength = Infinity } = wanted;
  // Characters as the API server counts them: one for each code point.
  const { length } = [...value];
  if (length < minLength || length > maxLength) {
    const bounds = maxLength === Infinity ? `at least ${minLength}` : `at most ${maxLength}`;
    return {
      found: `${length} characters`,
      why: `a text of ${bounds} characters is wanted`,
      fix: length < minLength ? 'write a longer one' : 'shorten it',
    };
  }
  if (format !== undefined) return formatFault(value, format);
  if (pattern === undefined || new RegExp(pattern).test(value)) return undefined;
  return called === undefined
    ? { why: `a text of this form is wanted: ${pattern}`, fix: 'write it in that form' }
    : { why: `${called} is wanted here`, fix: `write ${withoutComma(called)}` };
}

const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function formatFault(value: string, format: string): BoundsFault | undefined {
  if (format === 'byte' && !BASE64.test(value))
    return { found: 'a text', why: 'a text in base64 is wanted', fix: 'encode it' };
  if (format === 'date-time' && (!TIME.test(value) || Number.isNaN(Date.parse(value))))
    return { why: 'a time is wanted', fix: 'write it in this form: 2026-01-31T12:00:00Z' };
  return undefined;
}

const INT32 = 2 ** 31;

function numberFault(value: number, wanted: PlainShape, exactIntegers: boolean): BoundsFault | undefined {
  if (exactIntegers && wanted.is !== 'number' && !Number.isSafeInteger(value))
    return {
      found: 'a number of 2^53 or more',
      why: 'programs read numbers of that size as different ones',
      fix: 'write a smaller one',
    };
  const [least, most] = wanted.format === 'int32' ? [-INT32, INT32 - 1] : [-Infinity, Infinity];
  const { minimum = least, maximum = most } = wanted;
  if (value >= minimum && value <= maximum) return undefined;
  const range = maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return {
    why: `a number ${range} is wanted`,
    fix: `write ${value < minimum ? minimum : maximum}`,
  };
}

/** Why a list has too few or too many items, or one twice; undefined where it has not. */
export function itemsFault(
  value: readonly unknown[],
  { minItems = 0, maxItems = Infinity, unique }: ListShape,
): BoundsFault | undefined {
  const { length } = value;
  const found = length === 1 ? '1 item' : `${length} items`;
  if (length < minItems)
    return { found, why: `at least ${minItems} must be there`, fix: 'add what is missing' };
  if (length > maxItems)
    return { found, why: `at most ${maxItems} may be there`, fix: 'remove what is too much' };
  // Sets are of texts.
  const twice = unique ? value.find((item, index) => value.indexOf(item) < index) : undefined;
  return twice === undefined
    ? undefined
    : { found: `${String(twice)} twice`, why: 'each type may appear once', fix: 'leave one' };
}

/** Why an object has too many entries; undefined where it has not. */
export function entriesFault(
  value: Readonly<Record<string, unknown>>,
  { maxEntries = Infinity }: MapShape,
): BoundsFault | undefined {
  const count = Object.keys(value).length;
  if (count <= maxEntries) return undefined;
  return {
    found: `${count} entries`,
    why: `at most ${maxEntries} may be there`,
    fix: 'remove what is too much',
  };
}

/** What goes into YAML as it is must be data: no cycles, no functions. */
function dataFault(value: unknown): BoundsFault | undefined {
  try {
    structuredClone(value);
    JSON.stringify(value);
    return undefined;
  } catch {
    return {
      found: 'no data',
      why: 'what goes into YAML is data, without cycles and functions',
      fix: 'write plain objects, lists and values',
    };
  }
}

export function withoutComma(noun: string): string {
  return noun.replace(/,$/, '');
}
