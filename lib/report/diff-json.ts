import { displayName } from '../cluster/manifest';
import { type ClusterDiff, heaviest } from '../diff/all';
import { objectOf } from '../diff/rule';

/** A comparison for programs. The names of fields are stable; new ones may join. */
export function printDiffJson(diffs: readonly ClusterDiff[]): string {
  const clusters = diffs.map(({ cluster, changes, impacts, silent, effects }) => ({
    cluster,
    impacts: impacts.map(({ id, ...impact }) => ({ rule: id, ...impact })),
    effects,
    silent,
    changes: changes.map((change) => {
      const { before, after, fields } = change;
      const is = before && after ? 'changed' : before ? 'removed' : 'added';
      return { object: displayName(objectOf(change)), is, file: objectOf(change).file, fields };
    }),
  }));
  return `${JSON.stringify({ heaviest: heaviest(diffs) ?? null, clusters }, undefined, 2)}\n`;
}
