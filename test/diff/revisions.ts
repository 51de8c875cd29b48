import type { SourceFile } from '../../lib/cluster/manifest';
import { parseManifests } from '../../lib/cluster/parse';
import { type ClusterDiff, diffFolders } from '../../lib/diff/all';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';

/** The default fleet with its tokens sealed, as a revision of `dist/`. */
export const BASE: readonly SourceFile[] = revision(DEFAULT_FLEET);

/** A fleet with its tokens sealed, as a revision of `dist/`. */
export function revision(fleet: RunnerFleetProps): readonly SourceFile[] {
  return render(fleet, fleet.tokens ? new Map() : sealedTokens(fleet));
}

/** The default fleet with some of it said otherwise. */
export function changedFleet(change: Partial<RunnerFleetProps>): readonly SourceFile[] {
  return revision({ ...DEFAULT_FLEET, ...change });
}

/** A revision with a text in one of its files replaced; a change that changes nothing is a mistake of the test. */
export function edited(
  files: readonly SourceFile[],
  path: string,
  from: string | RegExp,
  to: string,
): readonly SourceFile[] {
  const found = files.filter((file) => file.path.endsWith(path) && file.text.search(from) >= 0);
  if (found.length === 0) throw new Error(`no file ${path} holds ${from}`);
  return files.map((file) => (found.includes(file) ? { ...file, text: file.text.replace(from, to) } : file));
}

/** A revision without some files. */
export function without(files: readonly SourceFile[], path: string): readonly SourceFile[] {
  const left = files.filter((file) => !file.path.includes(path));
  if (left.length === files.length) throw new Error(`no file ${path}`);
  return left;
}

/** What differs between two revisions of one cluster. */
export function diffOf(before: readonly SourceFile[], after: readonly SourceFile[]): ClusterDiff {
  const parse = (files: readonly SourceFile[]) => {
    const { manifests, faults } = parseManifests(files);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    return manifests;
  };
  return diffFolders('', parse(before), parse(after))[0];
}
