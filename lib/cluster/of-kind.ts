import type { Manifest } from './manifest';

const indexes = new WeakMap<readonly Manifest[], ReadonlyMap<string, readonly Manifest[]>>();

/**
 * The objects of a kind among manifests, in their order. Sorted by kind once for each list: what is asked for every runner
 * must not read every object again.
 */
export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  let index = indexes.get(manifests);
  if (index === undefined) {
    index = byKind(manifests);
    indexes.set(manifests, index);
  }
  return index.get(kind) ?? [];
}

function byKind(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const group = groups.get(manifest.kind);
    if (group === undefined) groups.set(manifest.kind, [manifest]);
    else group.push(manifest);
  }
  return groups;
}
