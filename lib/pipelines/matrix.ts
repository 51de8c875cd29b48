import { type CiNode, flatItems, itemsOf, keyOf, textOf } from './node';
import { type PipelineProblem, problem } from './problem';

/** Most jobs that `parallel` makes of one. */
const MOST_JOBS = 200;

/** What `parallel` makes of a job. */
export interface Parallel {
  /** Variables of each cell; one without variables where there is no matrix. */
  readonly cells: readonly ReadonlyMap<string, string>[];
  readonly copies: number;
  readonly isMatrix: boolean;
}

const ONE: Parallel = { cells: [new Map()], copies: 1, isMatrix: false };

/** Reads `parallel: <number>` and `parallel: matrix`. */
export function parallelOf(job: string, node: CiNode | undefined, problems: PipelineProblem[]): Parallel {
  if (node === undefined) return ONE;
  const refuse = (found: string, why: string, fix: string) => {
    problems.push(problem('matrix', 'error', node.at, { found, why, fix }, { jobs: [job] }));
    return ONE;
  };
  const matrix = keyOf(node, 'matrix');
  if (matrix === undefined) {
    // A number in quotes is refused too.
    const count = node.kind === 'scalar' && typeof node.value === 'number' ? node.value : Number.NaN;
    return Number.isInteger(count) && count >= 1 && count <= MOST_JOBS
      ? { ...ONE, copies: count }
      : refuse(
          `parallel: ${textOf(node) ?? node.kind}`,
          `the value must be a whole number from 1 to ${MOST_JOBS}, or a matrix`,
          'write such a number',
        );
  }
  const rows = itemsOf(matrix).map((row) => axesOf(row));
  if (rows.some((row) => row === undefined))
    return refuse(
      'matrix',
      'a matrix is a list of tables, each with variables that have a value or a list of values',
      'write "matrix: [{ ARCH: [amd64, arm64] }]"',
    );
  const sizes = rows.map((row) => [...(row ?? [])].reduce((size, [, values]) => size * values.length, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MOST_JOBS || total === 0)
    return refuse(
      `a matrix of ${total} jobs`,
      `GitLab makes from 1 to ${MOST_JOBS}`,
      'use fewer values, or several jobs',
    );
  return { cells: rows.flatMap((row) => product([...(row ?? [])])), copies: 1, isMatrix: true };
}

function axesOf(row: CiNode): ReadonlyMap<string, readonly string[]> | undefined {
  if (row.kind !== 'table' || row.entries.size === 0) return undefined;
  const axes = new Map<string, readonly string[]>();
  for (const [name, value] of row.entries) {
    const values = flatItems(value).map(textOf);
    if (values.length === 0 || values.some((one) => one === undefined)) return undefined;
    axes.set(name, values as string[]);
  }
  return axes;
}

function product(
  axes: readonly (readonly [string, readonly string[]])[],
): readonly ReadonlyMap<string, string>[] {
  return axes.reduce<readonly ReadonlyMap<string, string>[]>(
    (cells, [name, values]) =>
      cells.flatMap((cell) => values.map((value) => new Map([...cell, [name, value]]))),
    [new Map()],
  );
}

/** The name of a cell as GitLab shows it. */
export function cellName(job: string, cell: ReadonlyMap<string, string>): string {
  return `${job}: [${[...cell.values()].join(', ')}]`;
}
