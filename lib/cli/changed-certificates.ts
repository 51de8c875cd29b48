import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CertificateChange } from '../diff/sealing-keys';
import { type Blob, type Change, type Comparison, git, readBlobs } from './git';

/** Sealing certificates below `sealed/` that differ between two revisions. */
export function changedCertificates({
  base,
  head,
  changes,
  untracked,
  place: { top, prefix },
}: Comparison): readonly CertificateChange[] {
  const sealed = posix.join(prefix, 'sealed/');
  const all: readonly Change[] = [
    ...changes,
    ...untracked.map((path) => ({ path, before: undefined, after: undefined })),
  ];
  return all
    .filter(({ path }) => path.startsWith(sealed) && path.endsWith('/cert.pem'))
    .map(({ path, before, after }) => ({
      file: path.slice(prefix.length),
      before: textOf(before),
      after: head === undefined ? textOnDisk(join(top, path)) : textOf(after),
      isNewFleet: git('ls-tree', '--full-tree', base, `${posix.dirname(path)}/`).stdout === '',
    }));
}

function textOf(blob: Blob | undefined): string | undefined {
  return blob && readBlobs([blob])[0].text;
}

function textOnDisk(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
