import { isTable } from '../values/record';
import { holdsVariable, openVariablesIn, withDefaults } from '../values/run-time-variable';
import { parseToml, tableOfToml } from '../values/toml';

/** A config.toml as it is once its variables are filled in, as far as their values are known. */
export interface FilledConfig {
  readonly table: Readonly<Record<string, unknown>>;
  /** Variables that stand for whole values without quotes, which are left out. */
  readonly open: readonly string[];
  /** Variables whose default stands for them. */
  readonly defaults: readonly string[];
}

/** A value that is one variable and nothing else, and that is not between quotes: not TOML before it is filled in. */
const BARE = /^([ \t]*[\w."'-]+[ \t]*=[ \t]*)(\$\{[^{}"'\n]*\})(?=[ \t]*(?:#.*)?$)/gm;
const WHOLE = /^\$\{[^{}]*\}$/;

/**
 * Reads a config.toml. Variables between quotes stay texts whatever their value: a number in quotes is refused.
 *
 * @param isFilledIn whether something fills in its variables
 * @throws Error with a `line`, counted from 0, if the file is not TOML
 */
export function filledConfig(text: string, isFilledIn: boolean): FilledConfig {
  if (!isFilledIn || !text.includes('${')) return { table: parseToml(text), open: [], defaults: [] };
  const bare = tableOfToml(text) === undefined ? [...text.matchAll(BARE)].map(([, , one]) => one) : [];
  const plain = bare.length === 0 ? text : text.replace(BARE, fillBare);
  const defaults = bare.filter((one) => openVariablesIn(one).length === 0);
  const table = withWholeDefaults(parseToml(plain), defaults) as FilledConfig['table'];
  return { table, open: bare.flatMap(openVariablesIn), defaults };
}

/** The default; without one the key becomes a comment, so that lines keep their numbers. */
function fillBare(line: string, key: string, variable: string): string {
  return openVariablesIn(variable).length > 0 ? `# ${line}` : `${key}${withDefaults(variable)}`;
}

/** Texts that are one variable with a default. Longer ones are scripts, in which a shell may fill it in. */
function withWholeDefaults(value: unknown, found: string[]): unknown {
  if (typeof value === 'string') {
    if (!WHOLE.test(value) || !holdsVariable(value) || openVariablesIn(value).length > 0) return value;
    found.push(value);
    return withDefaults(value);
  }
  if (Array.isArray(value)) return value.map((item) => withWholeDefaults(item, found));
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withWholeDefaults(item, found)]),
  );
}
