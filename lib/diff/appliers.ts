import { joinPath, parentOf } from '../cluster/file-names';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ParsedManifests } from '../cluster/parse';
import { parseDuration } from '../values/duration';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { isOnlyRecursive, leavesOutMonitoring, withoutOptional } from './left-out-units';
import type { Impact, Weight } from './rule';

/** An object that says what Flux, Argo CD or kustomize make of a folder. */
interface Applier {
  readonly key: string;
  readonly file: string;
  readonly object: string;
  /** Whether it names no folder, and decides about all of them. */
  readonly isSource: boolean;
  /** Folders that it takes, from the top of the repository. */
  readonly folders: readonly string[];
  /** Fields that change or leave out what stands in the folder. */
  readonly levers: Fields;
  /** Those of them that each such object has, so that one which is new may have them. */
  readonly usual: readonly string[];
  /** Of them, lists that may become longer: what they name is judged in its own file. */
  readonly growing: readonly string[];
  readonly others: Fields;
}

/** One side of a comparison, of files outside of the rendered folder. */
type Side = Pick<ParsedManifests, 'manifests' | 'others'>;

/**
 * What a change of the objects that apply a folder does: their patches delete and alter what is rendered there, and no object of
 * the folder changes.
 *
 * @param folder from the top of the repository
 * @param applied paths of what is applied with the folder, or applies it: see `appliedPaths`
 */
export function applierImpacts(
  folder: string,
  before: Side,
  after: Side,
  applied: readonly string[] = [folder],
): readonly Impact[] {
  const [olds, news] = [before, after].map((side) => new Map(appliersOf(side).map((one) => [one.key, one])));
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((key) => {
    const [old, now] = [olds.get(key), news.get(key)];
    return [old, now].some((one) => one && reaches(one, applied)) ? impactsOf(folder, old, now) : [];
  });
}

/**
 * The folder, and the files by which it is applied: kustomizations that take it, objects of Flux and Argo CD that name it or
 * such a kustomization, and whatever applies the files in which these stand, since its patches may change them.
 *
 * @param sides what says how folders are applied, in the whole repository
 */
export function appliedPaths(folder: string, sides: readonly Side[]): readonly string[] {
  const left = new Set(sides.flatMap(appliersOf));
  const applied = new Set([folder]);
  for (let size = 0; size !== applied.size; ) {
    size = applied.size;
    for (const one of left) {
      if (!reaches(one, [...applied])) continue;
      left.delete(one);
      applied.add(one.file);
    }
  }
  return [...applied];
}

/** Whether the objects of a file are applied by an object of Flux or Argo CD, or by a kustomization. */
export function isApplied(file: string, sides: readonly Side[]): boolean {
  return sides
    .flatMap(appliersOf)
    .some((one) => !one.isSource && one.folders.some((folder) => isWithin(file, folder)));
}

/** ConfigMaps and Secrets whose values objects of Flux fill into what they apply, as `Kind/namespace/name`. */
export function substitutedFrom(sides: readonly Side[], applied: readonly string[]): ReadonlySet<string> {
  const objects = sides.flatMap(({ manifests }) => manifests).filter(isOfFlux);
  const ofApplied = objects.filter((one) => reaches(ofFlux(one), applied));
  return new Set(
    ofApplied.flatMap(({ namespace, body }) =>
      listOf(at(body, ['spec', 'postBuild', 'substituteFrom']))
        .map(fieldsOf)
        .map(({ kind, name }) => [textOf(kind), namespace, textOf(name)].join('/')),
    ),
  );
}

function isOfFlux({ apiVersion, kind }: Manifest): boolean {
  return apiVersion.startsWith('kustomize.toolkit.fluxcd.io/') && kind === 'Kustomization';
}

function reaches({ folders }: Applier, applied: readonly string[]): boolean {
  return folders.some((one) => applied.some((path) => isWithin(one, path) || isWithin(path, one)));
}

