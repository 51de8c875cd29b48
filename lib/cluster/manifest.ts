import type { FieldPath } from '../values/field-path';
import { visible } from '../values/visible';

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
}

/** A file of YAML. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Why the text can't be read, and where; undefined where it can. */
  readonly unreadable?: Pick<ManifestFault, 'line' | 'reason'>;
}

/** Why a file can't be used: file, line and reason. */
export interface ManifestFault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** A fault as one line, whatever the names in it hold. */
export function formatFault({ file, line, reason }: ManifestFault): string {
  return `${visible(file)}:${line}: ${visible(reason)}`;
}

/** `Kind/namespace/name`, as people name an object. */
export function displayName({
  kind,
  namespace,
  name,
}: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
