import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join, sep } from 'node:path';
import { HEADER, type RenderedFile } from './render';

/** What writing a folder changed: paths below it. */
export interface FolderChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** Files of somebody else that were left as they are. */
  readonly foreign: readonly string[];
}

/** The folder can't be written. The message says why and what to do; nothing was changed. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** Files that Flux and Argo CD read: one of somebody else would be applied as if it had been reviewed as rendered. */
const MANIFESTS = new Set(['.yaml', '.yml', '.json', '.jsonnet']);

/**
 * Replaces the rendered files of a folder, all or nothing: the new folder is made beside the old one and takes its
 * place by renaming. A run that is killed leaves the old folder, or what the next run restores it from.
 *
 * @throws FolderError if the folder holds manifests that were not rendered
 */
export function replaceFolder(folder: string, files: readonly RenderedFile[]): FolderChanges {
  restore(folder);
  const present = readFolder(folder);
  refuseForeignManifests(folder, present.foreign);
  const changes = compare(present, files);
  if (changes.added.length + changes.changed.length + changes.removed.length === 0) return changes;
  const next = interimPath(folder, `next.${process.pid}`);
  try {
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

function readFolder(folder: string): Present {
  const rendered = new Map<string, string>();
  const foreign: string[] = [];
  if (!existsSync(folder)) return { rendered, foreign };
  if (!lstatSync(folder).isDirectory()) {
    throw new FolderError(
      `${folder} is not a folder (a file or a link), so it can't be replaced. Move it away.`,
    );
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    const text = entry.isFile() && extname(path) === '.yaml' ? readFileSync(join(folder, path), 'utf8') : '';
    if (text.startsWith(HEADER)) rendered.set(path.split(sep).join('/'), text);
    else foreign.push(path);
  }
  return { rendered, foreign: foreign.sort() };
}

function refuseForeignManifests(folder: string, foreign: readonly string[]): void {
  const manifests = foreign.filter((path) => MANIFESTS.has(extname(path).toLowerCase()));
  if (manifests.length === 0) return;
  throw new FolderError(
    [
      `${folder}/ holds files that were not rendered, and Flux or Argo CD would apply them; nothing was written.`,
      ...manifests.map((path) => `  ${join(folder, path)}`),
      `Move them out of ${folder}/ (hand-made manifests belong into a folder of their own), or delete them.`,
    ].join('\n'),
  );
}

function compare(present: Present, files: readonly RenderedFile[]): FolderChanges {
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
  const previous = interimPath(folder, 'previous');
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, previous);
  renameSync(next, folder);
  rmSync(previous, { recursive: true, force: true });
}

/** Undoes what a killed run left: the old folder under its interim name, and half-written new ones. */
function restore(folder: string): void {
  const previous = interimPath(folder, 'previous');
  if (!existsSync(folder) && existsSync(previous)) renameSync(previous, folder);
  rmSync(previous, { recursive: true, force: true });
  const parent = dirname(folder);
  const interim = new RegExp(`^\\.${basename(folder).replace(/\W/g, '\\$&')}\\.synth-next\\.(\\d+)$`);
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const pid = interim.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** Beside the folder, under a name that nobody gives a folder of theirs. */
function interimPath(folder: string, suffix: string): string {
  return join(dirname(folder), `.${basename(folder)}.synth-${suffix}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { verbatimSymlinks: true, preserveTimestamps: true });
}
