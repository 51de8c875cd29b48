import type { FieldPath } from './field-path';

/** Reading of objects whose shape nobody has checked yet: what isn't there, or is of another type, is undefined. */

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a table: an object that is neither a list nor a date, which TOML has. */
export function isTable(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A table, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isTable(value) ? value : {};
}

/** A list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text or a number as text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The texts of a table. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts: [string, string][] = [];
  for (const [key, item] of Object.entries(fieldsOf(value))) {
    const text = textOf(item);
    if (text !== undefined) texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}

/** The value at the end of a way through tables and lists. */
export function at(value: unknown, path: FieldPath): unknown {
  let found = value;
  for (const step of path) found = typeof step === 'number' ? listOf(found)[step] : fieldsOf(found)[step];
  return found;
}
