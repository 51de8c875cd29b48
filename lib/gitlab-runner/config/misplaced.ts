import type { ShapeProblem } from '../../shape/problems';
import { type FieldPath, formatPath } from '../../values/field-path';
import { at as valueAt } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Keys that stand in one table and are known to another one around it. */
interface Misplaced {
  readonly table: FieldPath;
  /** Headers of the tables that know them. */
  readonly owners: Set<string>;
  readonly problems: ShapeProblem[];
}

/**
 * Keys that a table around theirs knows: below a header, TOML takes every key for that table. One problem for each table, since
 * one header in the wrong place moves all keys that follow it.
 *
 * @param isKnown whether a config.toml with nothing but this key is one that the runner knows
 */
export function misplacedKeys(
  unknown: readonly ShapeProblem[],
  config: unknown,
  isKnown: (config: unknown) => boolean,
): { readonly problems: readonly ConfigProblem[]; readonly taken: ReadonlySet<ShapeProblem> } {
  const found = new Map<string, Misplaced>();
  for (const problem of unknown) {
    const table = problem.path.slice(0, -1);
    const key = problem.path.at(-1);
    // The image of a service is its name, and not that of jobs.
    if (typeof key !== 'string' || (key === 'image' && table.includes('services'))) continue;
    const owner = ownersOf(table).find((one) =>
      isKnown(nested([...one, key], valueAt(config, problem.path))),
    );
    if (owner === undefined) continue;
    const id = JSON.stringify(table);
    const known = found.get(id) ?? { table, owners: new Set(), problems: [] };
    known.owners.add(header(owner));
    known.problems.push(problem);
    found.set(id, known);
  }
  return {
    problems: [...found.values()].map(misplaced),
    taken: new Set([...found.values()].flatMap(({ problems }) => problems)),
  };
}

/** Tables around another one, the nearest first; those of the whole process are not looked at. */
function ownersOf(table: FieldPath): readonly FieldPath[] {
  return table
    .map((_, index) => table.slice(0, index))
    .filter((path) => path.length >= 2)
    .reverse();
}

/** A config.toml that holds one value. */
function nested(path: FieldPath, value: unknown): unknown {
  return path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}

function misplaced({ table, owners, problems }: Misplaced): ConfigProblem {
  const of = [...owners].join(' and ');
  const keys = problems.map(({ path }) => String(path.at(-1)));
  const isOne = keys.length === 1;
  return {
    id: 'unknown-key',
    severity: 'error',
    at: isOne ? formatPath(problems[0].path) : formatPath(table),
    found: keys.join(', '),
    why: `${isOne ? 'this key' : 'these keys'} of ${of} ${isOne ? 'stands' : 'stand'} below the header ${header(table)}, where the runner does not know ${isOne ? 'it' : 'them'} and ignores ${isOne ? 'it' : 'them'} silently`,
    fix: `move ${isOne ? 'it' : 'them'} in front of that header, to the other keys of ${of}`,
  };
}

/** The header of a table, for example `[runners.kubernetes]`. */
function header(path: FieldPath): string {
  const names = path.filter((step) => typeof step === 'string').join('.');
  return typeof path.at(-1) === 'number' ? `[[${names}]]` : `[${names}]`;
}
