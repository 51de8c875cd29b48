/** What happened to one value or key of a source. */
export type LineKind =
  /** An option of the description takes it over. */
  | 'option'
  /** `config` takes it over, under its own name. */
  | 'config'
  /** The fleet derives it, so the description needs nothing for it. */
  | 'not-needed'
  /** It had no effect before, and is left out. */
  | 'no-effect'
  /** It is refused here. */
  | 'refused'
  /** A person must decide or do something. */
  | 'decide'
  /** It can't be read from what was given. */
  | 'unread';

/** One line of the report. Nothing in a source is dropped without one. */
export interface Line {
  readonly kind: LineKind;
  /** The runner that has it; undefined for what concerns the whole fleet. */
  readonly runner: string | undefined;
  /** Path of the value or the key in its source. */
  readonly from: string;
  /** The option or key that it is now. */
  readonly to?: string;
  /** Why, or what to do. */
  readonly why?: string;
}
