import type { Manifest } from '../cluster/manifest';
import type { Problem } from '../problem';
import type { FieldPath } from '../values/field-path';

/** A field of an object. */
export interface FieldOfManifest {
  readonly manifest: Manifest;
  /** The field, from the object's top. */
  readonly path: FieldPath;
  /** Place within a text field, for example `runners[0].kubernetes.cpu_request` of a config.toml. */
  readonly within?: string;
}

/** What a rule found in one object; its id is `<group>/<what>`. */
export type Finding = Problem<FieldOfManifest> & {
  /** Further places of the same cause, once a report has joined its findings. */
  readonly also?: readonly FieldOfManifest[];
};
