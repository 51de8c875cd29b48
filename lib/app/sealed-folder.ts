import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SealedTokens } from '../fleet/sealed-tokens';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { FolderError } from './dist-folder';
import { writeWholeFile } from './whole-file';

/** What may stand beside sealed tokens: a note, the controller's certificate, what a killed run was about to write. */
const PASSED_OVER = /^(README\.md|\.git.*|\.seal-.*|.*\.pem)$/;

/**
 * The sealed tokens below a folder, as text, by path as `sealed/<fleet>/<runner>.yaml`. Empty without the folder.
 *
 * @throws FolderError for a file that is none
 */
export function readSealedFolder(folder: string): SealedTokens {
  const files = new Map<string, string>();
  if (!isFolder(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (PASSED_OVER.test(entry.name)) {
      refuseLink(entry, path);
      if (entry.isFile()) refuseSecrets(path);
      continue;
    }
    if (!entry.isFile() || !entry.name.endsWith('.yaml')) {
      // Passing it over would stop a live manager: its runner would count as not sealed.
      throw new FolderError(
        `${path} is not a sealed token: those are plain files, ${folder}/<fleet>/<runner>.yaml. Rename or move it.`,
      );
    }
    files.set(['sealed', ...path.slice(folder.length + 1).split(sep)].join('/'), readFileSync(path, 'utf8'));
  }
  return files;
}

/** Whether the folder is there. @throws FolderError where something else is */
function isFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  if (found.isSymbolicLink())
    throw new FolderError(
      `${folder} is a link: anyone who can change its target can change tokens and certificates, and no review of ${folder}/ shows it. Put the folder itself there.`,
    );
  throw new FolderError(`${folder} is not a folder. Sealed tokens are ${folder}/<fleet>/<runner>.yaml.`);
}

/** @throws FolderError for a certificate that is a link */
function refuseLink(entry: Dirent, path: string): void {
  if (!entry.isSymbolicLink() || !entry.name.endsWith('.pem')) return;
  throw new FolderError(
    `${path} is a link: anyone who can change its target chooses the key that tokens are sealed with. Put the certificate itself there.`,
  );
}

/** What stands beside sealed tokens is committed too. @throws FolderError for a token or a private key in it */
function refuseSecrets(path: string): void {
  const text = readFileSync(path, 'utf8');
  if (!holdsPlainToken(text) && !text.includes('PRIVATE KEY')) return;
  throw new FolderError(
    `${path} holds a token or a private key in plain, and the folder is committed: remove it, and revoke it.`,
  );
}

/**
 * Writes a sealed token whole or not at all: whoever reads meanwhile, or after a kill, has the old file or the new one.
 *
 * @param replace whether a file that is there gives way; else this fails (EEXIST)
 */
export function writeSealedToken(file: string, text: string, replace: boolean): void {
  writeWholeFile(file, text, replace, 'seal');
}
