import { joinPath, parentOf } from '../cluster/file-names';
import { patchFilesOf } from '../cluster/other-documents';
import type { ParsedManifests } from '../cluster/parse';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Impact } from './rule';

/** A file of kustomize, or what Flux has instead of one. */
interface Overlay {
  /** What to call it. */
  readonly object: string;
  readonly folder: string;
  /** Paths that it takes, from the top of the repository. */
  readonly takes: readonly string[];
  readonly components: readonly string[];
  /** Files that it names and that change what it takes. */
  readonly files: readonly string[];
}

/** Lists of files that change what a kustomization makes of its resources, besides its patches. */
const FILES = ['transformers', 'generators', 'configurations', 'crds', 'openapi', 'validators'];

/**
 * What a change does by files that a kustomization names, which itself does not change: patches, components and the like alter
 * what is rendered below a folder, and no object of the folder changes.
 *
 * @param folder from the top of the repository
 * @param side kustomizations of the whole repository, and objects of Flux that name components
 * @param changed files that differ, by path from the top
 * @param applied paths of what is applied with the folder, or applies it
 */
export function laidOverImpacts(
  folder: string,
  side: Pick<ParsedManifests, 'manifests' | 'others'>,
  changed: readonly string[],
  applied: readonly string[] = [folder],
): readonly Impact[] {
  if (changed.length === 0) return [];
  const overlays = overlaysOf(side);
  const applying = new Set(overlays.filter((one) => applied.some((path) => takes(one, path))));
  // An overlay of an overlay applies the folder too.
  spread(applying, (one) => overlays.filter((other) => other.takes.includes(one.folder)));
  const laid = new Set(applying);
  const inComponents = (one: Overlay) => overlays.filter(({ folder: own }) => one.components.includes(own));
  spread(laid, inComponents);
  const components = [...laid].flatMap((one) => one.components);
  return [...laid].flatMap(({ object, files, components: own }) => {
    const found = changed.filter(
      (file) => files.includes(file) || own.some((component) => isWithin(file, component)),
    );
    // Within a component, the one that names the component tells of all its files.
    const rest = found.filter(
      (file) => own.some((one) => isWithin(file, one)) || !components.some((one) => isWithin(file, one)),
    );
    return rest.length === 0 ? [] : [impactOf(folder, object, rest)];
  });
}

function impactOf(folder: string, object: string, files: readonly string[]): Impact {
  const shown =
    files.length > MOST_SHOWN ? [...files.slice(0, MOST_SHOWN), `${files.length - MOST_SHOWN} more`] : files;
  return {
    id: 'left-out',
    weight: 'security',
    object,
    what: `${folder}/ is applied in another way: ${shown.join(', ')} ${files.length === 1 ? 'changes, which is' : 'change, which are'} laid over it.`,
    why: 'Patches and components alter what is rendered, and no rule reads what becomes of it.',
  };
}

const MOST_SHOWN = 5;

/** Adds what follows from members of a set until nothing does. */
function spread<T>(all: Set<T>, next: (one: T) => readonly T[]): void {
  for (const one of all) for (const other of next(one)) all.add(other);
}

/** Whether an overlay takes a folder, what is above it or what is in it. */
function takes({ takes }: Overlay, folder: string): boolean {
  return takes.some((path) => isWithin(folder, path) || isWithin(path, folder));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function overlaysOf({
  manifests,
  others,
}: Pick<ParsedManifests, 'manifests' | 'others'>): readonly Overlay[] {
  const ofFlux = manifests.filter(
    ({ apiVersion, kind }) =>
      apiVersion.startsWith('kustomize.toolkit.fluxcd.io/') && kind === 'Kustomization',
  );
  return [
    ...others
      .filter(({ other }) => other === 'kustomization')
      .map(({ file, body }) => overlayOf(file, parentOf(file), body, ['resources', 'bases'])),
    ...ofFlux.map(({ file, body }) => {
      const spec = fieldsOf(body.spec);
      const folder = joinPath('', textOf(spec.path) ?? '');
      return { ...overlayOf(file, folder, spec, []), takes: [folder] };
    }),
  ];
}

function overlayOf(file: string, folder: string, fields: Fields, lists: readonly string[]): Overlay {
  const pathsOf = (key: string) =>
    [fields[key]].flat().flatMap((one) => textOf(one) ?? textOf(fieldsOf(one).path) ?? []);
  const inFolder = (path: string) => joinPath(folder, path);
  const replaced = listOf(fields.replacements).flatMap((one) => textOf(fieldsOf(one).path) ?? []);
  return {
    object: file,
    folder,
    takes: lists.flatMap(pathsOf).map(inFolder),
    components: pathsOf('components').map(inFolder),
    files: [
      ...patchFilesOf(file, fields),
      ...[...FILES.flatMap(pathsOf), ...replaced].map(inFolder),
      ...generatedFiles(fields).map(inFolder),
    ],
  };
}

/** Files of which a kustomization makes ConfigMaps and Secrets, which may take the place of rendered ones. */
function generatedFiles({ configMapGenerator, secretGenerator }: Fields): readonly string[] {
  return [...listOf(configMapGenerator), ...listOf(secretGenerator)].flatMap((generator) => {
    const { files, envs, env } = fieldsOf(generator);
    return [...listOf(files), ...listOf(envs), env].flatMap((one) => textOf(one)?.split('=').pop() ?? []);
  });
}
