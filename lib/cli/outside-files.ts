import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { SourceFile } from '../cluster/manifest';
import { isManifestFile } from '../cluster/read-folder';
import { anySourceFile } from '../cluster/source-file';
import { mayApply } from '../diff/unreadable-appliers';
import { type Comparison, git, readBlobs } from './git';
import { forEachContent, sizesOf } from './git-objects';

/** What a change does to files outside of a folder. */
export interface OutsideChange {
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
  /** Paths of all of them, also of links that lead to them. */
  readonly paths: readonly string[];
  /** Links that the change adds or turns, and that lead to no file of the repository. */
  readonly links: readonly string[];
  /** Submodules: Git names a commit of another repository, and no file of it is here. */
  readonly submodules: readonly string[];
}

/** Most bytes of a file that is read although its name is not that of a manifest. */
const MOST_BYTES = 1024 * 1024;

/** Where one side of a comparison keeps a file. */
interface Place {
  /** As it is called: a link may lead to it. */
  readonly path: string;
  /** Where its content is. */
  readonly target: string;
}

/** @param isOutside whether a path is not below the folder */
export function outsideChange(
  { base, head, changes, untracked, place: { top } }: Comparison,
  isOutside: (path: string) => boolean,
): OutsideChange {
  const changed = [...changes.map(({ path }) => path), ...untracked].filter(isOutside);
  const links = linksOf(top, head, untracked);
  const turned = changed.filter((path) => links.has(path));
  const places = [
    ...changed.map((path) => ({ path, target: links.get(path) ?? path })),
    ...aliases(changed, links).filter(({ path }) => isOutside(path)),
  ];
  const oldLinks = turned.length === 0 ? links : linksOf(top, base, []);
  const isTurned = new Set(turned);
  const olds = places.map(({ path, target }) => ({
    path,
    target: isTurned.has(path) ? (oldLinks.get(path) ?? path) : target,
  }));
  const after = head === undefined ? filesOnDisk(top, places) : filesAt(head, places);
  const known = new Set(after.map(({ path }) => path));
  return {
    before: filesAt(base, olds).filter(isOfInterest),
    after: after.filter(isOfInterest),
    paths: [...new Set(places.map(({ path }) => path))],
    links: turned.filter((path) => !known.has(path)),
    submodules: changes
      .filter(({ path, isSubmodule }) => isSubmodule && isOutside(path))
      .map(({ path }) => path),
  };
}

/** Whether a file may be applied, or say what is: by its name, or by what it says. */
function isOfInterest({ path, text, unreadable }: SourceFile): boolean {
  return isNamedSo(path) || path.endsWith('.gitattributes') || (unreadable === undefined && mayApply(text));
}

/** Kustomize takes a file of that name without an ending too. */
export function isNamedSo(path: string): boolean {
  return isManifestFile(path) || /(^|\/)(Kustomization|\.runner-fleet\.yaml)$/.test(path);
}

/** Unchanged links that lead to a changed file, or to a folder that holds one. */
function aliases(changed: readonly string[], links: ReadonlyMap<string, string>): readonly Place[] {
  return [...links].flatMap(([link, to]) =>
    changed
      .filter((path) => path === to || path.startsWith(`${to}/`))
      .map((path) => ({ path: `${link}${path.slice(to.length)}`, target: path })),
  );
}

/** Links of a revision, or of the working tree, with the path that they lead to, from the top. */
function linksOf(
  top: string,
  revision: string | undefined,
  untracked: readonly string[],
): ReadonlyMap<string, string> {
  const { stdout } =
    revision === undefined
      ? git('ls-files', '-s', '-z', '--full-name', '--', ':(top)')
      : git('ls-tree', '-r', '-z', '--full-tree', revision);
  const found = stdout.split('\0').flatMap((line) => {
    const [, id, path] = /^120000 (?:blob )?(\w+)(?: \d)?\t(.*)$/s.exec(line) ?? [];
    return path === undefined ? [] : [{ mode: '120000', id, path }];
  });
  const targets =
    revision === undefined
      ? [...found.map(({ path }) => path), ...untracked].map((path) => ({
          path,
          text: targetOnDisk(join(top, path)),
        }))
      : readBlobs(found);
  return new Map(
    targets.flatMap(({ path, text }) =>
      text === undefined ? [] : [[path, posix.normalize(posix.join(posix.dirname(path), text))] as const],
    ),
  );
}

function targetOnDisk(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** Those of some files that a commit has: of any size by their names, smaller ones else. */
function filesAt(commit: string, places: readonly Place[]): readonly SourceFile[] {
  if (places.length === 0) return [];
  const ids = blobsAt(commit, new Set(places.map(({ target }) => target)));
  // The index names a path, which may hold a line feed itself.
  const lines = places.flatMap(({ target }, index) => {
    const id = ids.get(target);
    return id === undefined ? [] : [`${id} ${index}\n`];
  });
  const sized = sizesOf(lines.join('')).map((one) => ({ ...one, path: places[Number(one.path)].path }));
  const wanted = sized.filter(({ path, bytes }) => isNamedSo(path) || bytes <= MOST_BYTES);
  const files: SourceFile[] = [];
  forEachContent(wanted, ({ path }, chunks) => {
    const file = anySourceFile(path, Buffer.concat([...chunks]));
    if (isOfInterest(file)) files.push(file);
  });
  return files;
}

/** Ids of some files of a commit. */
export function blobsAt(commit: string, paths: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { stdout } = git('ls-tree', '-r', '-z', '--full-tree', commit);
  return new Map(
    stdout.split('\0').flatMap((line) => {
      const [, id, path] = /^100\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
      return path !== undefined && paths.has(path) ? [[path, id] as const] : [];
    }),
  );
}

function filesOnDisk(top: string, places: readonly Place[]): readonly SourceFile[] {
  return places.flatMap(({ path, target }) => {
    const file = join(top, target);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (!found?.isFile() || (!isNamedSo(path) && found.size > MOST_BYTES)) return [];
    return [anySourceFile(path, readFileSync(file))];
  });
}
