import type { SourceFile } from '../../lib/cluster/manifest';
import { type ClusterDiff, diffFolders } from '../../lib/diff/all';
import { parsed } from '../fixtures/files';

/** What differs between two revisions of one cluster; where it is in several folders, with what is said of each of them. */
export function diffOf(before: readonly SourceFile[], after: readonly SourceFile[]): ClusterDiff {
  const diffs = diffFolders('', parsed(before), parsed(after));
  return { ...diffs[0], impacts: diffs.flatMap(({ impacts }) => impacts) };
}
