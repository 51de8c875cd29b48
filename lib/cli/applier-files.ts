import { lstatSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { SourceFile } from '../cluster/manifest';
import { type ParsedManifests, parseManifests } from '../cluster/parse';
import { isManifestFile } from '../cluster/read-folder';
import { sourceFile } from '../cluster/source-file';
import { applierImpacts } from '../diff/appliers';
import { laidOverImpacts } from '../diff/laid-over';
import type { Impact } from '../diff/rule';
import { unreadableImpacts } from '../diff/unreadable-appliers';
import { type Blob, type Comparison, git, readBlobs } from './git';

/** What a change does by files outside of a folder that say how Flux, Argo CD or kustomize apply it. */
export function impactsOutside(
  { changes, untracked, place, head }: Comparison,
  folder: string,
): readonly Impact[] {
  const own = posix
    .normalize(posix.join(place.prefix, relative('.', folder).split(sep).join('/')))
    .replace(/\/$/, '');
  const isBeside = (path: string) => path !== own && !path.startsWith(`${own}/`);
  const outside = changes.filter(({ path }) => isBeside(path));
  const beside = [...outside.map(({ path }) => path), ...untracked.filter(isBeside)];
  const manifests = outside.filter(({ path }) => mayApply(path));
  const before = readBlobs(filesAmong(manifests.map((change) => change.before)));
  const after =
    head === undefined
      ? readTree(place.top, beside.filter(mayApply))
      : readBlobs(filesAmong(manifests.map((change) => change.after)));
  const [olds, news] = [before, after].map((files) => parseManifests(files));
  const name = own === '.' ? '' : own;
  return [
    ...applierImpacts(name, olds, news),
    ...unreadableImpacts(name, after, news),
    ...(beside.length === 0 ? [] : laidOverImpacts(name, overlays(place.top, head, own), beside)),
  ];
}

/** Kustomize takes a file of that name without an ending too. */
function mayApply(path: string): boolean {
  return isManifestFile(path) || /(^|\/)Kustomization$/.test(path);
}

/** Kustomizations of a revision, and what of Flux names components, but for those that were rendered. */
function overlays(top: string, head: string | undefined, own: string): ParsedManifests {
  const revision = head === undefined ? [] : [head];
  const listed = git(
    ...['grep', '-l', '-z', '-E', '--full-name'],
    ...[
      '-e',
      'resources:|components:|patches',
      ...revision,
      '--',
      ':(top)*.yaml',
      ':(top)*.yml',
      ':(top)Kustomization',
      ':(top)*/Kustomization',
    ],
  );
  const paths = listed.stdout
    .split('\0')
    .map((path) => (head === undefined ? path : path.slice(head.length + 1)))
    .filter((path) => path !== '' && path !== own && !path.startsWith(`${own}/`));
  const files =
    head === undefined
      ? readTree(top, paths)
      : readBlobs(paths.map((path) => ({ path, mode: '100644', id: `${head}:${path}` })));
  return parseManifests(files.filter((file) => mayLay(file)));
}

/** Kustomizations by their name, and those of Flux that name components. */
function mayLay({ text, path }: SourceFile): boolean {
  const isOfFlux = text.includes('kustomize.toolkit.fluxcd.io/') && text.includes('components:');
  return (
    isOfFlux || /(^|\/)kustomization(\.ya?ml)?$/i.test(path) || text.includes('kustomize.config.k8s.io/')
  );
}

function filesAmong(blobs: readonly (Blob | undefined)[]): readonly Blob[] {
  return blobs.filter((blob) => blob !== undefined).filter(({ mode }) => mode.startsWith('100'));
}

function readTree(top: string, paths: readonly string[]): readonly SourceFile[] {
  return paths.flatMap((path) => {
    const file = join(top, path);
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? [sourceFile(path, readFileSync(file))] : [];
  });
}
