import type { FileLine, Problem } from '../problem';
import type { FieldPath } from '../values/field-path';

/** One Kubernetes object as it stands in a file. */
export interface Manifest {
  /** Path of the file, as it was given. */
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined for cluster-scoped objects and for objects that leave it to the context. */
  readonly namespace: string | undefined;
  /** The whole object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Line in the file, from 1, of a field; of the nearest field above it that exists, if it doesn't. */
  readonly lineOf: (path: FieldPath) => number;
  /** Text of the whole file, comments included; undefined for an object that no file holds. */
  readonly fileText?: string;
}

/** A file of YAML. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Why the text can't be read, and where; undefined where it can. */
  readonly unreadable?: Problem<FileLine>;
}

/** `Kind/namespace/name`, as people name an object. */
export function displayName({
  kind,
  namespace,
  name,
}: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** What two objects of one cluster can't have in common, whatever version they are written in: group, kind, namespace and name. */
export function identityOf({
  apiVersion,
  kind,
  namespace,
  name,
}: Pick<Manifest, 'apiVersion' | 'kind' | 'namespace' | 'name'>): string {
  return [groupOf(apiVersion), kind, namespace, name].join(' ');
}

/** The API group of a version: `apps` of `apps/v1`; empty for that of the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}
