import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, resolve, sep } from 'node:path';
import { visible } from '../values/visible';
import type { SourceFile } from './manifest';
import {
  type FolderEntry,
  foreignFiles,
  foreignFilesMessage,
  renderedFolders,
  typeOf,
} from './rendered-folder';
import { sourceFile } from './source-file';

/** A folder can't be read; the message says why. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
}

/** What stands below a folder: its YAML and JSON files, and everything by its path. */
export interface FolderContent {
  readonly files: readonly SourceFile[];
  readonly entries: readonly FolderEntry[];
}

const MANIFESTS = new Set(['.yaml', '.yml', '.json']);

/** Whether a file is read, by its name. */
export function isManifestFile(path: string): boolean {
  return MANIFESTS.has(extname(path)) && !isSettings(path);
}

/** The file that silences rules is not a manifest. */
function isSettings(path: string): boolean {
  return basename(path) === '.runner-fleet.yaml';
}

function standardInput(): SourceFile {
  const file = sourceFile('standard input', readFileSync(0));
  if (file.unreadable === undefined && file.text.trim() === '')
    throw new UnreadableFolder('standard input is empty');
  return file;
}

/** What stands for standard input among paths. */
export const STANDARD_INPUT = '-';

/**
 * The files of several paths, each of them once, and the folder that holds them all. `-` is standard input, which lies in none.
 *
 * @throws UnreadableFolder if any of them can't be read, or holds no such file
 */
export function readPaths(paths: readonly string[]): {
  readonly files: readonly SourceFile[];
  readonly root: string;
} {
  const files = new Map<string, SourceFile>();
  const others = paths.filter((path) => path !== STANDARD_INPUT);
  if (others.length < paths.length) {
    files.set(STANDARD_INPUT, standardInput());
  }
  for (const file of others.flatMap(readFolder)) files.set(resolve(file.path), file);
  return { files: [...files.values()], root: commonFolder(others) };
}

/** The lowest folder that holds all paths; a single one is that folder itself. */
function commonFolder(paths: readonly string[]): string {
  if (paths.length < 2) return paths[0] ?? '.';
  const [first, ...rest] = paths.map((path) => resolve(path).split(sep));
  const differs = first.findIndex((part, index) => rest.some((other) => other[index] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join(sep) || sep;
}

/**
 * The YAML and JSON files below a folder, sorted by path, or the one file that is named.
 *
 * @throws UnreadableFolder if there is no such folder, it can't be read, it holds no such file, or it was rendered and holds
 *   files that were not: they may be applied, and nothing here judges them
 */
export function readFolder(folder: string): readonly SourceFile[] {
  const { files, entries } = readWholeFolder(folder);
  const foreign = foreignFiles(folder, renderedFolders(folder, files), entries, files);
  if (foreign.length > 0) throw new UnreadableFolder(foreignFilesMessage(folder, foreign));
  return files;
}

/**
 * The same with everything else that stands there, for who judges that.
 *
 * @throws UnreadableFolder if there is no such folder, it can't be read, or it holds no such file
 */
export function readWholeFolder(folder: string): FolderContent {
  const entries = listEntries(folder);
  const plain = read(entries.filter(({ path, is }) => is === 'file' && isManifestFile(path)));
  // In a rendered folder a link is named as foreign, wherever it leads; elsewhere links to files are followed.
  const foreign = new Set(foreignFiles(folder, renderedFolders(folder, plain), entries, plain));
  const links = entries.filter(({ path, is }) => is === 'link' && !foreign.has(path) && isLinkToFile(path));
  const files = [...plain, ...read(links.filter(({ path }) => isManifestFile(path)))];
  if (files.length === 0 && foreign.size === 0)
    throw new UnreadableFolder(`${visible(folder)} holds no .yaml, .yml or .json file`);
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), entries };
}

function listEntries(folder: string): readonly FolderEntry[] {
  try {
    if (statSync(folder).isFile()) return [{ path: folder, is: 'file' }];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({ path: join(entry.parentPath, entry.name), is: typeOf(entry) }));
  } catch (error) {
    throw new UnreadableFolder(`${visible(folder)}: ${reasonOf(error)}`);
  }
}

/** Links to files are followed. @throws UnreadableFolder for one to a folder, which would be passed over in silence */
function isLinkToFile(path: string): boolean {
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined) throw new UnreadableFolder(`${visible(path)} is a link to what is not there`);
  if (target.isFile()) return true;
  throw new UnreadableFolder(`${visible(path)} is a link to a folder. Name that folder itself.`);
}

function read(entries: readonly FolderEntry[]): SourceFile[] {
  return entries.map(({ path }) => {
    try {
      return sourceFile(path, readFileSync(path));
    } catch (error) {
      throw new UnreadableFolder(`${visible(path)}: ${reasonOf(error)}`);
    }
  });
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return 'there is no such folder. Run this in the folder of the project, or name another';
  return code === 'EACCES' ? 'it may not be read' : visible(String((error as Error).message));
}
