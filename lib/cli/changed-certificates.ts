import { lstatSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CertificateChange } from '../diff/sealing-keys';
import { type Blob, type Change, type Comparison, git, LINK, readBlobs } from './git';

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
  const isLink = ({ path, after }: Change) =>
    head === undefined
      ? lstatSync(join(top, path), { throwIfNoEntry: false })?.isSymbolicLink() === true
      : after?.mode === LINK;
  const folder = sealed.slice(0, -1);
  // Who changes what a link leads to changes the certificate, and no path below sealed/ does.
  const mayLead = ({ path }: Change) => path === folder || /^[^/]+(\/cert\.pem)?$/.test(below(path, sealed));
  return all
    .filter(
      (change) => below(change.path, sealed).endsWith('/cert.pem') || (mayLead(change) && isLink(change)),
    )
    .map((change) => ({ ...change, isLink: isLink(change) }))
    .map(({ path, before, after, isLink }) => ({
      file: path.slice(prefix.length),
      isLink,
      before: textOf(before),
      after: head === undefined ? textOnDisk(join(top, path)) : textOf(after),
      isNewFleet: git('ls-tree', '--full-tree', base, `${posix.dirname(path)}/`).stdout === '',
    }));
}

/** The rest of a path below a folder; empty for one that is not there. */
function below(path: string, folder: string): string {
  return path.startsWith(folder) ? path.slice(folder.length) : '';
}

function textOf(blob: Blob | undefined): string | undefined {
  return blob && readBlobs([blob])[0].text;
}

function textOnDisk(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}
