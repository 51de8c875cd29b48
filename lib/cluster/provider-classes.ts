import { load, YAMLException } from 'js-yaml';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Manifest } from './manifest';
import { podSpecOf } from './workloads';

/** The driver that mounts secrets of a store, which SecretProviderClasses name. */
const DRIVER = 'secrets-store.csi.k8s.io';

/** The SecretProviderClass that a volume names; undefined for every other volume. */
export function providerClassOf(volume: unknown): string | undefined {
  const csi = fieldsOf(fieldsOf(volume).csi);
  return csi.driver === DRIVER ? textOf(at(csi, ['volumeAttributes', 'secretProviderClass'])) : undefined;
}

/** Whether a container of a pod mounts a volume; the kubelet passes over a volume that none mounts. */
export function isMounted(volume: unknown, spec: Fields): boolean {
  const { name } = fieldsOf(volume);
  return ['initContainers', 'containers'].some((list) =>
    listOf(spec[list]).some((container) =>
      listOf(fieldsOf(container).volumeMounts).some((mount) => fieldsOf(mount).name === name),
    ),
  );
}

/** Whether a pod mounts what a SecretProviderClass fetches. */
export function mountsClass(spec: unknown, name: string): boolean {
  const pod = fieldsOf(spec);
  return listOf(pod.volumes).some((volume) => providerClassOf(volume) === name && isMounted(volume, pod));
}

/** Whether a pod that any of these objects starts mounts what a SecretProviderClass of their namespace fetches. */
export function isClassMounted(providerClass: Manifest, manifests: readonly Manifest[]): boolean {
  const { name, namespace } = providerClass;
  return manifests.some(
    (one) =>
      (one.namespace === namespace || one.namespace === undefined || namespace === undefined) &&
      podSpecsOf(one).some((spec) => mountsClass(spec, name)),
  );
}

function podSpecsOf(manifest: Manifest): readonly unknown[] {
  const { kind, body } = manifest;
  if (kind === 'Pod') return [body.spec];
  return [podSpecOf(manifest), at(body, ['spec', 'jobTemplate', 'spec', 'template', 'spec'])];
}

/** Keys of the Secret of a name that a SecretProviderClass makes. */
export function syncedKeys({ body }: Manifest, secret: string): string[] {
  return secretObjectsOf(body)
    .filter(({ secretName }) => secretName === secret)
    .flatMap(({ data }) => listOf(data).flatMap((one) => textOf(fieldsOf(one).key) ?? []));
}

function secretObjectsOf(body: Fields): readonly Fields[] {
  return listOf(at(body, ['spec', 'secretObjects'])).map(fieldsOf);
}

/** A file that a SecretProviderClass makes a key of and does not fetch. */
export interface UnfetchedFile {
  readonly path: readonly (string | number)[];
  readonly file: string;
  /** Files that it fetches. */
  readonly fetched: readonly string[];
}

/** Files that become keys of Secrets and are not fetched, as far as the provider's list of objects can be read. */
export function unfetchedFiles({ body }: Manifest): readonly UnfetchedFile[] {
  const fetched = fetchedFiles(fieldsOf(body.spec));
  if (fetched === undefined) return [];
  return secretObjectsOf(body).flatMap(({ data }, index) =>
    listOf(data).flatMap((one, place) => {
      const file = textOf(fieldsOf(one).objectName) ?? '';
      if (fetched.includes(file)) return [];
      return [{ path: ['spec', 'secretObjects', index, 'data', place, 'objectName'], file, fetched }];
    }),
  );
}

/**
 * Names of the files that a class fetches; undefined where it can't be read.
 * @see aws/secrets-store-csi-driver-provider-aws provider/secret_descriptor.go, GetFileName
 */
function fetchedFiles({ provider, parameters }: Fields): readonly string[] | undefined {
  const { objects, pathTranslation } = fieldsOf(parameters);
  const text = textOf(objects) ?? '';
  // What Helm, Flux or envsubst fills in may add objects.
  if (text === '' || /\$\{|\{\{/.test(text) || (provider !== 'aws' && provider !== 'vault')) return undefined;
  const list = parsed(text);
  if (!Array.isArray(list)) return undefined;
  const slash = provider === 'aws' ? (textOf(pathTranslation) ?? '_') : 'False';
  return list
    .map(fieldsOf)
    .flatMap(({ objectName, objectAlias, jmesPath }) =>
      [objectAlias ?? objectName, ...listOf(jmesPath).map((one) => fieldsOf(one).objectAlias)]
        .flatMap((name) => textOf(name) ?? [])
        .map((name) =>
          slash.toLowerCase() === 'false' ? name.replace(/^\/+/, '') : name.replaceAll('/', slash),
        ),
    );
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return undefined;
  }
}
