import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { visible } from '../values/visible';
import { GitError, type RepositoryPlace } from './git';
import { runGit } from './git-process';

/** Attributes by which Git writes another text into the working tree than it stores, or stores another one than is there. */
const ATTRIBUTES = ['text', 'eol', 'ident', 'filter', 'working-tree-encoding'];
/** Digits of a blob's name in a repository of SHA-256. */
const SHA256_LENGTH = 64;
/** Most files that an error names. */
const NAMED_MOST = 10;

/**
 * Holds files of the working tree against what Git has of them, or would store: Flux reads that, and whoever reads the working
 * tree judges something else where an attribute or a setting converts it.
 *
 * @param paths files as they were read; a link stands for what it leads to
 * @param place where the current folder stands in the repository
 * @throws GitError that names the files that differ, with what converts them
 */
export function refuseConverted(paths: readonly string[], place: RepositoryPlace): void {
  const top = realpathSync(place.top);
  const files = filesOf(paths, top);
  if (files.length === 0) return;
  const known = blobsOf(top, files);
  const other = files.filter((file) => {
    const blob = known.get(file);
    return blob === undefined || blobOf(join(top, file), blob) !== blob;
  });
  if (other.length === 0) return;
  const asStored = hashes(top, other);
  const modified = new Set(listed(top, other, '--modified'));
  const converted = other.filter((file, index) => {
    // Git takes it for unchanged, and has another text.
    const isHidden = known.has(file) && !modified.has(file);
    return isHidden || blobOf(join(top, file), asStored[index]) !== asStored[index];
  });
  if (converted.length === 0) return;
  const more = converted.length - NAMED_MOST;
  const shown = (file: string) => visible(relative(realpathSync('.'), join(top, file)));
  throw new GitError(
    [
      'The working tree is not what is committed, and Flux reads what is committed. Git converts these files when it checks them out or stores them:',
      ...converted.slice(0, NAMED_MOST).map((file) => `  ${shown(file)}${reasonFor(top, file)}`),
      ...(more > 0 ? [`  ... and ${more} more`] : []),
      'Remove these attributes from .gitattributes, or core.autocrlf from the settings of Git, and check the files out again; or compare commits: npx runner-fleet diff <base> HEAD.',
    ].join('\n'),
  );
}

/** Paths from the top of the repository of what is in it. */
function filesOf(paths: readonly string[], top: string): readonly string[] {
  const there = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return [...new Set(there.map((path) => realpathSync(path)))]
    .filter((path) => path.startsWith(join(top, sep)))
    .map((path) => relative(top, path).split(sep).join('/'));
}

/**
 * Name of the blob that a file is as it is there, by the algorithm that another name was made with.
 *
 * @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
function blobOf(path: string, other: string): string {
  const content = readFileSync(path);
  return createHash(other.length === SHA256_LENGTH ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

/** Names of the blobs that Git would store of files. */
function hashes(top: string, files: readonly string[]): readonly string[] {
  const names = files.map((file) => `${quoted(file)}\n`).join('');
  return git(top, ['hash-object', '--stdin-paths'], names).trim().split('\n');
}

/** A path as Git reads one in a list, in which a line feed would end it. */
function quoted(path: string): string {
  const escaped = path.replace(/[\p{Cc}"\\]/gu, (one) => {
    const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
    return [...Buffer.from(one)].map(octal).join('');
  });
  return `"${escaped}"`;
}

/** Blobs of the index, by path. */
function blobsOf(top: string, files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    listed(top, files, '--stage').flatMap((line) => {
      const match = /^\d+ (\w+) \d\t(.*)$/s.exec(line);
      return match ? [[match[2], match[1]] as const] : [];
    }),
  );
}

/** What the index says of the first folders of files: a command line does not take thousands of paths. */
function listed(top: string, files: readonly string[], what: string): readonly string[] {
  const first = new Set(files.map((file) => `:(literal)${file.split('/')[0]}`));
  return git(top, ['ls-files', what, '-z', '--', ...first]).split('\0');
}

/** What converts a file, as Git says it. */
function reasonFor(top: string, file: string): string {
  const said = git(top, ['check-attr', '-z', ...ATTRIBUTES, '--', file]).split('\0');
  const set = ATTRIBUTES.flatMap((name) => {
    // The path, the attribute, its value, one after the other.
    const value = said.find((_, place) => place % 3 === 2 && said[place - 1] === name);
    if (value === undefined || value === 'unspecified') return [];
    return [value === 'set' ? name : value === 'unset' ? `-${name}` : `${name}=${value}`];
  });
  return set.length === 0 ? '' : `: ${visible(set.join(' '))}`;
}

function git(folder: string, args: readonly string[], input = ''): string {
  const run = runGit(['-C', folder, ...args], input);
  if (run.status === 0) return run.stdout;
  const why = run.error?.message ?? run.stderr.trim();
  throw new GitError(`git can't compare the working tree with what it has: ${why}`);
}
