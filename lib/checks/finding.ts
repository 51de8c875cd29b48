import type { Manifest } from '../cluster/manifest';
import type { FieldPath } from '../values/field-path';

/** An error can't work or is unsafe; a warning works and is worth a look; a note says what will be. */
export type Severity = 'error' | 'warning' | 'note';

/** What a rule found in one object. */
export interface Finding {
  /** Id of the rule, as `lands`; its page is `docs/checks.md#<id>`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly manifest: Manifest;
  /** The field, from the object's top. */
  readonly path: FieldPath;
  /** Place within a text field, as `runners[0].kubernetes.cpu_request` of a config.toml. */
  readonly within?: string;
  /** The value found, as text; never a secret. */
  readonly found: string;
  /** What goes wrong, and why. */
  readonly why: string;
  /** What to change. */
  readonly fix: string;
}
