import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { writeWholeFile } from '../app/whole-file';
import { UnreadableFolder } from '../cluster/read-folder';
import { isPage } from '../page/page';
import { visible } from '../values/visible';

/**
 * The page in its folder.
 *
 * @param read folders whose manifests are shown: a page among them would be taken for part of what is applied
 * @throws UnreadableFolder where it would be written through a link, over a folder or a file of somebody else, or among manifests
 */
export function outputFile(folder: string, read: readonly string[]): string {
  if (folder.trim() === '')
    throw new UnreadableFolder('--output is empty: name a folder, for example --output public.');
  const file = join(folder, 'index.html');
  const home = read.find((one) => isWithin(folder, one));
  if (home !== undefined) throw refused(folder, `lies in ${visible(home)}, which Flux or Argo CD applies`);
  const [own, page] = [statOf(folder), statOf(file)];
  if (own !== undefined && !own.isDirectory()) throw refused(folder, kindOf(own, 'folder'));
  if (page !== undefined && !page.isFile()) throw refused(file, kindOf(page, 'file'));
  if (page !== undefined && !isPage(reading(file)))
    throw refused(file, 'was not written by this command and is not overwritten', 'Delete it or n');
  return file;
}

/** Writes the page where it differs from what is there. @throws UnreadableFolder where the system refuses */
export function writePage(file: string, text: string): void {
  const before = statOf(file) && reading(file);
  if (text === before) return;
  attempt(file, 'written', () => writeWholeFile(file, text, before !== undefined, 'page'));
}

function reading(file: string): string {
  return attempt(file, 'read', () => readFileSync(file, 'utf8'));
}

function statOf(file: string): Stats | undefined {
  return attempt(file, 'written', () => {
    try {
      return lstatSync(file, { throwIfNoEntry: false });
    } catch (error) {
      // A file stands where a folder should be: writing says so.
      if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
      throw error;
    }
  });
}

function kindOf(stats: Stats, wanted: string): string {
  return stats.isSymbolicLink() ? 'is a link' : `is not a ${wanted}`;
}

function refused(place: string, why: string, lead = 'N'): UnreadableFolder {
  const next =
    lead === 'N' ? ': name another folder with --output.' : `. ${lead}ame another folder with --output.`;
  return new UnreadableFolder(`${visible(place)} ${why}${next}`);
}

/** @throws UnreadableFolder in place of the error of the system */
function attempt<T>(file: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = REASONS[code] ?? code;
    throw new UnreadableFolder(
      `${visible(file)} can't be ${what}: ${why}. Name another folder with --output.`,
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
  EACCES: 'the system denies it (EACCES)',
  EPERM: 'the system denies it (EPERM)',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

/** Whether a folder is another one or lies in it; nothing counts as within the current folder itself. */
function isWithin(folder: string, other: string): boolean {
  if (other === '-') return false;
  const [inner, outer] = [real(resolve(folder)), real(resolve(other))];
  if (outer === real(process.cwd())) return false;
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
}

/** The same place without links, as far as it exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const home = dirname(path);
    return home === path ? path : join(real(home), path.slice(home.length));
  }
}
