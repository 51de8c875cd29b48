import type { FileLine, Problem } from '../problem';

/** Why a file can't be used, as one line. */
export function fileProblemText({ at, found, why, fix }: Problem<FileLine>): string {
  return `${at.file}:${at.line}: ${found}: ${why}; ${fix}`;
}
