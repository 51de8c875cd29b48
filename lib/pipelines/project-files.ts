import type { SourceFile } from '../cluster/manifest';

/** The files of the project that a pipeline belongs to. Paths are those from its top, with `/` between. */
export interface ProjectFiles {
  /** The file; undefined where there is none. */
  readonly read: (path: string) => SourceFile | undefined;
  /** All files, links among them, for includes with `*` and for `rules:exists`. */
  readonly list: () => readonly string[];
}
