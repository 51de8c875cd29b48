import { joinPath, parentOf } from '../cluster/file-names';
import { type Fields, fieldsOf, textOf } from '../values/record';

/**
 * Folders that an Application of a fleet may leave out without a runner losing anything: what is for whoever provisions the
 * cluster, and metrics with their alerts.
 */
const OPTIONAL = ['cluster/*', 'monitoring/*'];

/**
 * A source of an Application without the optional folders that it excludes. A pattern holds from the source's own folder on, so
 * that it leaves out such a folder only where the source is a single fleet: at the top of all fleets it leaves out a fleet of
 * that name.
 *
 * @param folder that holds the folders of fleets
 */
export function withoutOptional(source: unknown, folder: string): unknown {
  const { directory, ...others } = fieldsOf(source);
  const { exclude, ...rest } = fieldsOf(directory);
  const path = textOf(others.path);
  if (textOf(exclude) === undefined || path === undefined || parentOf(joinPath('', path)) !== folder)
    return source;
  const left = patternsOf(String(exclude)).filter((pattern) => !OPTIONAL.includes(pattern));
  return { ...others, directory: left.length === 0 ? rest : { ...rest, exclude: left } };
}

/** Whether a source excludes the metrics and alerts of its fleet. */
export function leavesOutMonitoring(source: unknown): boolean {
  return patternsOf(textOf(fieldsOf(fieldsOf(source).directory).exclude) ?? '').includes('monitoring/*');
}

/** Whether all that a source says of its folder is that it is read with the folders below it, as a fleet has to be. */
export function isOnlyRecursive(directory: unknown): boolean {
  const fields: Fields = fieldsOf(directory);
  return fields.recurse === true && Object.keys(fields).length === 1;
}

/** `{a,b}` as `a` and `b`; what has another form stays as it is. */
function patternsOf(exclude: string): readonly string[] {
  const [, inner] = /^\{([^{}]*)\}$/.exec(exclude) ?? [];
  return inner === undefined ? [exclude] : inner.split(',');
}
