import { joinClusters } from '../cluster/clusters';
import type { Manifest } from '../cluster/manifest';
import { observe } from '../cluster/observe';
import type { Impact } from './rule';
import { CLUSTER_RULES } from './security/all';

/** Two revisions of a folder. */
interface Folder {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/**
 * What changes between folders that name one cluster, for the first of them and, with nothing, for the others: fleets of a
 * cluster are rendered into folders of their own, and no folder shows alone that two of them meet.
 */
export function clusterImpacts<T extends Folder>(folders: readonly T[]): ReadonlyMap<T, readonly Impact[]> {
  const found = new Map<T, readonly Impact[]>();
  for (const { manifests } of joinClusters(folders.map(({ after }, index) => [String(index), after]))) {
    const whole = new Set(manifests);
    const own = folders.filter(({ after }) => after.some((manifest) => whole.has(manifest)));
    if (own.length < 2) continue;
    const [before, after] = (['before', 'after'] as const).map((side) =>
      observe(own.flatMap((folder) => folder[side])),
    );
    for (const folder of own) found.set(folder, []);
    found.set(
      own[0],
      CLUSTER_RULES.flatMap((rule) => rule.run({ before, after, changes: [] })),
    );
  }
  return found;
}
