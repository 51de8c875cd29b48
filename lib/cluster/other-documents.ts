import { type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';
import { baseName, joinPath, parentOf } from './file-names';

/** YAML that lies beside objects and is none that this program reads: what it is, and what it is called. */
export interface OtherDocument {
  readonly kind:
    | 'kustomization'
    | 'chart'
    | 'values'
    | 'encrypted'
    | 'list'
    | 'unnamed object'
    | 'patch'
    | 'template'
    | 'comments'
    // A file that is no YAML, as text; and one that is not read.
    | 'text'
    | 'unread';
  readonly name: string;
}

/**
 * What a document is instead of an object with a name; undefined where someone meant an object.
 *
 * @param file path of its file, for the names that Kustomize and Helm give to theirs
 */
export function otherDocument(file: string, body: unknown): OtherDocument | undefined {
  const name = baseName(file);
  if (Array.isArray(body)) {
    const isOther = body.length > 0 && body.every((item) => isTable(item) && saysNoKind(item));
    return isOther ? { kind: 'list', name } : undefined;
  }
  if (!isTable(body)) return undefined;
  const { apiVersion, kind } = body;
  const metadata = fieldsOf(body.metadata);
  if (isKustomization(name, body)) return { kind: 'kustomization', name };
  if (/^Chart\.ya?ml$/.test(name) && kind === undefined) return { kind: 'chart', name };
  if (isTable(body.sops) && [apiVersion, kind, metadata.name].some(isEncrypted))
    return { kind: 'encrypted', name };
  if (typeof apiVersion === 'string' && typeof kind === 'string')
    return unnamedObject(kind, metadata, body.spec);
  return saysNoKind(body) && metadata.name === undefined ? { kind: 'values', name } : undefined;
}

const STARTS_PODS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
];

function unnamedObject(
  kind: string,
  { name, generateName }: Fields,
  spec: unknown,
): OtherDocument | undefined {
  if (name !== undefined || typeof generateName !== 'string') return undefined;
  // A manager is read by what its name will begin with.
  if (STARTS_PODS.includes(kind) && /gitlab-runner/.test(JSON.stringify(spec))) return undefined;
  return { kind: 'unnamed object', name: `${kind} ${generateName}*` };
}

function isKustomization(name: string, { apiVersion }: Fields): boolean {
  if (String(apiVersion).startsWith('kustomize.config.k8s.io/')) return true;
  return isKustomizationFile(name) && apiVersion === undefined;
}

function saysNoKind({
  apiVersion,
  kind,
}: {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}): boolean {
  return apiVersion === undefined && kind === undefined;
}

function isEncrypted(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('ENC[');
}

function isKustomizationFile(name: string): boolean {
  return /^kustomization(\.ya?ml)?$/i.test(name);
}

/** Files that a kustomization lays over objects: they look like objects, and are parts of them. */
export function patchFilesOf(file: string, body: unknown): readonly string[] {
  const { patches, patchesStrategicMerge, patchesJson6902 } = fieldsOf(body);
  const named = [
    ...[...listOf(patches), ...listOf(patchesJson6902)].map((patch) => textOf(fieldsOf(patch).path)),
    ...listOf(patchesStrategicMerge).map(textOf),
  ];
  return named.flatMap((path) =>
    path === undefined || path.includes('\n') ? [] : [joinPath(parentOf(file), path)],
  );
}

/** Folders of templates: those beside a Chart.yaml. */
export function templateFoldersOf(files: readonly string[]): readonly string[] {
  return files
    .filter((file) => /^Chart\.ya?ml$/.test(baseName(file)))
    .map((file) => `${joinPath(parentOf(file), 'templates')}/`);
}
