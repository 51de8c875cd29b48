import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where engines are kept once they are built: outside of the checkout, so that a fresh one finds them. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gitlab-runner-fleet', 'engines');

/**
 * The folder of something that is made once for each content that it is made from. A run that is killed half-way leaves
 * nothing that counts as made.
 *
 * @param name what it is, for people who look into the cache
 * @param madeFrom everything that its content depends on
 * @param make fills a folder
 */
export function madeOnce(name: string, madeFrom: readonly string[], make: (folder: string) => void): string {
  const key = createHash('sha256').update(madeFrom.join('\n')).digest('hex').slice(0, 16);
  const folder = join(CACHE, `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    make(draft);
    // Where two runs make the same at once, the second finds the folder of the first.
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
