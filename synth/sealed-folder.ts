import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { SealedTokens } from '../model/resolve-token';
import { FolderError } from './dist-folder';

/** What may stand beside sealed tokens: a note, the controller's certificate, what a killed run was about to write. */
const PASSED_OVER = /^(README\.md|\.git.*|\.seal-.*|.*\.pem)$/;

/**
 * The sealed tokens below a folder, as text, by path as `sealed/<fleet>/<runner>.yaml`. Empty without the folder.
 *
 * @throws FolderError for a file that is none
 */
export function readSealedFolder(folder: string): SealedTokens {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || PASSED_OVER.test(entry.name)) continue;
    if (!entry.isFile() || !entry.name.endsWith('.yaml')) {
      // Passing it over would stop a live manager: its runner would count as not sealed.
      throw new FolderError(
        `${path} is no sealed token: those are plain files, ${folder}/<fleet>/<runner>.yaml. Rename or move it.`,
      );
    }
    files.set(['sealed', ...path.slice(folder.length + 1).split(sep)].join('/'), readFileSync(path, 'utf8'));
  }
  return files;
}

/** Writes a sealed token whole or not at all: whoever reads meanwhile, or after a kill, has the old file or the new one. */
export function writeSealedToken(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = join(dirname(file), `.seal-${basename(file)}`);
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
