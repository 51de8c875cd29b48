/** What became of one value or key of what ran before. */
export type LineKind =
  /** An option of the description says it. */
  | 'option'
  /** `config` says it, with the runner's own name. */
  | 'config'
  /** The fleet does it otherwise, and nothing has to be said. */
  | 'not-needed'
  /** It had no effect before, and is left out. */
  | 'no-effect'
  /** It is refused here. */
  | 'refused'
  /** A person must decide or do something. */
  | 'decide'
  /** It can't be read from what was given. */
  | 'unread';

/** One line of the report. Nothing of a source is dropped without one. */
export interface Line {
  readonly kind: LineKind;
  /** The runner that it is of; undefined for what is of the whole fleet. */
  readonly runner: string | undefined;
  /** Path of the value or the key in its source. */
  readonly from: string;
  /** What says it now. */
  readonly to?: string;
  /** Why, or what to do. */
  readonly why?: string;
}
