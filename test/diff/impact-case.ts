import type { SourceFile } from '../../lib/cluster/manifest';
import type { Weight } from '../../lib/diff/rule';

/** Two revisions, and what a rule says of the step from one to the other. */
export interface ImpactCase {
  readonly rule: string;
  readonly name: string;
  /** The fixture fleet where it is left out. */
  readonly before?: readonly SourceFile[];
  readonly after: readonly SourceFile[];
  /** Weight and text of what the rule says; undefined for a near miss, about which it says nothing. */
  readonly says?: readonly [weight: Weight, what: RegExp];
}
