import type { SourceFile } from '../cluster/manifest';

/** The files of the project that a pipeline belongs to. Paths are those from its top, with `/` between. */
export interface ProjectFiles {
  /** The file; undefined where there is none. */
  readonly read: (path: string) => SourceFile | undefined;
  /** All YAML files, for includes with `*`. */
  readonly list: () => readonly string[];
}
