import type { Faults } from '../fault';
import type { EmptyDirProps } from '../props/volumes';
import { checkBytes, checkDataKey, checkOneOf, isDataKey } from './fields';

/** Rules of the fields that volumes of jobs and of managers have in common. */

/** That a volume says exactly one of its sources. */
export function checkOneSource(
  faults: Faults,
  said: readonly string[],
  allowed: readonly string[],
  example: string,
): void {
  if (said.length === 1) return;
  const rule = `a volume is exactly one of ${allowed.join(', ')}`;
  const fix = said.length === 0 ? `write ${example}` : 'leave out all but one';
  faults.add(said.at(-1) ?? allowed[0], said.join(' and ') || undefined, rule, fix);
}

/** Folders that containers need unchanged. */
const OF_SYSTEM =
  /^\/(?:proc|sys|dev|bin|sbin|lib|lib64|usr|etc|var|run|var\/run|usr\/(?:local\/)?s?bin|usr\/lib)$|^\/dev\/termination-log$/;
/** Where Kubernetes mounts the token of a pod's ServiceAccount, unless something else is mounted there. */
const OF_ACCOUNT = /^(?:\/var)?\/run\/secrets(?:\/kubernetes\.io(?:\/serviceaccount)?)?$/;
/** Where the executor keeps the scripts and logs of a job. */
const OF_EXECUTOR = /^\/(?:scripts|logs)-/;

/** An absolute path of a container. */
export function checkMountPath(faults: Faults, path: unknown): path is string {
  if (!checkFolder(faults, 'mountPath', path)) return false;
  if (OF_ACCOUNT.test(path)) {
    const rule = 'the token of the ServiceAccount is there, and another volume would replace it';
    faults.add('mountPath', path, rule, 'mount it elsewhere, for example at "/files"');
    return false;
  }
  const isShut = OF_SYSTEM.test(path) || OF_EXECUTOR.test(path);
  if (!isShut) return true;
  const rule = OF_EXECUTOR.test(path)
    ? 'the executor keeps scripts and logs of jobs there'
    : 'a volume there hides what containers need to start';
  faults.add('mountPath', path, rule, 'mount it elsewhere, for example at "/cache"');
  return false;
}

/** An absolute path as mounts take it, and not the root of everything. */
export function checkFolder(faults: Faults, field: string, path: unknown): path is string {
  if (typeof path === 'string' && /^(?:\/[^/:$\s]+)+$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path))
    return true;
  const rule = 'an absolute path without "..", colons, variables, spaces and a slash at its end';
  faults.add(field, path, rule, 'write it as "/cache/ccache"');
  return false;
}

/** A folder within a volume. */
export function checkSubPath(faults: Faults, path: unknown): void {
  if (isBelow(path)) return;
  const rule = 'a relative path without ".." within the volume';
  faults.add('subPath', path, rule, 'write it as "ccache"');
}

/**
 * Paths of files by key.
 *
 * @param kind of the object whose keys they are; undefined where the volume is of no such object
 */
export function checkItems(
  faults: Faults,
  items: Readonly<Record<string, unknown>>,
  kind: 'Secret' | 'ConfigMap' | undefined,
): void {
  if (kind === undefined) {
    const rule = 'keys are those of a ConfigMap or a Secret';
    faults.add('items', 'set', rule, 'leave it out');
    return;
  }
  if (Object.keys(items).length === 0)
    faults.add('items', items, 'without a key no file is mounted', 'name a key, or leave it out');
  for (const [key, path] of Object.entries(items)) {
    const field = `items[${JSON.stringify(key)}]`;
    checkDataKey(faults, field, key, 'settings.xml', kind);
    if (isBelow(path)) continue;
    const example = isDataKey(key) ? key : 'settings.xml';
    faults.add(field, path, 'a relative path without ".." below mountPath', `write it as "${example}"`);
  }
}

function isBelow(path: unknown): boolean {
  if (typeof path !== 'string' || path === '' || path.startsWith('/')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** An empty folder: in memory or on disk, and how much it holds. */
export function checkEmptyDir(faults: Faults, { medium, sizeLimit }: EmptyDirProps): void {
  if (medium !== undefined) checkOneOf(faults, 'medium', medium, ['Memory']);
  if (sizeLimit !== undefined) checkBytes(faults, 'sizeLimit', sizeLimit);
}
