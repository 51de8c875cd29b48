import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
import { isPodWorkload } from './pod-workloads';

/** Kinds that start pods of a template and keep them running: what a manager may be. */
export const WORKLOAD_KINDS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

const POD_SPEC: FieldPath = ['spec', 'template', 'spec'];

/** A container with what it is started with. */
export interface WorkloadContainer {
  /** Way to it from the top of the workload. */
  readonly path: FieldPath;
  readonly fields: Fields;
  /** Words of its command and arguments. */
  readonly command: readonly string[];
  /** Names of the ConfigMaps and Secrets that it mounts, as `ConfigMap name`. */
  readonly mounted: ReadonlySet<string>;
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
}

/** A variable of a container; its value is undefined where no manifest says it. */
export interface EnvironmentValue {
  readonly value: string | undefined;
  readonly path: FieldPath;
}

export function isWorkload(manifest: Manifest): boolean {
  const { kind, apiVersion } = manifest;
  // Those of versions that are gone are refused, and still say what they mean to run.
  const isOfApps = WORKLOAD_KINDS.includes(kind) && /^(apps|extensions)\//.test(apiVersion);
  return isOfApps || isPodWorkload(manifest);
}

/** `spec` of the pods that a workload starts. */
export function podSpecOf(workload: Manifest | undefined): Fields {
  return fieldsOf(at(workload?.body, POD_SPEC));
}

/** Containers of a workload, those that run first in front. */
export function containersOf(
  workload: Manifest,
  manifests: readonly Manifest[],
): readonly WorkloadContainer[] {
  const spec = podSpecOf(workload);
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).map((container, index) => {
      const fields = fieldsOf(container);
      const path = [...POD_SPEC, list, index];
      return {
        path,
        fields,
        command: commandOf(fields),
        mounted: mountedBy(fields, spec),
        environment: environmentOf(fields, path, workload, manifests),
      };
    }),
  );
}

function commandOf({ command, args, lifecycle }: Fields): readonly string[] {
  const hook = listOf(at(lifecycle, ['postStart', 'exec', 'command']));
  return [...listOf(command), ...listOf(args), ...hook].map((word) => textOf(word) ?? '');
}

/** Names of the ConfigMaps and Secrets of a volume, as `ConfigMap name`. */
export function sourcesOfVolume(volume: unknown): readonly string[] {
  const sources = [volume, ...listOf(at(volume, ['projected', 'sources']))];
  return sources.flatMap((source) => [
    ...named('ConfigMap', at(source, ['configMap', 'name'])),
    ...named('Secret', at(source, ['secret', 'secretName']) ?? at(source, ['secret', 'name'])),
  ]);
}

function named(kind: string, name: unknown): readonly string[] {
  return typeof name === 'string' ? [`${kind} ${name}`] : [];
}

function mountedBy({ volumeMounts }: Fields, spec: Fields): ReadonlySet<string> {
  const names = new Set(listOf(volumeMounts).map((mount) => fieldsOf(mount).name));
  const volumes = listOf(spec.volumes).filter((volume) => names.has(fieldsOf(volume).name));
  return new Set(volumes.flatMap(sourcesOfVolume));
}

function environmentOf(
  fields: Fields,
  path: FieldPath,
  workload: Manifest,
  manifests: readonly Manifest[],
): ReadonlyMap<string, EnvironmentValue> {
  const found = new Map<string, EnvironmentValue>();
  for (const [index, source] of listOf(fields.envFrom).entries()) {
    const prefix = textOf(fieldsOf(source).prefix) ?? '';
    const data = dataOf(at(source, ['configMapRef', 'name']), workload, manifests);
    for (const [key, value] of Object.entries(data)) {
      found.set(`${prefix}${key}`, { value, path: [...path, 'envFrom', index] });
    }
  }
  for (const [index, variable] of listOf(fields.env).entries()) {
    const { name } = fieldsOf(variable);
    if (typeof name !== 'string') continue;
    const text = textOfVariable(fieldsOf(variable), workload, manifests);
    const value = text?.replace(/\$\((\w+)\)/g, (all, other) => found.get(other)?.value ?? all);
    found.set(name, { value, path: [...path, 'env', index] });
  }
  return found;
}

function textOfVariable(
  { value, valueFrom }: Fields,
  workload: Manifest,
  manifests: readonly Manifest[],
): string | undefined {
  if (valueFrom === undefined || valueFrom === null) return textOf(value) ?? '';
  if (at(valueFrom, ['fieldRef', 'fieldPath']) === 'metadata.namespace') return workload.namespace;
  const { name, key } = fieldsOf(fieldsOf(valueFrom).configMapKeyRef);
  return dataOf(name, workload, manifests)[String(key)];
}

function dataOf(name: unknown, { namespace }: Manifest, manifests: readonly Manifest[]) {
  const configMap = ofKind(manifests, 'ConfigMap').find(
    (one) => one.name === name && one.namespace === namespace,
  );
  return textsOf(configMap?.body.data);
}

/** Most pods of a workload at once: its replicas, or as many as an autoscaler may make of it. */
export function mostReplicas(workload: Manifest | undefined, manifests: readonly Manifest[]): number {
  if (workload === undefined) return 1;
  const replicas = scaledTo(workload, manifests)[0] ?? Number(at(workload.body, ['spec', 'replicas']) ?? 1);
  return Number.isSafeInteger(replicas) ? Math.max(replicas, 1) : 1;
}

/** Whether an autoscaler decides how many pods of a workload there are. */
export function isScaled(workload: Manifest, manifests: readonly Manifest[]): boolean {
  return scaledTo(workload, manifests).length > 0;
}

function scaledTo(workload: Manifest, manifests: readonly Manifest[]): readonly number[] {
  return ['HorizontalPodAutoscaler', 'ScaledObject']
    .flatMap((kind) => ofKind(manifests, kind))
    .flatMap((one) => autoscalerMost(one, workload) ?? []);
}

/** Most replicas that an autoscaler makes of a workload; undefined where it is not for that one. */
function autoscalerMost({ kind, namespace, body }: Manifest, workload: Manifest): number | undefined {
  const most = { HorizontalPodAutoscaler: 'maxReplicas', ScaledObject: 'maxReplicaCount' }[kind];
  const target = fieldsOf(at(body, ['spec', 'scaleTargetRef']));
  const isFor =
    target.name === workload.name &&
    (target.kind ?? 'Deployment') === workload.kind &&
    namespace === workload.namespace;
  if (most === undefined || !isFor) return undefined;
  return Number(at(body, ['spec', most]) ?? (kind === 'ScaledObject' ? 100 : 1));
}
