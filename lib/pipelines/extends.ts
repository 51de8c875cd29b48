import { nearestName } from '../values/suggest';
import { type CiNode, type CiTable, emptyTable, itemsOf, keyOf, mergeTables, textOf } from './node';
import { type PipelineProblem, problem } from './problem';

/** Most jobs that one extends, by way of others. @see MAX_NESTING_LEVELS in lib/gitlab/ci/config/extendable/entry.rb of GitLab */
const MOST_LEVELS = 10;

/** A table with what it extends merged below it. */
export interface Extended {
  readonly table: CiTable;
  /** Names that it extends and that nothing here defines, where an include that is not read may. */
  readonly missing: readonly string[];
  /** Keys whose value is the same whatever these bring. */
  readonly certain: ReadonlySet<string>;
  /** Jobs of its longest chain, itself among them. */
  readonly length: number;
}

/**
 * Every table of a pipeline with its chain of `extends` merged: later names win over earlier ones, the table over all.
 *
 * @param hasUnread whether an include is not read here, so that a name that is missing may come from there
 */
export function extendAll(
  root: CiTable,
  hasUnread: boolean,
  problems: PipelineProblem[],
): ReadonlyMap<string, Extended> {
  const chains = new Chains(root, hasUnread, problems);
  const tables = [...root.entries].filter((entry): entry is [string, CiTable] => entry[1].kind === 'table');
  return new Map(tables.map(([name, table]) => [name, chains.extend(name, table, [])]));
}

class Chains {
  private readonly done = new Map<string, Extended>();

  constructor(
    private readonly root: CiTable,
    private readonly hasUnread: boolean,
    private readonly problems: PipelineProblem[],
  ) {}

  /** @param trail names of those that extend it, the first of them first */
  extend(name: string, table: CiTable, trail: readonly string[]): Extended {
    const known = this.done.get(name);
    if (known !== undefined) return known;
    const bases = itemsOf(keyOf(table, 'extends')).map((one) => this.base(one, [...trail, name]));
    const own = { table, missing: [], certain: new Set(table.entries.keys()), length: 0 };
    const { length, ...result } = [...bases, own].reduce(joinBases);
    const whole = { ...result, table: { ...result.table, at: table.at }, length: length + 1 };
    this.done.set(name, whole);
    return whole;
  }

  private base(one: CiNode, trail: readonly string[]): Extended {
    const name = textOf(one) ?? '';
    const nothing = { table: emptyTable(one.at), missing: [], certain: new Set<string>(), length: 1 };
    if (this.hasUnread && !this.root.entries.has(name)) return { ...nothing, missing: [name] };
    const fault = faultOf(name, trail, this.root);
    const found =
      fault === undefined ? this.extend(name, this.root.entries.get(name) as CiTable, trail) : undefined;
    if (found !== undefined && found.length <= MOST_LEVELS) return found;
    // What is longer by one more is not reported again.
    if (found === undefined || found.length === MOST_LEVELS + 1)
      this.problems.push(
        problem(
          'extends',
          'error',
          one.at,
          { found: name || one.kind, ...(fault ?? TOO_LONG) },
          { jobs: trail.slice(-1) },
        ),
      );
    const length = fault === TOO_LONG ? MOST_LEVELS + 1 : (found?.length ?? 1);
    return { ...nothing, length };
  }
}

/** What an unknown base brings may replace what is below it, and nothing that is above. */
function joinBases(below: Extended, above: Extended): Extended {
  const isOpen = above.missing.length > 0;
  return {
    table: mergeTables(below.table, above.table),
    missing: [...below.missing, ...above.missing],
    certain: isOpen ? above.certain : new Set([...below.certain, ...above.certain]),
    length: Math.max(below.length, above.length),
  };
}

const TOO_LONG = {
  why: `GitLab refuses a chain of more than ${MOST_LEVELS + 1} jobs`,
  fix: 'extend fewer levels',
};

function faultOf(
  base: string,
  trail: readonly string[],
  root: CiTable,
): { readonly why: string; readonly fix: string } | undefined {
  const found: CiNode | undefined = root.entries.get(base);
  if (trail.includes(base))
    return {
      why: `${[...trail.slice(trail.indexOf(base)), base].join(' extends ')}: a circle`,
      fix: 'remove one of these extends',
    };
  if (found === undefined) {
    // Names of a letter or two are all alike.
    const nearest = base.length > 2 ? nearestName(base, [...root.entries.keys()]) : undefined;
    return {
      why: 'neither the file nor its includes define this name, and GitLab refuses the pipeline',
      fix: nearest === undefined ? 'define it, or include the file that does' : `write ${nearest}`,
    };
  }
  if (found.kind !== 'table') return { why: 'it is not a job', fix: 'extend a job' };
  // Long before a chain is too long to follow.
  return trail.length > 10 * MOST_LEVELS ? TOO_LONG : undefined;
}
