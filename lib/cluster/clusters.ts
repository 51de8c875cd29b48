import { relative } from 'node:path';
import { CLUSTER_ANNOTATION } from '../contract';
import type { FileLine, Problem } from '../problem';
import { certainIdentityOf, foldersOf, splitByFolder } from './cluster-folders';
import { displayName, identityOf, type Manifest } from './manifest';

/** The objects of one cluster. */
export interface Cluster {
  /** Its folder below the one that was read; undefined if all of that is one cluster. */
  readonly name: string | undefined;
  readonly manifests: readonly Manifest[];
}

/**
 * Objects by cluster. Folders beside each other are clusters of their own, at whatever depth, where each holds a config.toml
 * and what its jobs run on, as `dist/` has them, or where they hold objects of the same names, which no one cluster could;
 * unless they name the same cluster. What lies in none of them belongs to all; otherwise all is one.
 *
 * @param folder folder that holds all of the files
 */
export function clustersOf(folder: string, manifests: readonly Manifest[]): readonly Cluster[] {
  const { clusters, shared } = splitByFolder(
    manifests.map((manifest) => [manifest, foldersOf(manifest, folder)]),
    'by any object',
  );
  if (clusters.size < 2) return [{ name: undefined, manifests }];
  return joinClusters([...clusters]).map(({ name, manifests: own }) => ({
    name,
    manifests: [...own, ...shared],
  }));
}

/** Name of the folder below another one that a manifest is in, at whatever depth; empty where it is in none. */
export function folderOf({ file }: Manifest, below: string): string {
  const [first, ...rest] = relative(below, file).split(/[\\/]/);
  return rest.length > 0 ? first : '';
}

/** Groups of objects, joined where they name the same cluster: pods of one may land on nodes of the other. */
export function joinClusters(
  groups: readonly (readonly [name: string, manifests: readonly Manifest[]])[],
): readonly Cluster[] {
  const joined: { names: string[]; clusters: Set<string>; manifests: Manifest[] }[] = [];
  for (const [name, group] of groups) {
    const clusters = clusterNamesOf(group);
    // One that names two clusters joins what was apart.
    const known = joined.filter((one) => clusters.some((cluster) => one.clusters.has(cluster)));
    const [first = { names: [], clusters: new Set<string>(), manifests: [] }, ...others] = known;
    for (const other of others) joined.splice(joined.indexOf(other), 1);
    if (known.length === 0) joined.push(first);
    for (const one of others) {
      first.names.push(...one.names);
      first.manifests.push(...one.manifests);
      for (const cluster of one.clusters) first.clusters.add(cluster);
    }
    first.names.push(name);
    first.manifests.push(...group);
    for (const cluster of clusters) first.clusters.add(cluster);
  }
  return joined.map(({ names, manifests }) => ({ name: names.join(' and '), manifests }));
}

/** The clusters that some of them name. One that names none is of the same as the others. */
function clusterNamesOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap(({ kind, name, body }) => {
    const { annotations } = (body.metadata ?? {}) as { annotations?: Record<string, unknown> };
    if (kind === 'ClusterConfig') return [name];
    const isClass = kind === 'EC2NodeClass' || kind === 'NodeClass';
    const cluster = isClass ? annotations?.[CLUSTER_ANNOTATION] : undefined;
    return typeof cluster === 'string' ? [cluster] : [];
  });
}

/** The same without objects that may stand in two namespaces: two folders that name none. */
export function certainDuplicatesOf(manifests: readonly Manifest[]): readonly Problem<FileLine>[] {
  return duplicatesOf(manifests, certainIdentityOf);
}

/** Objects of one identity in one cluster: whichever is applied last wins. */
export function duplicatesOf(
  manifests: readonly Manifest[],
  identify: (manifest: Manifest) => string = identityOf,
): readonly Problem<FileLine>[] {
  const seen = new Map<string, Manifest>();
  const faults: Problem<FileLine>[] = [];
  for (const manifest of manifests) {
    const identity = identify(manifest);
    const first = seen.get(identity);
    if (first) {
      faults.push({
        id: 'duplicate-object',
        severity: 'error',
        at: { file: manifest.file, line: manifest.lineOf([]) },
        found: displayName(manifest),
        why: `it is in ${first.file}:${first.lineOf([])} too, and one would overwrite the other`,
        fix: 'keep one',
      });
    } else seen.set(identity, manifest);
  }
  return faults;
}
