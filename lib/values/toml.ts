import { type JsonMap, parse } from '@iarna/toml';

/**
 * A file of TOML as a table, with every number as one: the parser has whole ones from 2^53 as `bigint`, which neither
 * compares nor prints as the others do, and keeps 64 bits of them.
 *
 * @throws Error with a `line`, counted from 0, if the file is not TOML
 */
export function parseToml(text: string): JsonMap {
  return withNumbers(parse(text)) as JsonMap;
}

function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item)]));
}

/** A file as a table; undefined where it does not parse. */
export function tableOfToml(text: string): JsonMap | undefined {
  try {
    return parseToml(text);
  } catch {
    return undefined;
  }
}
