import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: whoever reads meanwhile, or after a kill or on a full disk, has the old file or the new one.
 *
 * @param replace whether a file that is there gives way, which keeps its mode; else this fails (EEXIST)
 * @param kind first part of the name of the draft beside it, for whoever has to pass over one that a killed run left
 */
export function writeWholeFile(file: string, text: string, replace: boolean, kind: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = join(dirname(file), `.${kind}-${randomBytes(6).toString('hex')}-${basename(file)}`);
  const mode = replace ? statSync(file, { throwIfNoEntry: false })?.mode : undefined;
  try {
    writeFileSync(draft, text, { flag: 'wx', ...(mode !== undefined && { mode }) });
    if (replace) renameSync(draft, file);
    else linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
