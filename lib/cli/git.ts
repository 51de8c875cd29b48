import type { SpawnSyncReturns } from 'node:child_process';
import { join, posix, relative, resolve, sep } from 'node:path';
import type { SourceFile } from '../cluster/manifest';
import { type FolderContent, isManifestFile } from '../cluster/read-folder';
import { type FolderEntry, foreignFiles, renderedFolders } from '../cluster/rendered-folder';
import { sourceFile } from '../cluster/source-file';
import type { ForeignFile } from '../diff/foreign-files';
import { visible } from '../values/visible';
import { runGit, runGitForBytes } from './git-process';

/** A question that git can't answer; the message says why and what to do. */
export class GitError extends Error {}

/** Branches that a merge request goes to, in the order in which they are looked for. Never a tag, which anyone may push. */
const MAIN = [
  'refs/heads/main',
  'refs/remotes/origin/main',
  'refs/heads/master',
  'refs/remotes/origin/master',
];
const MAIN_NAMES = MAIN.map(shortName);

/**
 * The commit to compare with: the one that is named, or where HEAD left the main branch.
 *
 * @throws GitError for a revision that is not there, and where there is none
 */
function baseCommit(named: string | undefined): string {
  if (git('rev-parse', '--verify', '--quiet', 'HEAD').status !== 0)
    throw new GitError('This repository has no commit yet: there is nothing to compare with.');
  if (named !== undefined) return commitOf(named);
  for (const branch of MAIN) {
    const base = git('merge-base', branch, 'HEAD');
    if (base.status === 0) return base.stdout.trim();
    // Any other status: there is no such branch.
    if (base.status === 1)
      throw new GitError(
        `HEAD and ${shortName(branch)} have no common commit here; a shallow clone has none: git fetch --unshallow.`,
      );
  }
  throw new GitError(
    `There is no branch ${MAIN_NAMES.join(', ')}. Name a revision: npx runner-fleet diff <base>.`,
  );
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(heads|remotes)\//, '');
}

/**
 * The commit that a name stands for.
 *
 * @throws GitError where there is none, and where a tag has the name of a branch
 */
function commitOf(name: string): string {
  const refs = ['tags', 'heads', 'remotes'].map((kind) => `refs/${kind}/${name}`);
  const found = git('for-each-ref', '--format=%(refname)', ...refs).stdout.split('\n');
  const named = refs.filter((ref) => found.includes(ref));
  // Git takes the tag, and anyone may push one.
  if (named.length > 1)
    throw new GitError(
      `${visible(name)} is a tag and a branch: ${named.map(visible).join(', ')}. Name the one that is meant, for example ${visible(named[1])}.`,
    );
  // Git takes the ref, and the name looks like the beginning of a commit.
  if (named.length === 1 && /^[0-9a-f]{4,40}$/.test(name))
    throw new GitError(
      `${visible(name)} is ${visible(named[0])}, and may be meant as the beginning of a commit: name the one or the other in full.`,
    );
  return revisionOf(name);
}

function revisionOf(name: string): string {
  const found = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  if (found.status !== 0)
    throw new GitError(`git knows no revision ${visible(name)}. In a shallow clone, fetch it first.`);
  return found.stdout.trim();
}

/** A folder as it is at a commit; empty where it has no such folder. @throws GitError where git can't read it */
export function folderAt(commit: string, folder: string): FolderContent {
  // Not with --format: git 2.39 quotes paths in it, in spite of -z.
  const listed = git('ls-tree', '-r', '-z', commit, '--', folder);
  if (listed.status !== 0)
    throw new GitError(`git can't read ${visible(folder)} at ${commit}: ${listed.stderr.trim()}`);
  const blobs = listed.stdout
    .split('\0')
    .map((line) => /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line))
    .flatMap((match) => (match ? [{ mode: match[1], id: match[2], path: match[3] }] : []));
  const entries = blobs.map(({ mode, path }) => ({ path, is: TYPES[mode] ?? 'other' }));
  const isFile = ({ path, mode }: Blob) => isManifestFile(path) && TYPES[mode] === 'file';
  const plain = readBlobs(blobs.filter(isFile));
  // In a rendered folder a link is named as foreign, wherever it leads; elsewhere links to files are followed.
  const foreign = new Set(foreignFiles(folder, renderedFolders(folder, plain), entries, plain));
  const links = blobs.filter(
    ({ mode, path }) => mode === LINK && isManifestFile(path) && !foreign.has(path) && path !== folder,
  );
  const linked = readBlobs(links.map((link) => ({ ...link, id: linkedBlob(commit, link) })));
  const files = [...plain, ...linked].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, entries };
}

