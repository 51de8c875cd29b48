import { foldersOf, isCluster, splitByFolder } from '../cluster/cluster-folders';
import { folderOf } from '../cluster/clusters';
import { identityOf, type Manifest } from '../cluster/manifest';

/** Two revisions of one cluster, as they stand in files. */
export interface Revisions {
  readonly cluster: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/**
 * Objects of two revisions by cluster, as `check` tells clusters apart: by their folders, at whatever depth. Beside whole
 * clusters, each other folder is compared alone; parts that share pools have these in common. Where nothing is a cluster of
 * its own, all are the parts of one.
 */
export function bothByCluster(
  folder: string,
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly Revisions[] {
  return joinMoved(splitBoth(folder, before, after));
}

/** A cluster whose folder is renamed is the same cluster: what its objects lose on the way must not pass for new ones. */
function joinMoved(revisions: readonly Revisions[]): readonly Revisions[] {
  const gone = revisions.filter(({ before, after }) => after.length === 0 && isCluster(before));
  const joined = new Map<Revisions, Revisions>();
  for (const one of revisions) {
    if (one.before.length > 0 || !isCluster(one.after)) continue;
    const old = gone.find(
      (other) => ![...joined.values()].includes(other) && areAlike(other.before, one.after),
    );
    if (old) joined.set(one, old);
  }
  const moved = new Set(joined.values());
  return revisions
    .filter((one) => !moved.has(one))
    .map((one) => ({ ...one, before: joined.get(one)?.before ?? one.before }));
}

/** Whether at least half of the objects of one side are on the other. */
function areAlike(before: readonly Manifest[], after: readonly Manifest[]): boolean {
  const known = new Set(before.map(identityOf));
  return (
    after.filter((one) => known.has(identityOf(one))).length * 2 >= Math.max(before.length, after.length)
  );
}

function splitBoth(
  folder: string,
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly Revisions[] {
  const all = [...before, ...after];
  const { clusters, shared } = splitByFolder(
    all.map((manifest) => [manifest, foldersOf(manifest, folder)]),
    // An object that moves to another folder is in both.
    'by deciding parts',
  );
  const isSeveral = clusters.size > 1;
  const areWhole = isSeveral && [...clusters.values()].every(isCluster);
  const folders = groupBy(all, (manifest) => folderOf(manifest, folder));
  const isWhole = [...folders].some(([name, own]) => name !== '' && isCluster(own));
  if (areWhole) {
    const known = new Map([...clusters].flatMap(([name, own]) => own.map((one) => [one, name])));
    return revisionsOf(
      groupBy(all, (one) => known.get(one) ?? folderOf(one, folder)),
      before,
      after,
    );
  }
  if (isWhole) return revisionsOf(folders, before, after);
  if (!isSeveral) return [{ cluster: '', before, after }];
  const parts = new Map([...clusters].map(([name, own]) => [name, [...own, ...shared]]));
  return revisionsOf(parts, before, after);
}

function groupBy(
  manifests: readonly Manifest[],
  nameOf: (manifest: Manifest) => string,
): ReadonlyMap<string, readonly Manifest[]> {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const group = groups.get(nameOf(manifest));
    if (group) group.push(manifest);
    else groups.set(nameOf(manifest), [manifest]);
  }
  return groups;
}

function revisionsOf(
  groups: ReadonlyMap<string, readonly Manifest[]>,
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly Revisions[] {
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cluster, manifests]) => {
      const own = new Set(manifests);
      const isOwn = (one: Manifest) => own.has(one);
      return { cluster, before: before.filter(isOwn), after: after.filter(isOwn) };
    });
}
