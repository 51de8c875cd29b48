import { dirname, relative } from 'node:path';
import { textsOf } from '../values/record';
import { identityOf, type Manifest } from './manifest';
import { isClusterScoped } from './scope';

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

/**
 * The identity of an object as far as files tell it: a Kustomization, an Application or a command decides where objects of a folder go that
 * name no namespace, and may decide otherwise for another folder.
 */
export function certainIdentityOf(manifest: Manifest): string {
  const { namespace, kind, file } = manifest;
  const isOpen = namespace === undefined && !isClusterScoped(kind);
  return isOpen ? `${identityOf(manifest)} ${dirname(file)}` : identityOf(manifest);
}

/** Whether objects are a cluster's: configs of runners, and what their jobs run on. */
export function isCluster(manifests: readonly Manifest[]): boolean {
  const kinds = new Set(manifests.map(({ kind }) => kind));
  return (kinds.has('NodePool') || kinds.has('ClusterConfig')) && kinds.has('ConfigMap');
}

/** What decides about a cluster: pools, and configs of runners. */
function decidingKind({ kind, body }: Manifest): 'pool' | 'config' | undefined {
  if (kind === 'NodePool') return 'pool';
  const isConfig =
    kind === 'ConfigMap' && Object.keys(textsOf(body.data)).some((key) => key.endsWith('.toml'));
  return isConfig ? 'config' : undefined;
}

/** Which folders beside each other are two clusters where they hold the same object: parts that decide, or any. */
export type Telling = 'by deciding parts' | 'by any object';

/**
 * Splits objects by folders that are clusters, the topmost first. Folders of one name are of one cluster, wherever they
 * stand: `pools/prod` and `runners/prod`.
 */
export function splitByFolder(placed: readonly PlacedManifest[], telling: Telling): ClusterFolders {
  const { children, direct } = childrenOf(placed);
  const apart = clusterChildren(children, telling);
  const clusters = new Map<string, readonly Manifest[]>();
  const shared = [...direct];
  for (const [folder, inside] of children) {
    const inner = apart.has(folder) ? splitCluster(folder, inside, telling) : splitByFolder(inside, telling);
    shared.push(...inner.shared);
    for (const [name, own] of inner.clusters) clusters.set(name, [...(clusters.get(name) ?? []), ...own]);
  }
  return { clusters, shared };
}

/** A folder that is a cluster, or several: what lies beside these is of each of them. */
function splitCluster(folder: string, inside: readonly PlacedManifest[], telling: Telling): ClusterFolders {
  const inner = splitByFolder(inside, telling);
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
function clusterChildren(
  children: ReadonlyMap<string, readonly PlacedManifest[]>,
  telling: Telling,
): ReadonlySet<string> {
  const groups = [...children].map(([folder, inside]) => ({
    folder,
    manifests: inside.map(([manifest]) => manifest),
  }));
  const whole = groups.filter(({ manifests }) => isCluster(manifests));
  if (whole.length > 1) return new Set(whole.map(({ folder }) => folder));
  const parts = groups
    .map(({ folder, manifests }) => partOf(folder, manifests))
    .filter(({ sort }) => telling === 'by any object' || sort !== '');
  const alike = parts.filter((one) => parts.some((other) => other !== one && areTwo(one, other)));
  return new Set(alike.map(({ folder }) => folder));
}

/** A folder with what tells whether it is a cluster. */
interface Part {
  readonly folder: string;
  /** Kinds of deciding objects that it holds. */
  readonly sort: string;
  readonly deciding: ReadonlySet<string>;
  readonly identities: ReadonlySet<string>;
}

function partOf(folder: string, manifests: readonly Manifest[]): Part {
  const deciding = manifests.filter((one) => decidingKind(one) !== undefined);
  const sort = [...new Set(deciding.map(decidingKind))].sort().join(' and ');
  // The Namespace stands beside each of the apps that are in it.
  const own = sort === '' ? manifests.filter(({ kind }) => kind !== 'Namespace') : manifests;
  return {
    folder,
    sort,
    deciding: new Set(deciding.map(identityOf)),
    identities: new Set(own.map(identityOf)),
  };
}

/** Pools in one folder and runners in the other complete each other: a further object in both is a mistake then. */
function areTwo(one: Part, other: Part): boolean {
  const share = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    [...a].some((identity) => b.has(identity));
  return (
    share(one.deciding, other.deciding) ||
    (one.sort === other.sort && share(one.identities, other.identities))
  );
}
