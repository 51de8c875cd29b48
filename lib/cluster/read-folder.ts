import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { SourceFile } from './manifest';

/** A folder can't be read; the message says why. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
}

const MANIFESTS = new Set(['.yaml', '.yml', '.json']);

/**
 * The YAML and JSON files below a folder, sorted by path, or the one file that is named.
 *
 * @throws UnreadableFolder if there is no such folder, it can't be read, or it holds no such file
 */
export function readFolder(folder: string): readonly SourceFile[] {
  const files = listFiles(folder).filter((path) => MANIFESTS.has(extname(path)));
  if (files.length === 0) throw new UnreadableFolder(`${folder} holds no .yaml, .yml or .json file`);
  return files.sort().map((path) => ({ path, text: readText(path) }));
}

function listFiles(folder: string): string[] {
  try {
    if (statSync(folder).isFile()) return [folder];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => ({
        path: join(entry.parentPath, entry.name),
        isLink: entry.isSymbolicLink(),
        isFile: entry.isFile(),
      }))
      .filter(({ path, isLink, isFile }) => (isLink ? isLinkToFile(path) : isFile))
      .map(({ path }) => path);
  } catch (error) {
    if (error instanceof UnreadableFolder) throw error;
    throw new UnreadableFolder(`${folder}: ${reasonOf(error)}`);
  }
}

/** Links to files are followed. @throws UnreadableFolder for one to a folder, which would be passed over in silence */
function isLinkToFile(path: string): boolean {
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined) throw new UnreadableFolder(`${path} is a link to what is not there`);
  if (target.isFile()) return true;
  throw new UnreadableFolder(`${path} is a link to a folder. Name that folder itself.`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnreadableFolder(`${path}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such folder';
  return code === 'EACCES' ? 'it may not be read' : String((error as Error).message);
}
