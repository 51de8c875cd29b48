import { isCluster } from '../cluster/cluster-folders';
import { joinClusters } from '../cluster/clusters';
import { displayName, type Manifest } from '../cluster/manifest';
import { observeOnce } from '../cluster/observe-once';
import { admissionChange } from './admission';
import { networkChange } from './network-policies';
import { type ChangedObject, type Impact, objectOf, type Rule } from './rule';
import { SECURITY_RULES } from './security/all';

/** Two revisions of a folder, with what differs. */
interface Folder {
  readonly cluster: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  readonly changes: readonly ChangedObject[];
}

/** Rules whose answer depends on what else is in the cluster, whatever folder it stands in. */
export const CLUSTER_RULES: readonly Rule[] = [...SECURITY_RULES, networkChange, admissionChange];

/**
 * What the rules of a cluster say of folders that are of one cluster, by folder: fleets of a cluster are rendered into folders
 * of their own, and a folder that is no cluster may be applied to any. No folder shows alone that objects of two of them meet.
 */
export function clusterImpacts<T extends Folder>(folders: readonly T[]): ReadonlyMap<T, readonly Impact[]> {
  const found = new Map<T, Impact[]>();
  for (const own of foldersOfClusters(folders).filter((group) => group.length > 1)) {
    const [before, after] = (['before', 'after'] as const).map((side) =>
      observeOnce(own.flatMap((folder) => folder[side])),
    );
    const changes = own.flatMap((folder) => folder.changes);
    const impacts = CLUSTER_RULES.flatMap((rule) => rule.run({ before, after, changes }));
    for (const folder of own) found.set(folder, found.get(folder) ?? []);
    for (const impact of impacts) {
      const folder =
        own.find((one) => one.changes.some((change) => nameOf(change) === impact.object)) ?? own[0];
      const known = found.get(folder) ?? [];
      const key = JSON.stringify(impact);
      if (!known.some((one) => JSON.stringify(one) === key)) found.set(folder, [...known, impact]);
    }
  }
  for (const folder of folders) {
    const impact = newCluster(folder, folders, found.has(folder));
    if (impact) found.set(folder, [impact]);
  }
  return found;
}

function nameOf(change: ChangedObject): string {
  return displayName(objectOf(change));
}

/** Folders of one cluster together, each group with those that are none: what is in these may be applied to any. */
function foldersOfClusters<T extends Folder>(folders: readonly T[]): readonly (readonly T[])[] {
  const whole = folders.filter(({ before, after }) => isCluster(after) || isCluster(before));
  const shared = folders.filter((folder) => !whole.includes(folder));
  return joinClusters(
    // A folder that no longer names its cluster, or names another one, is still where it was.
    whole.map(({ before, after }, index) => [String(index), [...after, ...before]]),
  ).map(({ manifests }) => {
    const members = new Set(manifests);
    const own = whole.filter(({ before, after }) => [...before, ...after].some((one) => members.has(one)));
    return [...own, ...shared];
  });
}

/** A folder that is a cluster of its own and was not there, beside others that were. */
function newCluster(folder: Folder, folders: readonly Folder[], isJoined: boolean): Impact | undefined {
  const { before, after, cluster } = folder;
  const isFirst = folders.every((one) => one.before.length === 0);
  if (isJoined || isFirst || before.length > 0 || after.length === 0) return undefined;
  const what = 'The folder is new, and names no cluster that was there: nothing in it is compared.';
  const why = 'What is applied to a cluster that has a fleet already would be judged by what that one has.';
  return { id: 'unknown-object', weight: 'security', object: `folder ${cluster}`, what, why };
}
