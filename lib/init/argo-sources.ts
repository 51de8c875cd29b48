import { loadAll } from 'js-yaml';
import { matchesGlob } from '../values/glob';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { sameRepository } from './git-address';
import { below } from './project';

/** An Application, or the template of an ApplicationSet, that reads a folder with everything below it. */
export interface RecursiveSource {
  /** `Application/root`, as people name it. */
  readonly object: string;
  /** The folder that it reads, from the top of the repository; empty for the top. */
  readonly path: string;
}

/** What a project has that Argo CD would read: JSON that is not a manifest, and manifests that another unit applies. */
const READ = ['package.json', 'dist/fleet/runners/runner/deployment.yaml'];

/**
 * The sources in a file of manifests by which Argo CD reads a project as a whole: `directory.recurse` over a folder that it is
 * in. A file that is not YAML, such as a template of a chart, has none.
 *
 * @param folder the project, from the top of the repository
 * @param address of the repository, where it is known: what reads another one is left out
 */
export function recursiveSources(text: string, folder: string, address?: string): readonly RecursiveSource[] {
  return documentsIn(text).flatMap((document) => {
    const { kind, metadata, spec } = fieldsOf(document);
    if (kind !== 'Application' && kind !== 'ApplicationSet') return [];
    const application = kind === 'Application' ? spec : fieldsOf(fieldsOf(spec).template).spec;
    const directories =
      kind === 'Application' ? NO_DIRECTORIES : generatedDirectories(fieldsOf(spec).generators);
    const { source, sources } = fieldsOf(application);
    return [source, ...listOf(sources)].flatMap((one) => {
      const path = pathRead(fieldsOf(one), directories, folder, address);
      return path === undefined ? [] : [{ object: `${kind}/${textOf(fieldsOf(metadata).name)}`, path }];
    });
  });
}

function documentsIn(text: string): readonly unknown[] {
  try {
    return loadAll(text);
  } catch {
    return [];
  }
}

/** The folder that a source reads, if a project is in it. */
function pathRead(
  { path, repoURL, directory }: Fields,
  directories: Directories,
  folder: string,
  address: string | undefined,
): string | undefined {
  const { recurse, include, exclude } = fieldsOf(directory);
  if (typeof path !== 'string' || String(recurse) !== 'true') return undefined;
  if (address !== undefined && typeof repoURL === 'string' && !sameRepository(repoURL, address))
    return undefined;
  const isListed = (pattern: unknown, file: string) =>
    typeof pattern === 'string' && alternatives(pattern).some((one) => matchesGlob(one, file));
  const isRead = (file: string) =>
    (include === undefined || include === '' || isListed(include, file)) && !isListed(exclude, file);
  const patterns = pathPatterns(path, directories.named);
  return ancestors(folder).find((root) => {
    if (!patterns.some((pattern) => matchesGlob(pattern, root, '/'))) return false;
    if (directories.left.some((pattern) => matchesGlob(pattern, root, '/'))) return false;
    const rest = root === '' ? folder : folder.slice(root.length + 1);
    return READ.some((file) => isRead(below(rest, file)));
  });
}

/** A folder and those above it, the top first. */
function ancestors(folder: string): readonly string[] {
  const steps = folder === '' ? [] : folder.split('/');
  return ['', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))];
}

/** Folders that a generator of Git makes Applications for, and those that it leaves out, as patterns. */
interface Directories {
  readonly named: readonly string[];
  readonly left: readonly string[];
}

const NO_DIRECTORIES: Directories = { named: [], left: [] };

/** Those of all generators, also of generators in a matrix or a merge. */
function generatedDirectories(generators: unknown): Directories {
  const found = listOf(generators).flatMap(function directoriesOf(generator): readonly unknown[] {
    const { git, matrix, merge } = fieldsOf(generator);
    const nested = [matrix, merge].flatMap((one) => listOf(fieldsOf(one).generators));
    return [...listOf(fieldsOf(git).directories), ...nested.flatMap(directoriesOf)];
  });
  const paths = (isLeft: boolean) =>
    found
      .map(fieldsOf)
      .filter(({ exclude }) => (exclude === true) === isLeft)
      .flatMap(({ path }) => (typeof path === 'string' ? [normal(path)] : []));
  return { named: paths(false), left: paths(true) };
}

/** A path as patterns: the folders of the generators where it names one, and anything for other parameters. */
function pathPatterns(path: string, directories: readonly string[]): readonly string[] {
  const named = directories.length > 0 ? directories : ['*'];
  const paths = named.map((directory) => path.replace(/\{\{-? *\.?path(\.path)? *-?\}\}/g, () => directory));
  return [...new Set(paths.map((one) => normal(one.replace(/\{\{.*?\}\}/g, '*'))))];
}

/** A path without what does not say where it leads. */
function normal(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

/** `{a,b}*` as `a*` and `b*`: Argo CD takes such patterns for files. */
function alternatives(pattern: string): readonly string[] {
  const [, before, inner, after] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (inner === undefined) return [pattern];
  return inner.split(',').flatMap((one) => alternatives(`${before}${one}${after}`));
}
