import { type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';
import { type Draft, isSaid, type Keys } from './draft';

/** A kind of volume that an option can express: the keys that it covers, and the option. */
interface VolumeKind {
  readonly known: readonly string[];
  readonly option: (entry: Fields) => Fields | undefined;
}

const COMMON = ['name', 'mount_path', 'sub_path', 'read_only'];

const KINDS: Readonly<Record<string, VolumeKind>> = {
  host_path: {
    known: [...COMMON, 'host_path'],
    option: ({ host_path, mount_path }) => ({ hostPath: textOf(host_path) || textOf(mount_path) }),
  },
  pvc: { known: COMMON, option: ({ name }) => ({ claim: textOf(name) }) },
  config_map: {
    known: [...COMMON, 'items'],
    option: ({ name, items }) => ({ configMap: textOf(name), ...itemsOf(items) }),
  },
  secret: {
    known: [...COMMON, 'items'],
    option: ({ name, items }) => ({ secret: textOf(name), ...itemsOf(items) }),
  },
  empty_dir: {
    known: ['name', 'mount_path', 'sub_path', 'medium', 'size_limit'],
    option: ({ medium, size_limit }) => ({
      emptyDir: {
        ...(medium === 'Memory' && { medium }),
        ...(textOf(size_limit) && { sizeLimit: textOf(size_limit) }),
      },
    }),
  },
};

/** Takes volumes of jobs: as options where these cover all keys of a volume, otherwise as `config`. */
export function takeVolumes(keys: Keys, draft: Draft): void {
  const volumes: Fields[] = [];
  for (const [kind, list] of Object.entries(fieldsOf(keys.take('kubernetes', 'volumes')))) {
    const from = `kubernetes.volumes.${kind}`;
    const others: unknown[] = [];
    for (const entry of listOf(list)) {
      const volume = isTable(entry) ? volumeOf(kind, entry) : undefined;
      if (volume === undefined) others.push(entry);
      else {
        volumes.push(volume);
        draft.say('option', `${from} ${textOf(fieldsOf(entry).name) ?? ''}`.trimEnd(), undefined, 'volumes');
      }
    }
    if (others.length > 0) draft.config(from, ['runner', 'kubernetes', 'volumes', kind], others);
  }
  if (volumes.length > 0) draft.runner.volumes = volumes;
}

function volumeOf(kind: string, entry: Fields): Fields | undefined {
  if (!Object.hasOwn(KINDS, kind)) return undefined;
  const { known, option } = KINDS[kind];
  if (Object.keys(entry).some((key) => !known.includes(key))) return undefined;
  const mountPath = textOf(entry.mount_path)?.replace(/(?<=.)\/+$/, '');
  const source = option(entry);
  if (mountPath === undefined || !/^\/[^:$\s]*$/.test(mountPath) || source === undefined) return undefined;
  return {
    mountPath,
    ...source,
    ...(textOf(entry.sub_path) && { subPath: textOf(entry.sub_path) }),
    ...(entry.read_only === true && kind !== 'empty_dir' && { readOnly: true }),
  };
}

function itemsOf(items: unknown): Fields {
  return isTable(items) && isSaid(items) ? { items } : {};
}
