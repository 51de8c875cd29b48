import { relative } from 'node:path';
import { textsOf } from '../values/record';
import type { Manifest } from './manifest';

/** An object with the folders that it lies in, from the one that was read. */
export type PlacedManifest = readonly [manifest: Manifest, folders: readonly string[]];

/** Objects by the folder of their cluster, and those that lie in none of these. */
export interface ClusterFolders {
  readonly clusters: ReadonlyMap<string, readonly Manifest[]>;
  readonly shared: readonly Manifest[];
}

/** Folders of an object below another one; none for what lies outside of it, for example standard input. */
export function foldersOf({ file }: Manifest, below: string): readonly string[] {
  const folders = relative(below, file).split(/[\\/]/).slice(0, -1);
  return folders[0] === '..' ? [] : folders;
}

/** What two objects of one cluster can't have in common: group, kind, namespace and name. */
export function identityOf({ apiVersion, kind, namespace, name }: Manifest): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [group, kind, namespace, name].join(' ');
}

/** Whether objects are a cluster's: configs of runners, and what their jobs run on. */
export function isCluster(manifests: readonly Manifest[]): boolean {
  const kinds = new Set(manifests.map(({ kind }) => kind));
  return (kinds.has('NodePool') || kinds.has('ClusterConfig')) && kinds.has('ConfigMap');
}

/** Whether objects are a part of a cluster that decides: pools, or configs of runners. */
function isPartOfCluster(manifests: readonly Manifest[]): boolean {
  return manifests.some(
    ({ kind, body }) =>
      kind === 'NodePool' ||
      (kind === 'ConfigMap' && Object.keys(textsOf(body.data)).some((key) => key.endsWith('.toml'))),
  );
}

/**
 * Splits objects by folders that are clusters, the topmost first. Folders of one name are of one cluster, wherever they
 * stand: `pools/prod` and `runners/prod`.
 */
export function splitByFolder(placed: readonly PlacedManifest[]): ClusterFolders {
  const { children, direct } = childrenOf(placed);
  const apart = clusterChildren(children);
  const clusters = new Map<string, readonly Manifest[]>();
  const shared = [...direct];
  for (const [folder, inside] of children) {
    const inner = apart.has(folder) ? splitCluster(folder, inside) : splitByFolder(inside);
    shared.push(...inner.shared);
    for (const [name, own] of inner.clusters) clusters.set(name, [...(clusters.get(name) ?? []), ...own]);
  }
  return { clusters, shared };
}

/** A folder that is a cluster, or several: what lies beside these is of each of them. */
function splitCluster(folder: string, inside: readonly PlacedManifest[]): ClusterFolders {
  const inner = splitByFolder(inside);
  const clusters: [string, readonly Manifest[]][] =
    inner.clusters.size < 2
      ? [[folder, inside.map(([manifest]) => manifest)]]
      : [...inner.clusters].map(([name, own]) => [`${folder}/${name}`, [...own, ...inner.shared]]);
  return { clusters: new Map(clusters), shared: [] };
}

function childrenOf(placed: readonly PlacedManifest[]) {
  const children = new Map<string, PlacedManifest[]>();
  const direct: Manifest[] = [];
  for (const [manifest, [folder, ...rest]] of placed) {
    if (folder === undefined) direct.push(manifest);
    else children.set(folder, [...(children.get(folder) ?? []), [manifest, rest]]);
  }
  return { children, direct };
}

/** The folders beside each other that are clusters of their own: whole ones, or those that hold objects of one identity. */
function clusterChildren(children: ReadonlyMap<string, readonly PlacedManifest[]>): ReadonlySet<string> {
  const groups = [...children].map(([folder, inside]) => ({
    folder,
    manifests: inside.map(([manifest]) => manifest),
  }));
  const whole = groups.filter(({ manifests }) => isCluster(manifests));
  if (whole.length > 1) return new Set(whole.map(({ folder }) => folder));
  const parts = groups
    .filter(({ manifests }) => isPartOfCluster(manifests))
    .map(({ folder, manifests }) => ({ folder, identities: new Set(manifests.map(identityOf)) }));
  const alike = parts.filter((one) =>
    parts.some(
      (other) => other !== one && [...one.identities].some((identity) => other.identities.has(identity)),
    ),
  );
  return new Set(alike.map(({ folder }) => folder));
}
