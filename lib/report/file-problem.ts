import type { FileLine, Problem } from '../problem';
import { visible } from '../values/visible';

/** Why a file can't be used, as one line, whatever the names in it hold. */
export function fileProblemText({ at, found, why, fix }: Problem<FileLine>): string {
  return visible(`${at.file}:${at.line}: ${found}: ${why}; ${fix}`);
}