/** Submodules below a folder of the working tree, as git's index has them: on the disk they are empty folders, or more than that. */
export function submodulesIn(folder: string): readonly FolderEntry[] {
  const { stdout } = git('ls-files', '--stage', '-z', '--', folder);
  return stdout
    .split('\0')
    .flatMap((line) => /^160000 \w+ \d\t(.*)$/s.exec(line)?.[1] ?? [])
    .map((path) => ({ path, is: 'other' as const }));
}

/** A file of a commit, as git lists it. */
export interface Blob {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** The files of blobs, in their order. */
export function readBlobs(blobs: readonly Blob[]): SourceFile[] {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ id }) => `${id}\n`).join('');
  const { status, stdout: output } = runGitForBytes(['cat-file', '--batch'], input);
  if (status !== 0) throw new GitError("git can't read the files of a commit.");
  let position = 0;
  return blobs.map(({ path }) => {
    // `<id> blob <bytes>`, a line feed, the content, a line feed.
    const end = output.indexOf(0x0a, position);
    const size = Number(output.subarray(position, end).toString('latin1').split(' ')[2]);
    if (!Number.isSafeInteger(size)) throw new GitError(`git can't read ${visible(path)} of a commit.`);
    position = end + 1 + size + 1;
    return sourceFile(path, output.subarray(end + 1, end + 1 + size));
  });
}

/** A file that differs between two revisions. */
export interface Change {
  /** From the top of the repository. */
  readonly path: string;
  /** What it is at the first of them, and at the other one; undefined where it is not there, or is a submodule. */
  readonly before: Blob | undefined;
  readonly after: Blob | undefined;
  /** Whether it is a submodule afterwards. */
  readonly isSubmodule?: boolean;
}

/**
 * Every file of a repository that differs between a commit and another one, or the working tree where none is named. Git knows
 * no blob of what only the working tree has, and files that it does not know at all are not among them.
 */
function changesBetween(commit: string, head: string | undefined): readonly Change[] {
  const settings = ['--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', '-z'];
  const { stdout } = git('diff', ...settings, ...(head === undefined ? [commit] : [commit, head]));
  const parts = stdout.split('\0');
  return parts.flatMap((part, index) => {
    const match = /^:(\d+) (\d+) (\w+) (\w+) \w+$/.exec(part);
    if (match === null) return [];
    const path = parts[index + 1];
    const [, ...[oldMode, newMode, oldId, newId]] = match;
    const blob = (mode: string, id: string) => (mode in TYPES ? { mode, id, path } : undefined);
    const isSubmodule = newMode === '160000';
    return [{ path, before: blob(oldMode, oldId), after: blob(newMode, newId), isSubmodule }];
  });
}

/** What differs in a repository between a commit and another one, or the working tree. */
export interface Comparison {
  readonly place: RepositoryPlace;
  readonly base: string;
  /** Undefined for the working tree. */
  readonly head: string | undefined;
  readonly changes: readonly Change[];
  /** Files of the working tree that git does not know yet, by path from the top; none where two commits are compared. */
  readonly untracked: readonly string[];
}

/**
 * Compares two revisions of the repository of the current folder.
 *
 * @param base where HEAD left the main branch, where none is named
 * @param head the working tree, where none is named
 * @throws GitError outside of a repository, and for a revision that is not there
 */
export function compareRevisions(base: string | undefined, head: string | undefined): Comparison {
  const place = repositoryHere();
  const [commit, other] = [baseCommit(base), head === undefined ? undefined : commitOf(head)];
  return {
    place,
    base: commit,
    head: other,
    changes: changesBetween(commit, other),
    untracked: other === undefined ? untrackedFiles() : [],
  };
}

/** Files of the working tree that git does not know and does not ignore, by path from the top. */
function untrackedFiles(): readonly string[] {
  const { stdout } = git('ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', ':(top)');
  return stdout.split('\0').filter((path) => path !== '');
}

/** Mode of a link, as git writes it. */
export const LINK = '120000';

/**
 * Files above a folder that decide what others read of it, and that a change touches, by path from the top: `.sourceignore` says
 * what Flux takes of a repository, `.gitattributes` what Git makes of a file when it checks it out. Flux reads the blob, and a
 * review of the checkout another text.
 */
