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

/** The known key that a key stands for; itself where it is known, or where another spelling of it stands beside it. */
function nameOf(key: string, table: TableShape, others: Fields): string {
  if (Object.hasOwn(table, key)) return key;
  const known = Object.keys(table).find((name) => folded(name) === folded(key));
  if (known === undefined) return key;
  const [first] = Object.keys(others).filter((other) => folded(other) === folded(key));
  return Object.hasOwn(others, known) || first !== key ? key : known;
}

/** A key without the case of its letters, as Go's strings.EqualFold compares: the long s is an s too. */
function folded(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}

/** Whether a key is another spelling of a known one, and none that another table has. */
export function isOtherSpelling(key: string): boolean {
  return FOLDED.has(folded(key)) && !KNOWN.has(key);
}

const KNOWN = new Set(namesOf(CONFIG_SHAPE));
const FOLDED = new Set([...KNOWN].map(folded));

function namesOf(shape: KeyShape): readonly string[] {
  if (typeof shape === 'string') return [];
  if ('list' in shape) return namesOf(shape.list);
  if (!('table' in shape)) return [];
  return Object.entries<KeyShape>(shape.table).flatMap(([key, value]) => [key, ...namesOf(value)]);
}