function impactsOf(folder: string, old: Applier | undefined, now: Applier | undefined): Impact[] {
  const say = (weight: Weight, what: string): Impact[] => [
    {
      id: 'left-out',
      weight,
      object: (now ?? old)?.object ?? '',
      what,
      why: 'Flux, Argo CD or kustomize apply the rendered files as it says, and no rule reads what becomes of them.',
    },
  ];
  if (!now)
    return say('disruptive', `It no longer applies ${folder}/: what it applied may be deleted with it.`);
  const [before, after] = [old?.levers ?? {}, now.levers].map((levers) => requiredOf(levers, folder));
  const levers = differing(before, after).filter(
    (key) => (old || !isUsual(key, now, after)) && !(old && grows(key, old, now)),
  );
  const leaving = old ? leavingOf(folder, old, now).flatMap((what) => say('disruptive', what)) : [];
  if (levers.length > 0)
    return [
      ...say(
        'security',
        `${folder}/ is applied in another way: ${levers.join(', ')} ${old ? 'changed' : 'added'}.`,
      ),
      ...leaving,
    ];
  if (leaving.length > 0) return leaving;
  if (!old) return say('notice', `It is new, and applies ${folder}/.`);
  const optional = differing(old.levers, now.levers);
  if (optional.some((key) => leavesOutMore(key, old, now)))
    return say(
      'notice',
      'It leaves out monitoring/ now: metrics and alerts go, unless something else applies it.',
    );
  const others = [
    ...optional,
    ...differing(old.others, now.others).filter((key) => key !== 'interval' || isRarer(old, now)),
  ];
  return others.length > 0 ? say('notice', `How ${folder}/ is applied changes: ${others.join(', ')}.`) : [];
}

/** Fields that decide what is applied, but for what a fleet runs without. */
function requiredOf(levers: Fields, folder: string): Fields {
  const { source, sources } = levers;
  return {
    ...levers,
    ...(source === undefined ? {} : { source: withoutOptional(source, folder) }),
    ...(Array.isArray(sources) ? { sources: sources.map((one) => withoutOptional(one, folder)) } : {}),
  };
}

/** Whether a new object may have a field: a source of Argo CD also one that only says that folders below it are read too. */
function isUsual(key: string, { usual }: Applier, levers: Fields): boolean {
  if (usual.includes(key)) return true;
  if (key !== 'source') return false;
  const { directory, ...others } = fieldsOf(levers.source);
  return isOnlyRecursive(directory) && !hasTools({ source: others });
}

/** Whether a source no longer takes metrics and alerts. */
function leavesOutMore(key: string, old: Applier, now: Applier): boolean {
  const [before, after] = [old, now].map(({ levers }) =>
    [levers[key]].flat().some((source) => leavesOutMonitoring(source)),
  );
  return key.startsWith('source') && !before && after;
}

/** Whether a source is looked at less often than before. */
function isRarer(old: Applier, now: Applier): boolean {
  const [was, is] = [old, now].map(({ others }) => parseDuration(textOf(others.interval) ?? ''));
  return is !== undefined && (was === undefined || is > was);
}

/** What its applier no longer sees and may prune, with all that it applied. */
function leavingOf(folder: string, old: Applier, now: Applier): readonly string[] {
  const listed = (one: Applier) =>
    one.growing.flatMap((key) => listOf(one.levers[key]).map((entry) => joinPath('', String(entry))));
  const unlisted = listed(old).filter((entry) => !listed(now).includes(entry));
  return [
    ...(parentOf(old.file) === parentOf(now.file)
      ? []
      : [
          `It moves from ${old.file} to ${now.file}: its old applier may delete it, and with it what it applied of ${folder}/.`,
        ]),
    ...(unlisted.length === 0
      ? []
      : [`It no longer lists ${unlisted.join(', ')}: what was applied by that may be deleted.`]),
  ];
}

function differing(before: Fields, after: Fields): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

function grows(key: string, old: Applier, now: Applier): boolean {
  const [before, after] = [old, now].map(({ levers }) =>
    listOf(levers[key]).map((one) => JSON.stringify(one)),
  );
  return now.growing.includes(key) && before.every((one) => after.includes(one));
}

