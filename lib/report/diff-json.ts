import { displayName } from '../cluster/manifest';
import { type ClusterDiff, weightsOf } from '../diff/all';
import type { ForeignFile } from '../diff/foreign-files';
import { objectOf } from '../diff/rule';
import { visibleJson } from '../values/visible';
import { summarySentence } from './summary-sentence';

/** A comparison for programs. The names of fields are stable; new ones may join. */
export function printDiffJson(diffs: readonly ClusterDiff[], foreign: readonly ForeignFile[] = []): string {
  const clusters = diffs.map((diff) => {
    const { cluster, changes, impacts, silent, effects, causes, cost } = diff;
    return {
      cluster,
      // What the note of a merge request says first; null where no object changes.
      summary: summarySentence(diff, foreign.length === 0) ?? null,
      causes,
      impacts: impacts.map(({ id, ...impact }) => ({ rule: id, ...impact })),
      effects,
      cost: cost ?? null,
      silent,
      changes: changes.map((change) => {
        const { before, after, fields } = change;
        const is = before && after ? 'changed' : before ? 'removed' : 'added';
        return { object: displayName(objectOf(change)), is, file: objectOf(change).file, fields };
      }),
    };
  });
  const weights = weightsOf(diffs);
  const all = { heaviest: weights[0] ?? null, weights, foreign, clusters };
  return `${visibleJson(JSON.stringify(all, undefined, 2))}\n`;
}
