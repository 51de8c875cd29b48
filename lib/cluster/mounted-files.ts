import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';

/** Whether a container has a file: `unknown` where its folder is filled by what is not read here. */
export type FileState = 'there' | 'missing' | 'unknown';

/**
 * Whether a container of a pod has a file when it starts, as far as volumes say; what its image holds aside.
 *
 * @param fillsNothing whether no other container of the pod can have put files into an empty folder
 */
export function fileState(
  path: string,
  container: Fields,
  pod: Fields,
  namespace: string | undefined,
  manifests: readonly Manifest[],
  fillsNothing = false,
): FileState {
  const mount = listOf(container.volumeMounts)
    .map(fieldsOf)
    .filter(({ mountPath }) => isBelow(path, folderOf(mountPath)))
    .sort((a, b) => folderOf(b.mountPath).length - folderOf(a.mountPath).length)[0];
  if (mount === undefined) return 'missing';
  if (textOf(mount.subPathExpr)) return 'unknown';
  const volume = listOf(pod.volumes).find((one) => fieldsOf(one).name === mount.name);
  const isEmpty = fillsNothing && fieldsOf(volume).emptyDir !== undefined;
  const files = isEmpty ? NO_FILES : filesOf(volume, namespace, manifests);
  const below = path.slice(folderOf(mount.mountPath).length).replace(/^\/+/, '');
  const wanted = [textOf(mount.subPath) ?? '', below]
    .filter(Boolean)
    .join('/')
    .replace(/^\.?\/+/, '');
  if (files.names.has(wanted)) return 'there';
  return files.isOpen ? 'unknown' : 'missing';
}

function folderOf(mountPath: unknown): string {
  return (textOf(mountPath) ?? '').replace(/\/+$/, '');
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Files of a volume; open where there may be others. */
interface Files {
  readonly names: ReadonlySet<string>;
  readonly isOpen: boolean;
}

const NO_FILES: Files = { names: new Set(), isOpen: false };
const UNKNOWN: Files = { names: new Set(), isOpen: true };

function filesOf(volume: unknown, namespace: string | undefined, manifests: readonly Manifest[]): Files {
  const { configMap, projected } = fieldsOf(volume);
  if (configMap !== undefined) return filesOfConfigMap(fieldsOf(configMap), namespace, manifests);
  if (projected === undefined) return UNKNOWN;
  const sources = listOf(at(projected, ['sources'])).map((source) => {
    const own = fieldsOf(source).configMap;
    return own === undefined ? UNKNOWN : filesOfConfigMap(fieldsOf(own), namespace, manifests);
  });
  return {
    names: new Set(sources.flatMap(({ names }) => [...names])),
    isOpen: sources.some(({ isOpen }) => isOpen),
  };
}

function filesOfConfigMap(
  source: Fields,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): Files {
  const object = ofKind(manifests, 'ConfigMap').find(
    (one) => one.name === source.name && one.namespace === namespace,
  );
  if (object === undefined) return UNKNOWN;
  const items = listOf(source.items).map(fieldsOf);
  // A key that the object lacks is a fault of its own.
  const names = items.length === 0 ? keysOf(object) : items.map((item) => textOf(item.path) ?? '');
  return { names: new Set(names), isOpen: false };
}

/** Keys of a ConfigMap. */
export function keysOf({ body }: Manifest): readonly string[] {
  return [...Object.keys(textsOf(body.data)), ...Object.keys(textsOf(body.binaryData))];
}