/** Whether a path is a folder or below it; the top of the repository holds all. */
function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function appliersOf({ manifests, others }: Side): readonly Applier[] {
  return [
    ...manifests.flatMap(withNested).flatMap((manifest) => {
      const { apiVersion, kind } = manifest;
      if (isOfFlux(manifest)) return [ofFlux(manifest)];
      if (SOURCES.test(apiVersion) || isSettingOfArgo(manifest)) return [ofSource(manifest)];
      return apiVersion.startsWith('argoproj.io/') && /^Application(Set)?$/.test(kind)
        ? [ofArgo(manifest)]
        : [];
    }),
    ...others.filter(({ other }) => other === 'kustomization').map(ofKustomize),
  ];
}

/** Groups of what Flux takes files from, puts them together with, and is itself set up by. */
const SOURCES = /^(source\.toolkit\.fluxcd\.io|source\.extensions\.fluxcd\.io|fluxcd\.controlplane\.io)\//;

/** What says which kinds Argo CD applies at all, and to which clusters. */
function isSettingOfArgo({ apiVersion, kind, name }: Manifest): boolean {
  return (
    (kind === 'AppProject' && apiVersion.startsWith('argoproj.io/')) ||
    (kind === 'ConfigMap' && name === 'argocd-cm')
  );
}

/** An object, and those that it holds for a controller to make: a ResourceSet, a ClusterResourceSet. */
function withNested(manifest: Manifest): readonly Manifest[] {
  const nested = nestedObjects(Object.values(manifest.body)).map((body): Manifest => {
    const { name, namespace } = fieldsOf(body.metadata);
    return {
      ...manifest,
      apiVersion: String(body.apiVersion),
      kind: String(body.kind),
      name: textOf(name) ?? '',
      namespace: textOf(namespace),
      body,
    };
  });
  return [manifest, ...nested];
}

function nestedObjects(values: readonly unknown[]): readonly Fields[] {
  return values.flatMap((value): readonly Fields[] => {
    if (typeof value !== 'object' || value === null) return [];
    const fields = fieldsOf(value);
    const isObject = typeof fields.apiVersion === 'string' && typeof fields.kind === 'string' && fields.spec;
    return [...(isObject ? [fields] : []), ...nestedObjects(Object.values(value))];
  });
}

