import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SealedTokens } from '../model/resolve-token';
import { FolderError } from './dist-folder';

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
    if (entry.isDirectory() || /^(README\.md|\.git.*|.*\.pem)$/.test(entry.name)) continue;
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
