/** What is assumed of a pipeline. */
export interface MatchSettings {
  /** Whether it runs for a protected branch or tag. */
  readonly isProtected?: boolean;
}
