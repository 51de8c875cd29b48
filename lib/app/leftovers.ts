import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A folder beside a rendered one: what is about to take its place, or what gave way and is about to go. */
type Purpose = 'next' | 'previous';

/**
 * Writing takes seconds. What is older is a killed run's; what is younger may be a live one's, and the process ids in a
 * container, or on another machine that shares the disk, do not say which.
 */
const LIVE_MINUTES = 10;

/** A name beside a folder that no other run has, whatever process ids there are: when it was made, and chance. */
export function temporaryName(folder: string, purpose: Purpose): string {
  const unique = `${Date.now()}.${randomBytes(6).toString('hex')}`;
  return join(dirname(folder), `.${basename(folder)}.synth-${purpose}.${unique}`);
}

/**
 * Puts the folder back that a run which was killed between its two renames had moved away.
 *
 * @returns what was done, as sentences
 */
export function restorePrevious(folder: string): readonly string[] {
  if (existsSync(folder)) return [];
  const newest = [...leftoversOf(folder, 'previous')].sort((a, b) => b.since - a.since).at(0);
  if (newest === undefined) return [];
  renameSync(newest.path, folder);
  return [`A run was killed while it replaced ${folder}/: its files were restored first.`];
}

/**
 * Removes what killed runs left beside a folder; never what a live run may need.
 *
 * @returns what was done, as sentences
 */
export function removeLeftovers(folder: string): readonly string[] {
  const found = [...leftoversOf(folder, 'next'), ...leftoversOf(folder, 'previous')];
  const old = found.filter(({ since }) => Math.abs(Date.now() - since) > LIVE_MINUTES * 60_000);
  return old
    .filter(({ path }) => remove(path))
    .map(({ path }) => `Removed ${path}, which a killed run had left.`);
}

/** Whether this run removed it: another one may do so at the same time, and the next one tries again. */
function remove(path: string): boolean {
  try {
    rmSync(path, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

interface Leftover {
  readonly path: string;
  /** When it was made, by its name; long ago for names of older releases, which hold a process id or nothing. */
  readonly since: number;
}

function leftoversOf(folder: string, purpose: Purpose): readonly Leftover[] {
  const parent = dirname(folder);
  if (!existsSync(parent)) return [];
  const prefix = `.${basename(folder)}.synth-${purpose}`;
  return readdirSync(parent).flatMap((name) => {
    const match = name.startsWith(prefix)
      ? /^(?:\.(\d+)(?:\.[0-9a-f]+)?)?$/.exec(name.slice(prefix.length))
      : null;
    return match ? [{ path: join(parent, name), since: Number(match[1] ?? 0) }] : [];
  });
}
