import { basename } from 'node:path';
import { visible } from '../values/visible';
import type { SourceFile } from './manifest';
import { misplacedFiles, renderedFolders, stepsBelow } from './rendered-places';
import { HEADER, isAsRendered } from './rendered-text';

export { HEADER, renderedFolders };

/** What stands below a folder, whatever it is. Folders themselves are passed over. */
export interface FolderEntry {
  readonly path: string;
  readonly is: 'file' | 'link' | 'other';
}

/** What an entry of a folder is, as the file system says. */
export function typeOf(entry: { isSymbolicLink(): boolean; isFile(): boolean }): FolderEntry['is'] {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : 'other';
}

/** Names as files are rendered: lower case, and none that kustomize or Helm reads as its own. */
const RENDERED_NAME = /^(?!kustomization\.)[a-z0-9][a-z0-9.-]*\.yaml$/;
/** Neither Flux nor Argo CD nor git reads anything into them. */
const HARMLESS = new Set(['README.md', '.DS_Store']);
/** Whether a file was rendered, by its name and its first line. A link never was. */
export function isRendered({ path, is }: FolderEntry, text: string | undefined): boolean {
  return is === 'file' && RENDERED_NAME.test(basename(path)) && text?.startsWith(HEADER) === true;
}

/** Whether a file was rendered and reads for everyone as it was written. */
function isUnchanged(entry: FolderEntry, text: string | undefined): boolean {
  return isRendered(entry, text) && isAsRendered(text ?? '');
}

/** Whether a file may stand below a rendered folder although it was not rendered. */
export function isHarmless({ path, is }: FolderEntry): boolean {
  return is === 'file' && HARMLESS.has(basename(path));
}

/**
 * What stands in rendered folders and was not rendered, sorted by path: Flux, kustomize or Argo CD may apply it, or read it
 * as settings, though no review of rendered objects shows it.
 */
export function foreignFiles(
  below: string,
  folders: ReadonlySet<string>,
  entries: readonly FolderEntry[],
  files: readonly SourceFile[],
): readonly string[] {
  if (folders.size === 0) return [];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const misplaced = misplacedFiles(below, files);
  const isRight = (entry: FolderEntry) =>
    isUnchanged(entry, texts.get(entry.path)) && !misplaced.has(entry.path);
  const isBelow = (path: string) => {
    const steps = stepsBelow(below, path);
    return steps.some((_, length) => folders.has(steps.slice(0, length).join('/')));
  };
  return entries
    .filter((entry) => !isHarmless(entry) && !isRight(entry) && isBelow(entry.path))
    .map(({ path }) => path)
    .sort();
}

/** Most files that an error names. */
const NAMED_MOST = 20;

/** An error that names foreign files. */
export function foreignFilesMessage(folder: string, paths: readonly string[]): string {
  const more = paths.length - NAMED_MOST;
  return [
    `${visible(folder)} holds files that were not rendered, or not as they are now, or not where they stand. Flux or Argo CD may apply them, or read them as settings:`,
    ...paths.slice(0, NAMED_MOST).map((path) => `  ${visible(path)}`),
    ...(more > 0 ? [`  ... and ${more} more`] : []),
    'Render again (npx cdk8s synth), and move what is not from synth out of it: hand-made manifests belong in a folder of their own. docs/security.md says why.',
  ].join('\n');
}
