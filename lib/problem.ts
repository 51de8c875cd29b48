/** An error can't work or is unsafe; a warning works and is worth a look; a note says what will be. */
export type Severity = 'error' | 'warning' | 'note';

/**
 * What is wrong with a description, a config.toml, a file of YAML or an object of Kubernetes, whoever found it.
 *
 * `At` is where: a path as text in a description or a config.toml, the way to a field of one object, a line of a file, or a
 * field of a manifest.
 */
export interface Problem<At = string, Id extends string = string> {
  /** Which rule is broken, for example `pools-usable/no-type`. */
  readonly id: Id;
  readonly severity: Severity;
  readonly at: At;
  /** The value found, as text; never a secret. */
  readonly found: string;
  /** What goes wrong, and why. */
  readonly why: string;
  /** What to write instead. */
  readonly fix: string;
  /** Whether it says that something is neither proved nor wrong, for want of what is not here; it is not an error then. */
  readonly notProved?: boolean;
}

/** A line of a file, from 1. */
export interface FileLine {
  readonly file: string;
  readonly line: number;
}
