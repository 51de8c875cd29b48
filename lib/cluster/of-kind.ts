import type { Manifest } from './manifest';

type Index = ReadonlyMap<string, readonly Manifest[]>;

const kinds = new WeakMap<readonly Manifest[], Index>();
const names = new WeakMap<readonly Manifest[], Index>();

/**
 * The objects of a kind among manifests, in their order. Sorted by kind once for each list: what is asked for every runner
 * must not read every object again.
 */
export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return indexOf(manifests, kinds, (one) => one.kind).get(kind) ?? [];
}

/** The objects of a kind with a name, of all namespaces. */
export function objectsNamed(
  manifests: readonly Manifest[],
  kind: string,
  name: string | undefined,
): readonly Manifest[] {
  return indexOf(manifests, names, (one) => `${one.kind}/${one.name}`).get(`${kind}/${name}`) ?? [];
}

function indexOf(
  manifests: readonly Manifest[],
  known: WeakMap<readonly Manifest[], Index>,
  keyOf: (manifest: Manifest) => string,
): Index {
  const found = known.get(manifests);
  if (found !== undefined) return found;
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const group = groups.get(keyOf(manifest));
    if (group === undefined) groups.set(keyOf(manifest), [manifest]);
    else group.push(manifest);
  }
  known.set(manifests, groups);
  return groups;
}
