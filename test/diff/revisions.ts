import type { SourceFile } from '../../lib/cluster/manifest';
import { type ClusterDiff, diffFolders } from '../../lib/diff/all';
import { parsed } from '../fixtures/files';

/** What differs between two revisions of one cluster. */
export function diffOf(before: readonly SourceFile[], after: readonly SourceFile[]): ClusterDiff {
  return diffFolders('', parsed(before), parsed(after))[0];
}
