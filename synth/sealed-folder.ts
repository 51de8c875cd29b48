import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SealedTokens } from '../model/resolve-token';

/** The sealed tokens below a folder, as text, by path as `sealed/<fleet>/<runner>.yaml`. Empty without the folder. */
export function readSealedFolder(folder: string): SealedTokens {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(['sealed', ...path.slice(folder.length + 1).split(sep)].join('/'), readFileSync(path, 'utf8'));
  }
  return files;
}
