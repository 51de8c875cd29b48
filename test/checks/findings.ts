import { runChecks } from '../../lib/checks/all';
import type { Finding } from '../../lib/checks/finding';
import type { SourceFile } from '../../lib/cluster/manifest';
import { type CheckSettings, observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';

/** The default fleet as rendered, its tokens sealed: what every check finds nothing wrong with. */
export const GOOD: readonly SourceFile[] = render(DEFAULT_FLEET, sealedTokens(DEFAULT_FLEET));

/** A change of one file: its path's end, and a text in it with another in its place. */
export type Change = readonly [path: string, from: string, to: string];

/** The good files with changes; a change that changes nothing is a mistake of the test. */
export function changed(...changes: readonly Change[]): readonly SourceFile[] {
  return changes.reduce<readonly SourceFile[]>((files, [path, from, to]) => {
    const found = files.filter((file) => file.path.endsWith(path) && file.text.includes(from));
    if (found.length === 0) throw new Error(`no file ${path} holds ${from}`);
    return files.map((file) =>
      found.includes(file) ? { ...file, text: file.text.replaceAll(from, to) } : file,
    );
  }, GOOD);
}

/** What the checks find in files. */
export function findingsIn(files: readonly SourceFile[], settings?: CheckSettings): readonly Finding[] {
  const { manifests, faults } = parseManifests(files);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return runChecks(observe(manifests, settings)).findings;
}
