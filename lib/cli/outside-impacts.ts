import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { baseName } from '../cluster/file-names';
import type { Manifest, SourceFile } from '../cluster/manifest';
import { type ParsedManifests, parseEach } from '../cluster/parse';
import { sourceFile } from '../cluster/source-file';
import { appliedPaths, applierImpacts } from '../diff/appliers';
import { laidOverImpacts } from '../diff/laid-over';
import { objectsOutside } from '../diff/objects-outside';
import type { Impact } from '../diff/rule';
import { unreadableImpacts } from '../diff/unreadable-appliers';
import { type Comparison, git, pathFromTop, readBlobs } from './git';
import { blobsAt, isNamedSo, type OutsideChange, outsideChange } from './outside-files';

/**
 * What a change does by files outside of a folder: those that say how Flux, Argo CD or kustomize apply it, and objects that meet
 * those of the folder in the cluster.
 *
 * @param rendered objects of the folder, before and after
 */
export function impactsOutside(
  comparison: Comparison,
  folder: string,
  rendered: readonly Manifest[],
): readonly Impact[] {
  const { place, head } = comparison;
  const own = pathFromTop(folder, place).replace(/\/$/, '');
  const isBeside = (path: string) => path !== own && !path.startsWith(`${own}/`);
  const change = outsideChange(comparison, isBeside);
  if (change.paths.length === 0) return [];
  const name = own === '.' ? '' : own;
  const all = overlays(place.top, head, own);
  const before = parseEach(change.before);
  const after = parseEach(change.after);
  const named = namedFiles(all);
  // A manual that no reader of YAML can read is none of these, unless something names it.
  const readable = change.after.filter(({ path }) => isNamedSo(path) || named.has(path));
  const applied = appliedPaths(name, [all, before, after]);
  return [
    ...applierImpacts(name, before, after, applied),
    ...unreadableImpacts(name, readable, after),
    ...settingsImpacts(name, change),
    ...laidOverImpacts(name, all, change.paths, applied),
    ...objectsOutside(rendered, before, after, [all, before, after], applied),
  ];
}

/** Links that lead nowhere here, and files by which Argo CD overrides its own settings. */
function settingsImpacts(
  folder: string,
  { paths, links, submodules, after }: OutsideChange,
): readonly Impact[] {
  const say = (object: string, what: string): Impact => ({
    id: 'left-out',
    weight: 'security',
    object,
    what,
    why: `It may change how ${folder}/ is applied, and no rule reads what becomes of it.`,
  });
  return [
    ...links
      .filter(isNamedSo)
      .map((path) => say(path, 'It is a link to what is not a file of the repository.')),
    ...submodules.map((path) => say(path, 'It is a submodule: its files come from another repository.')),
    ...after
      .filter(({ path, text }) => baseName(path) === '.gitattributes' && CONVERTING.test(text))
      .map(({ path }) =>
        say(path, 'It converts files when they are checked out: others read another text than this review.'),
      ),
    ...paths
      .filter((path) => /^\.argocd-source/.test(baseName(path)))
      .map((path) => say(path, 'Argo CD lays it over the Applications that take its folder.')),
  ];
}

/** Attributes of Git that make of a file another text, for files that may be YAML. */
const CONVERTING = /^(?!\s*#).*\b(?:working-tree-encoding|filter|ident|eol)\b/m;

/** Files that kustomizations name, whatever they are called. */
function namedFiles({ others }: ParsedManifests): ReadonlySet<string> {
  const lists = ['resources', 'bases', 'components', 'generators', 'transformers'];
  return new Set(
    others
      .filter(({ other }) => other === 'kustomization')
      .flatMap(({ file, body }) =>
        lists.flatMap((key) =>
          [body[key]].flat().map((path) => posix.normalize(posix.join(posix.dirname(file), String(path)))),
        ),
      ),
  );
}

/** What may say how folders are applied: by its name, or by the groups of Flux, Argo CD and kustomize, written out or not. */
const SAYS_SO = String.raw`fluxcd|argoproj|kustomiz|\\[xuU][0-9A-Fa-f]|!!binary|^%TAG`;

/** Kustomizations of a revision, and objects of Flux and Argo CD, but for those that were rendered. */
function overlays(top: string, head: string | undefined, own: string): ParsedManifests {
  const revision = head === undefined ? [] : [head];
  const files = [':(top)*.yaml', ':(top)*.yml', ':(top)*.json'];
  const saying = git(
    'grep',
    '-a',
    '-l',
    '-z',
    '-E',
    '--full-name',
    '-e',
    SAYS_SO,
    ...revision,
    '--',
    ...files,
  );
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
  const specs = names.flatMap((name) => [`:(top)${name}`, `:(top)*/${name}`]);
  const named = git('grep', '-a', '-l', '-z', '--full-name', '-e', '', ...revision, '--', ...specs);
  const paths = [...saying.stdout.split('\0'), ...named.stdout.split('\0')]
    .map((path) => (head === undefined ? path : path.slice(head.length + 1)))
    .filter((path) => path !== '' && path !== own && !path.startsWith(`${own}/`));
  return parseEach(readAll(top, head, [...new Set(paths)]));
}

function readAll(top: string, head: string | undefined, paths: readonly string[]): readonly SourceFile[] {
  if (head !== undefined) {
    // By their ids: a path may hold what ends a question to git.
    const ids = blobsAt(head, new Set(paths));
    return readBlobs([...ids].map(([path, id]) => ({ path, mode: '100644', id })));
  }
  return paths.flatMap((path) => {
    const bytes = contentOf(join(top, path));
    return bytes === undefined ? [] : [sourceFile(path, bytes)];
  });
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
