import { type JsonMap, parse, stringify } from '@iarna/toml';
import { isTable } from './record';

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

/**
 * The text of a table: plain keys first, then tables within it, each two spaces deeper than the table around it that has a header.
 * The library that prints single keys starts over at the margin below a table without keys of its own.
 */
export function printToml(table: JsonMap): string {
  return `${blocksOf(table, [], 0)
    .filter((block) => block !== '')
    .join('\n\n')}\n`;
}

/** Keys of a table, and of each table within it, a block each. */
function blocksOf(table: JsonMap, path: readonly string[], depth: number, header = ''): readonly string[] {
  const entries = Object.entries(table).filter(([, value]) => value !== undefined);
  const tables = entries.filter(([, value]) => isNested(value));
  const keys = entries
    .filter(([, value]) => !isNested(value))
    .map(([key, value]) => keyLine(key, value, depth));
  const block = [header, ...keys].filter((line) => line !== '').join('\n');
  const inner = path.length > 0 && block !== '' ? depth + 1 : depth;
  return [block, ...tables.flatMap(([key, value]) => tableBlocks(value, [...path, key], inner))];
}

function tableBlocks(value: unknown, path: readonly string[], depth: number): readonly string[] {
  const margin = '  '.repeat(depth);
  const name = path.map(keyText).join('.');
  if (Array.isArray(value))
    return value.flatMap((item) => blocksOf(item, path, depth, `${margin}[[${name}]]`));
  const table = value as JsonMap;
  // A table without keys of its own is there by those within it.
  const hasKeys = Object.values(table).some((item) => item !== undefined && !isNested(item));
  return blocksOf(table, path, depth, hasKeys ? `${margin}[${name}]` : '');
}

function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return isTable(value[0]);
  return isTable(value) && Object.keys(value).length > 0;
}

/** A key and its value. Lines of a text stay as they are, those of a list follow the key. */
function keyLine(key: string, value: JsonMap[string], depth: number): string {
  const margin = '  '.repeat(depth);
  const line = stringify({ [key]: value }).trimEnd();
  return margin + (Array.isArray(value) ? line.replaceAll('\n', `\n${margin}`) : line);
}

function keyText(key: string): string {
  return stringify({ [key]: 0 }).replace(/ = 0\s*$/, '');
}
