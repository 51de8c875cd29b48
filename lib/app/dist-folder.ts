import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  type FolderEntry,
  foreignFilesMessage,
  isHarmless,
  isRendered,
  typeOf,
} from '../cluster/rendered-folder';
import { removeLeftovers, restorePrevious, temporaryName } from './leftovers';
import type { RenderedFile } from './render';

/** What writing a folder changed: paths below it. */
export interface FolderChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** Files of someone else that were left as they are. */
  readonly foreign: readonly string[];
  /** What a killed run left beside the folder and this run put right, as sentences. */
  readonly repairs: readonly string[];
}

/** The folder can't be written. The message says why and what to do; nothing was changed. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** How often a run begins again where another one writes the same folder meanwhile. */
const ATTEMPTS_MOST = 20;
/** How long it waits before that. */
const PAUSE_MILLISECONDS = 50;

/**
 * Replaces the rendered files of a folder, all or nothing: the new folder is made beside the old one, under a name that no
 * other run has, and takes its place by renaming. A run that is killed leaves the old folder, or what the next run restores
 * it from. Of two runs at once, the one that ends last wins, with all of its files.
 *
 * @throws FolderError if the folder holds files that were not rendered
 */
export function replaceFolder(folder: string, files: readonly RenderedFile[]): FolderChanges {
  const parent = statSync(dirname(folder), { throwIfNoEntry: false });
  if (parent?.isDirectory() === false)
    throw new FolderError(`${dirname(folder)} is not a folder, so that ${folder} can't be made in it.`);
  const repairs: string[] = [];
  const changes = whileOthersWrite(folder, () => {
    repairs.push(...restorePrevious(folder));
    return replaceOnce(folder, files);
  });
  return { ...changes, repairs: [...repairs, ...removeLeftovers(folder)] };
}

/**
 * Does something with a folder, again from its beginning where files come and go between two of its steps.
 *
 * @throws FolderError where that does not end
 */
export function whileOthersWrite<T>(folder: string, action: () => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (!isMovedMeanwhile(error)) throw error;
      if (attempt === ATTEMPTS_MOST)
        throw new FolderError(
          `${folder} changes while it is written: another run writes it too. Run this again when that one has ended.`,
        );
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
    }
  }
}

function replaceOnce(folder: string, files: readonly RenderedFile[]): Omit<FolderChanges, 'repairs'> {
  const present = readFolder(folder);
  const changes = compare(present, files);
  if (changes.added.length + changes.changed.length + changes.removed.length === 0) return changes;
  const next = temporaryName(folder, 'next');
  try {
    mkdirSync(dirname(folder), { recursive: true });
    // Not recursive: a folder that is there already is someone else's.
    mkdirSync(next);
    writeFiles(next, files);
    for (const path of present.foreign) copy(join(folder, path), join(next, path));
    swap(folder, next);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
  return changes;
}

/** Writes files into a folder that may not exist yet. */
export function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

interface Present {
  readonly rendered: ReadonlyMap<string, string>;
  readonly foreign: readonly string[];
}

/** @throws FolderError for files that were not rendered, but for the few that nobody reads anything into */
function readFolder(folder: string): Present {
  const rendered = new Map<string, string>();
  const foreign: FolderEntry[] = [];
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return { rendered, foreign: [] };
  if (!found.isDirectory()) {
    throw new FolderError(
      `${folder} is not a folder (a file or a link), so it can't be replaced. Move it away.`,
    );
  }
  for (const entry of entriesBelow(folder)) {
    const { path, is } = entry;
    const isText = is === 'file' && path.endsWith('.yaml');
    const text = isText ? readFileSync(join(folder, path), 'utf8') : '';
    if (isRendered(entry, text)) rendered.set(path.split(sep).join('/'), text);
    else foreign.push(entry);
  }
  const refused = foreign.filter((entry) => !isHarmless(entry)).map(({ path }) => join(folder, path));
  if (refused.length > 0)
    throw new FolderError(
      `${foreignFilesMessage(`${folder}/`, refused.sort())}\nThe folder is as it was: nothing was written.`,
    );
  return { rendered, foreign: foreign.map(({ path }) => path).sort() };
}

/** What stands below a folder, by paths from there. */
function entriesBelow(folder: string): readonly FolderEntry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: relative(folder, join(entry.parentPath, entry.name)), is: typeOf(entry) }));
}

function compare(present: Present, files: readonly RenderedFile[]): Omit<FolderChanges, 'repairs'> {
  const paths = new Set(files.map(({ path }) => path));
  const differs = files.filter(({ path, text }) => present.rendered.get(path) !== text);
  return {
    added: differs.filter(({ path }) => !present.rendered.has(path)).map(({ path }) => path),
    changed: differs.filter(({ path }) => present.rendered.has(path)).map(({ path }) => path),
    removed: [...present.rendered.keys()].filter((path) => !paths.has(path)).sort(),
    unchanged: files.length - differs.length,
    foreign: present.foreign,
  };
}

function swap(folder: string, next: string): void {
  const previous = temporaryName(folder, 'previous');
  const isThere = existsSync(folder);
  if (isThere) renameSync(folder, previous);
  try {
    renameSync(next, folder);
  } catch (error) {
    // The old folder comes back, unless another run has put its own there.
    if (isThere && !existsSync(folder)) renameSync(previous, folder);
    else rmSync(previous, { recursive: true, force: true });
    throw error;
  }
  rmSync(previous, { recursive: true, force: true });
}

/** Whether a file or a folder came or went between two steps: another run writes the same folder. */
function isMovedMeanwhile(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTEMPTY' || code === 'EEXIST';
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(from));
}
