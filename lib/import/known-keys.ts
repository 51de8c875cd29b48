import { GLOBAL_TABLE, type KeyShape, RUNNER_TABLE, type TableShape } from '../gitlab-runner/config/keys';

/** Whether GitLab Runner reads a key of a `[[runners]]` entry. */
export function isRunnerKey(path: readonly string[]): boolean {
  return isKnown(path, RUNNER_TABLE);
}

/** Whether GitLab Runner reads a key of the whole file. */
export function isGlobalKey(path: readonly string[]): boolean {
  return isKnown(path, GLOBAL_TABLE);
}

function isKnown([key, ...rest]: readonly string[], table: TableShape): boolean {
  if (!Object.hasOwn(table, key)) return false;
  return rest.length === 0 || isKnownBelow(rest, table[key]);
}

function isKnownBelow(path: readonly string[], shape: KeyShape): boolean {
  if (typeof shape === 'string') return false;
  if ('table' in shape) return isKnown(path, shape.table);
  return 'map' in shape;
}
