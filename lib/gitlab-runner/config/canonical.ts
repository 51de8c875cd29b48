import { type Fields, fieldsOf, isTable, listOf } from '../../values/record';
import { GLOBAL_TABLE, type KeyShape, RUNNER_TABLE, type TableShape } from './keys';

/** The shape of a whole config.toml. */
export const CONFIG_SHAPE = {
  table: { ...GLOBAL_TABLE, runners: { list: { table: RUNNER_TABLE } } },
} as const satisfies KeyShape;

/**
 * A parsed config.toml with its keys as the runner calls them: its reader takes a key in any case where none fits exactly.
 * Keys of maps stay as they are, and dates become texts.
 * @see github.com/BurntSushi/toml decode.go, unifyStruct
 */
export function canonicalConfig(parsed: Fields): Fields {
  return fieldsOf(canonical(parsed, CONFIG_SHAPE));
}

function canonical(value: unknown, shape: KeyShape): unknown {
  if (shape === 'date') return value instanceof Date ? value.toISOString() : value;
  if (typeof shape === 'string') return value;
  if ('list' in shape)
    return Array.isArray(value) ? listOf(value).map((item) => canonical(item, shape.list)) : value;
  if (!('table' in shape) || !isTable(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const name = nameOf(key, shape.table, value);
    return [name, Object.hasOwn(shape.table, name) ? canonical(item, shape.table[name]) : item];
  });
  return Object.fromEntries(entries);
}

/** The known key that a key stands for; itself where it is known, or where the known one stands beside it. */
function nameOf(key: string, table: TableShape, others: Fields): string {
  if (Object.hasOwn(table, key)) return key;
  const known = Object.keys(table).find((name) => name.toLowerCase() === key.toLowerCase());
  return known === undefined || Object.hasOwn(others, known) ? key : known;
}
