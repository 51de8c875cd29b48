import { lstatSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { SourceFile } from '../cluster/manifest';
import { parseManifests } from '../cluster/parse';
import { isManifestFile } from '../cluster/read-folder';
import { sourceFile } from '../cluster/source-file';
import { applierImpacts } from '../diff/appliers';
import type { Impact } from '../diff/rule';
import { type Blob, git, placeInRepository, readBlobs } from './git';

/**
 * What a change does by files outside of a folder that say how Flux, Argo CD or kustomize apply it.
 *
 * @param head a commit; the working tree where none is named
 */
export function impactsOutside(commit: string, head: string | undefined, folder: string): readonly Impact[] {
  const place = placeInRepository();
  if (!place) return [];
  const own = posix
    .normalize(posix.join(place.prefix, relative('.', folder).split(sep).join('/')))
    .replace(/\/$/, '');
  const isOutside = ({ path }: { readonly path: string }) =>
    isManifestFile(path) && path !== own && !path.startsWith(`${own}/`);
  const changed = changedBlobs(commit, head);
  const before = readBlobs(changed.before.filter(isOutside));
  const after =
    head === undefined
      ? readTree(
          place.top,
          [...changed.paths, ...untracked()].filter((path) => isOutside({ path })),
        )
      : readBlobs(changed.after.filter(isOutside));
  const [olds, news] = [before, after].map((files) => parseManifests(files.filter(mayApply)));
  return applierImpacts(own === '.' ? '' : own, olds, news);
}

/** Nothing else of a repository is worth parsing. */
function mayApply({ text, path }: SourceFile): boolean {
  return /Kustomization|Application|Repository|Bucket/.test(text) || /kustomization\.ya?ml$/i.test(path);
}

/** Files that differ, by path from the top. */
interface Changed {
  readonly paths: readonly string[];
  readonly before: readonly Blob[];
  readonly after: readonly Blob[];
}

function changedBlobs(commit: string, head: string | undefined): Changed {
  const revisions = head === undefined ? [commit] : [commit, head];
  const { stdout } = git(
    'diff',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--ignore-submodules=all',
    '-z',
    ...revisions,
  );
  const parts = stdout.split('\0');
  const changes = parts.flatMap((part, index) => {
    const [, oldMode, newMode, oldId, newId] = /^:(\d+) (\d+) (\w+) (\w+) \w+$/.exec(part) ?? [];
    return oldMode === undefined ? [] : [{ path: parts[index + 1], oldMode, newMode, oldId, newId }];
  });
  const isFile = ({ mode }: Blob) => mode.startsWith('100');
  return {
    paths: changes.map(({ path }) => path),
    before: changes.map(({ path, oldMode: mode, oldId: id }) => ({ path, mode, id })).filter(isFile),
    after: changes.map(({ path, newMode: mode, newId: id }) => ({ path, mode, id })).filter(isFile),
  };
}

/** Files that git does not know yet, by path from the top. */
function untracked(): readonly string[] {
  const { stdout } = git('ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', ':(top)');
  return stdout.split('\0').filter((path) => path !== '');
}

function readTree(top: string, paths: readonly string[]): readonly SourceFile[] {
  return paths.flatMap((path) => {
    const file = join(top, path);
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? [sourceFile(path, readFileSync(file))] : [];
  });
}