export function ignoreFilesAbove(
  { changes, head, place }: Comparison,
  folder: string,
): readonly ForeignFile[] {
  const steps = pathFromTop(folder, place).split('/');
  const files = steps.flatMap((_, length) =>
    ['.sourceignore', '.gitattributes'].map((name) => posix.join(...steps.slice(0, length), name)),
  );
  const tracked = changes
    .filter(({ path }) => files.includes(path))
    .map(({ path, before, after }) => ({ file: path, is: wordOf(before, after) }));
  // Ignored ones too: they are read from the working tree.
  const pathspecs = files.map((file) => `:(top,literal)${file}`);
  const untracked =
    head === undefined
      ? git('ls-files', '--others', '--full-name', '-z', '--', ...pathspecs).stdout.split('\0')
      : [];
  return [
    ...tracked,
    ...untracked.filter((file) => file !== '').map((file) => ({ file, is: 'added' as const })),
  ].map((one) => ({ ...one, where: 'above' }));
}

function wordOf(before: Blob | undefined, after: Blob | undefined): ForeignFile['is'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

const TYPES: Readonly<Record<string, FolderEntry['is']>> = {
  '100644': 'file',
  '100755': 'file',
  [LINK]: 'link',
};

/** The blob that a link leads to. @throws GitError where it leads to none in this commit */
function linkedBlob(commit: string, { id, path }: Blob): string {
  const target = git('cat-file', 'blob', id).stdout;
  const found = git(
    'rev-parse',
    '--verify',
    '--quiet',
    `${commit}:./${posix.join(posix.dirname(path), target)}`,
  );
  if (found.status !== 0)
    throw new GitError(
      `${visible(path)} is a link to ${visible(target)}, which is not a file at ${commit.slice(0, 12)}.`,
    );
  return found.stdout.trim();
}

/** Where a folder stands in its repository. */
export interface RepositoryPlace {
  /** The top of the repository. */
  readonly top: string;
  /** Path from there to the folder, with a slash at its end; empty at the top. */
  readonly prefix: string;
}

/** Where a folder stands in its repository; undefined outside of one, and without git. */
export function placeInRepository(folder = '.'): RepositoryPlace | undefined {
  const { status, stdout } = runGit(['-C', folder, ...ASK_PLACE]);
  return status === 0 ? placeOf(stdout, folder) : undefined;
}

/** Paths of files from the top of the repository of this folder; those outside of it stay as they are. */
export function pathsInRepository(): (file: string) => string {
  const place = placeInRepository();
  if (place === undefined) return (file) => file;
  return (file) => {
    const path = relative(place.top, resolve(file));
    return path.startsWith('..') ? file : path.split(sep).join('/');
  };
}

/**
 * Where the current folder stands in its repository.
 *
 * @throws GitError outside of one, where git does not run, and where the folder pretends to be a repository
 */
function repositoryHere(): RepositoryPlace {
  const { status, stdout, stderr } = git(...ASK_PLACE);
  const place = status === 0 ? placeOf(stdout, '.') : undefined;
  if (place !== undefined) return place;
  if (status === 0 || stderr.includes('safe.bareRepository'))
    throw new GitError(
      'Files in this folder make Git take it for a repository of its own: HEAD, refs/, objects/ and config side by side. Their content is not compared. Remove them.',
    );
  throw new GitError('This folder is in no git repository: there is nothing to compare with.');
}

const ASK_PLACE = ['rev-parse', '--show-toplevel', '--show-prefix', '--absolute-git-dir'];

/** Undefined where what Git takes for its own folder is among the files of the checkout. */
function placeOf(answer: string, folder: string): RepositoryPlace | undefined {
  const [top, prefix, gitFolder] = answer.split('\n');
  const isChecked = [top, resolve(folder)].some((one) => join(gitFolder, sep).startsWith(join(one, sep)));
  return isChecked && !gitFolder.split(sep).includes('.git') ? undefined : { top, prefix };
}

/** A folder that is named from the current one, by path from the top of the repository. */
export function pathFromTop(folder: string, { prefix }: RepositoryPlace): string {
  return posix.join(prefix, relative('.', folder).split(sep).join('/'));
}

/** Those of some paths from the top of a repository that are below the current folder, by path from there. */
export function pathsFromHere(paths: readonly string[], { prefix }: RepositoryPlace): readonly string[] {
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

/** Address of the remote that a repository was cloned from, or of its only one; undefined without. */
export function remoteAddress(folder: string): string | undefined {
  const ask = (...args: readonly string[]) => runGit(['-C', folder, 'remote', ...args]).stdout ?? '';
  const names = ask()
    .split('\n')
    .filter((name) => name !== '');
  const name = names.includes('origin') || names.length !== 1 ? 'origin' : names[0];
  return names.includes(name) ? ask('get-url', name).trim() : undefined;
}

/** Runs git, whatever it answers. @throws GitError where it does not run */
export function git(...args: readonly string[]): SpawnSyncReturns<string> {
  const run = runGit(args);
  if (run.error) throw new GitError(`git does not run: ${run.error.message}`);
  return run;
}
