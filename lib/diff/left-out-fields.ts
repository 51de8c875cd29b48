import { isTable } from '../values/record';

/** A way to fields: keys by name or pattern, and `[]` for every item of a list. */
export type FieldPattern = readonly (string | RegExp)[];

/** A way in words, for example `spec containers [] image`, with patterns of keys at its end. */
export function fieldPattern(words: string, ...more: readonly (string | RegExp)[]): FieldPattern {
  return [...words.split(' '), ...more];
}

/** A value without the fields that some patterns name. It is compared as it is, so that no name of an item plays a part. */
export function withoutFields(value: unknown, patterns: readonly FieldPattern[]): unknown {
  if (patterns.length === 0) return value;
  if (Array.isArray(value)) {
    const inner = patterns.filter(([step]) => step === '[]').map(([, ...rest]) => rest);
    return inner.length === 0 ? value : value.map((item) => withoutFields(item, inner));
  }
  if (!isTable(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const own = patterns.filter(([step]) => matches(step, key)).map(([, ...rest]) => rest);
    return own.some((rest) => rest.length === 0) ? [] : [[key, withoutFields(item, own)]];
  });
  return Object.fromEntries(entries);
}

function matches(step: string | RegExp, key: string): boolean {
  return typeof step === 'string' ? step === key : step.test(key);
}
