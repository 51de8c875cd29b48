import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
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
  return MANIFESTS.has(extname(path));
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
  if (code === 'ENOENT') return 'there is no such folder';
  return code === 'EACCES' ? 'it may not be read' : visible(String((error as Error).message));
}
