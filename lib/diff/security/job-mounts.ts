import { type Fields, fieldsOf, listOf, textOf } from '../../values/record';

/** A kind of `[[runners.kubernetes.volumes]]` whose source `pod-powers` judges by its name. */
interface Kind {
  readonly kind: string;
  /** The key of the name. */
  readonly key: string;
  readonly title: (name: string) => string;
}

const KINDS: readonly Kind[] = [
  { kind: 'host_path', key: 'host_path', title: (path) => `${path} of their node` },
  { kind: 'secret', key: 'name', title: (name) => `the Secret ${name}` },
  { kind: 'pvc', key: 'name', title: (name) => `the PersistentVolumeClaim ${name}` },
];
/** What of a mount changes how it reaches the container. */
const DETAILS = ['mount_path', 'sub_path', 'mount_propagation'] as const;

/**
 * How jobs mount what they had before in another way, as rests of sentences: another place in the container, another part of the
 * source, mounts that reach the node, further keys of a Secret. What is new at all is a power of the pod.
 */
export function otherMounts(before: Fields, after: Fields): readonly string[] {
  return KINDS.flatMap(({ kind, key, title }) => {
    const [olds, news] = [before, after].map((table) => mountsOf(table, kind, key));
    return news.flatMap((mount) => {
      const known = olds.filter((one) => one.source === mount.source);
      if (known.length === 0 || known.some((old) => isAlike(old.fields, mount.fields))) return [];
      return [
        `mount ${title(mount.source)} in another way: ${differences(known[0].fields, mount.fields).join(', ')}`,
      ];
    });
  });
}

interface Mount {
  readonly source: string;
  readonly fields: Fields;
}

function mountsOf(table: Fields, kind: string, key: string): readonly Mount[] {
  return listOf(fieldsOf(fieldsOf(table.kubernetes).volumes)[kind])
    .map(fieldsOf)
    .map((fields) => ({ source: textOf(fields[key]) || textOf(fields.mount_path) || '', fields }));
}

function isAlike(old: Fields, now: Fields): boolean {
  return differences(old, now).length === 0;
}

function differences(old: Fields, now: Fields): readonly string[] {
  const details = DETAILS.filter((key) => detailOf(old, key) !== detailOf(now, key)).map(
    (key) => `${key} is ${detailOf(now, key) || 'not set'}, before ${detailOf(old, key) || 'not set'}`,
  );
  const [olds, news] = [old, now].map(({ items }) => Object.entries(fieldsOf(items)));
  if (olds.length === 0) return details;
  if (news.length === 0) return [...details, 'all of its keys'];
  const added = news.filter(([key, path]) => !olds.some(([one, at]) => one === key && at === path));
  return [...details, ...added.map(([key, path]) => `its key ${key} at ${textOf(path) ?? ''}`)];
}

/** A `mount_propagation` of `None` is what holds without it. */
function detailOf(fields: Fields, key: string): string {
  const text = textOf(fields[key]) ?? '';
  return key === 'mount_propagation' && text === 'None' ? '' : text;
}
