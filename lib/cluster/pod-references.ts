import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { isMounted, providerClassOf } from './provider-classes';
import type { NeedKind } from './reference';

/** An object that a pod names. */
export interface PodReference {
  readonly kind: NeedKind;
  readonly name: string;
  readonly key?: string;
  /** Name of the environment variable that it is for. */
  readonly env?: string;
  /** Way to the name, from the pod's spec. */
  readonly path: FieldPath;
}

/** Everything that the spec of a pod needs of other objects; what is optional there is not needed. */
export function podReferences(spec: unknown): readonly PodReference[] {
  const fields = fieldsOf(spec);
  return [
    ...named('ServiceAccount', fields.serviceAccountName, ['serviceAccountName'], ['default']),
    ...named('PriorityClass', fields.priorityClassName, ['priorityClassName'], BUILT_IN_CLASSES),
    ...named('RuntimeClass', fields.runtimeClassName, ['runtimeClassName']),
    ...listOf(fields.imagePullSecrets).flatMap((one, index) =>
      named('Secret', fieldsOf(one).name, ['imagePullSecrets', index, 'name']),
    ),
    ...listOf(fields.volumes).flatMap((volume, index) => {
      const found = volumeReferences(volume, ['volumes', index]);
      // A key is not missed in a volume that no container mounts: the kubelet passes it over.
      if (!isMounted(volume, fields)) return found.map(({ key: _, ...reference }) => reference);
      return [...found, ...providerReferences(volume, ['volumes', index])];
    }),
    ...['initContainers', 'containers'].flatMap((list) =>
      listOf(fields[list]).flatMap((container, index) => containerReferences(container, [list, index])),
    ),
  ];
}

const BUILT_IN_CLASSES = ['system-cluster-critical', 'system-node-critical'];

function named(
  kind: NeedKind,
  value: unknown,
  path: FieldPath,
  builtIn: readonly string[] = [],
): readonly PodReference[] {
  const name = textOf(value);
  return name === undefined || name === '' || builtIn.includes(name) ? [] : [{ kind, name, path }];
}

/** A volume that is made with the pod. */
const OF_EPHEMERAL = ['ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName'];

function volumeReferences(volume: unknown, path: FieldPath): readonly PodReference[] {
  const projected = listOf(at(volume, ['projected', 'sources']));
  return [
    ...source('Secret', volume, 'secret', 'secretName', path),
    ...source('ConfigMap', volume, 'configMap', 'name', path),
    ...source('PersistentVolumeClaim', volume, 'persistentVolumeClaim', 'claimName', path),
    ...named('StorageClass', at(volume, OF_EPHEMERAL), [...path, ...OF_EPHEMERAL]),
    ...projected.flatMap((one, index) => [
      ...source('Secret', one, 'secret', 'name', [...path, 'projected', 'sources', index]),
      ...source('ConfigMap', one, 'configMap', 'name', [...path, 'projected', 'sources', index]),
    ]),
  ];
}

/** What a volume of the driver for secrets of a store names. */
function providerReferences(volume: unknown, path: FieldPath): readonly PodReference[] {
  const way = [...path, 'csi', 'volumeAttributes', 'secretProviderClass'];
  return named('SecretProviderClass', providerClassOf(volume), way);
}

/** A volume from an object, once for each key that it takes. */
function source(
  kind: NeedKind,
  holder: unknown,
  field: string,
  nameField: string,
  path: FieldPath,
): readonly PodReference[] {
  const fields = fieldsOf(fieldsOf(holder)[field]);
  const [found] = named(kind, fields[nameField], [...path, field, nameField]);
  if (found === undefined || fields.optional === true) return [];
  const keys = listOf(fields.items).flatMap((item) => textOf(fieldsOf(item).key) ?? []);
  return keys.length === 0 ? [found] : keys.map((key) => ({ ...found, key }));
}

const ENV_KINDS = [
  { kind: 'Secret', ofKey: 'secretKeyRef', whole: 'secretRef' },
  { kind: 'ConfigMap', ofKey: 'configMapKeyRef', whole: 'configMapRef' },
] as const;

function containerReferences(container: unknown, path: FieldPath): readonly PodReference[] {
  const { env, envFrom } = fieldsOf(container);
  return ENV_KINDS.flatMap(({ kind, ofKey, whole }) => [
    ...listOf(env).flatMap((variable, index) => {
      const { name, key, optional } = fieldsOf(at(variable, ['valueFrom', ofKey]));
      if (optional === true) return [];
      return named(kind, name, [...path, 'env', index, 'valueFrom', ofKey, 'name']).map((one) => ({
        ...one,
        key: textOf(key),
        env: textOf(fieldsOf(variable).name),
      }));
    }),
    ...listOf(envFrom).flatMap((one, index) => {
      const { name, optional } = fieldsOf(fieldsOf(one)[whole]);
      return optional === true ? [] : named(kind, name, [...path, 'envFrom', index, whole, 'name']);
    }),
  ]);
}