/** The folder that a path names: any, where something fills it in. Flux and Argo CD read one from the top. */
function folderOf(path: string): string {
  return /\$\{|\{\{/.test(path) ? '' : path.replace(/^\/+/, '');
}

/** Fields of a Flux Kustomization that decide what becomes of the files, and in which cluster. */
const OF_FLUX =
  /^(patches\w*|images|replacements|components|ignoreMissingComponents|postBuild|path|prune|deletionPolicy|targetNamespace|namePrefix|nameSuffix|commonMetadata|sourceRef|kubeConfig|serviceAccountName|decryption|suspend|dependsOn|force)$/;

function ofFlux(manifest: Manifest): Applier {
  const spec = fieldsOf(manifest.body.spec);
  // What another source than Git holds may be packed of any folder.
  const isOfGit = (textOf(at(spec, ['sourceRef', 'kind'])) ?? 'GitRepository') === 'GitRepository';
  const folder = isOfGit ? folderOf(textOf(spec.path) ?? '') : '';
  return applier(manifest, [folder], spec, (key) => OF_FLUX.test(key), [
    'path',
    'prune',
    'sourceRef',
    'decryption',
    'serviceAccountName',
    // Of a new one, what it waits for holds up nothing else.
    'dependsOn',
  ]);
}

/** What Flux takes, and where from: it names no folder, and leaves out any. */
function ofSource(manifest: Manifest): Applier {
  const { timeout: _, ...spec } = fieldsOf(manifest.body.spec ?? manifest.body.data);
  return applier(manifest, [''], spec, (key) => key !== 'interval', [
    ...['url', 'ref', 'secretRef', 'verify', 'provider', 'serviceAccountName'],
    ...['bucketName', 'endpoint', 'region', 'prefix', 'certSecretRef'],
  ]);
}

function ofArgo(manifest: Manifest): Applier {
  const isSet = manifest.kind === 'ApplicationSet';
  const own = fieldsOf(manifest.body.spec);
  const spec = isSet ? fieldsOf(at(own, ['template', 'spec'])) : own;
  const paths = [spec.source, ...listOf(spec.sources)].flatMap(
    (source) => textOf(fieldsOf(source).path) ?? [],
  );
  // One that names no folder here has it from a template or a hydrator: it may be any.
  const folders = paths.length === 0 && !namesOther(spec) ? [''] : paths.map(folderOf);
  return applier(manifest, folders, own, (key) => !/^(info|revisionHistoryLimit|project)$/.test(key), [
    ...(isSet ? ['generators', 'template'] : []),
    'destination',
    ...(hasTools(spec) ? [] : ['source', 'sources']),
    'syncPolicy',
  ]);
}

/** Whether all sources of an Application are charts, which are of no folder. */
function namesOther(spec: Fields): boolean {
  const sources = [spec.source, ...listOf(spec.sources)].filter((one) => one !== undefined).map(fieldsOf);
  return sources.length > 0 && sources.every(({ chart }) => chart !== undefined);
}

/** Whether an Application alters what it finds. */
function hasTools(spec: Fields): boolean {
  return [spec.source, ...listOf(spec.sources)]
    .map(fieldsOf)
    .some(({ kustomize, helm, plugin, directory }) =>
      [kustomize, helm, plugin, directory].some((tool) => tool !== undefined),
    );
}

/** Lists of what a kustomization takes as it is. */
const TAKEN = ['resources', 'bases'];

/** A file of kustomize, with what it takes by ways from its own folder. */
function ofKustomize(manifest: Manifest): Applier {
  const { body, file } = manifest;
  const { apiVersion: _, kind: __, metadata: ___, ...fields } = body;
  const folder = file.split('/').slice(0, -1).join('/');
  const taken = ['resources', 'bases', 'components'].flatMap((key) =>
    listOf(body[key]).flatMap((one) => textOf(one) ?? []),
  );
  // One that stands above a folder and does not name it leaves it out.
  const folders = [folder, ...taken.map((one) => `${folder}/${one}`)];
  // What stands elsewhere is in no review.
  const isRemote = taken.some((one) =>
    /^[a-z+]+:\/\/|^[\w.-]+@|^git::|\?ref=|\.git(\/|$)|\/_git\/|^(github|gitlab|bitbucket)\.(com|org)[/:]/i.test(
      one,
    ),
  );
  return {
    ...applier(manifest, folders, fields, () => true, isRemote ? [] : TAKEN),
    growing: isRemote ? [] : TAKEN,
    key: file,
    object: file,
  };
}

function applier(
  manifest: Manifest,
  folders: readonly string[],
  fields: Fields,
  isLever: (key: string) => boolean,
  usual: readonly string[],
): Applier {
  const { apiVersion, kind, namespace, name, file } = manifest;
  const entries = Object.entries({ ...fields, ...orders(manifest) }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    key: [apiVersion.split('/')[0], kind, namespace, name].join('/'),
    file,
    isSource: SOURCES.test(apiVersion) || isSettingOfArgo(manifest),
    object: `${displayName(manifest)} (${file})`,
    folders: folders.map((folder) => joinPath('', folder)),
    levers: Object.fromEntries(entries.filter(([key]) => isLever(key) || key in METADATA)),
    usual: [...usual, ...Object.keys(METADATA)],
    growing: [],
    others: Object.fromEntries(entries.filter(([key]) => !isLever(key) && !(key in METADATA))),
  };
}

/** What metadata orders of whoever reconciles an object, by what it is called here. */
const METADATA = {
  'metadata.annotations':
    /^([\w.-]+\.)?(fluxcd\.io|argoproj\.io|kustomize\.toolkit\.fluxcd\.io|config\.kubernetes\.io)\//,
  'metadata.labels': /^([\w.-]+\.)?(fluxcd\.io|argoproj\.io)\//,
} as const;

/** Annotations and labels that suspend, exclude or prune, and finalizers that delete what was applied. */
function orders({ body }: Manifest): Fields {
  const found = Object.entries(METADATA).map(([path, pattern]) => {
    const entries = Object.entries(fieldsOf(at(body, path.split('.')))).filter(([key]) => pattern.test(key));
    return [path, entries.length === 0 ? undefined : Object.fromEntries(entries)];
  });
  return { ...Object.fromEntries(found), 'metadata.finalizers': at(body, ['metadata', 'finalizers']) };
}
