import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CertificateChange } from '../diff/sealing-keys';
import { type Change, git, type RepositoryPlace, readBlobs } from './git';

/**
 * Sealing certificates below `sealed/` that differ between a commit and another one, or the working tree.
 *
 * @param untracked files that git does not know yet, by path from the top; none where two commits are compared
 */
export function changedCertificates(
  commit: string,
  head: string | undefined,
  changes: readonly Change[],
  untracked: readonly string[],
  { top, prefix }: RepositoryPlace,
): readonly CertificateChange[] {
  const known = changes.map(({ path, before, after }) => ({ path, before, after }));
  const all = [...known, ...untracked.map((path) => ({ path, before: undefined, after: undefined }))];
  const sealed = posix.join(prefix, 'sealed/');
  return all
    .filter(({ path }) => path.startsWith(sealed) && path.endsWith('/cert.pem'))
    .map(({ path, before, after }) => {
      const text = (blob: typeof before) => (blob ? readBlobs([blob])[0].text : undefined);
      const onDisk = join(top, path);
      return {
        file: path.slice(prefix.length),
        before: text(before),
        after:
          head !== undefined ? text(after) : existsSync(onDisk) ? readFileSync(onDisk, 'utf8') : undefined,
        isNewFleet: git('ls-tree', '--full-tree', commit, `${posix.dirname(path)}/`).stdout === '',
      };
    });
}
