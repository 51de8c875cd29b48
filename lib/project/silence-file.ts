import { existsSync, readFileSync } from 'node:fs';
import { CHECKS } from '../checks/all';
import {
  readSilences,
  SILENCE_FILE,
  type Silence,
  type Silences,
  unusedSilence,
} from '../checks/silence-file';
import { UnreadableFolder } from '../cluster/read-folder';
import { fileProblemText } from '../report/file-problem';
import type { Report } from '../report/report';

/**
 * What the file of silences says.
 *
 * @param named another file than that of the working folder
 * @throws UnreadableFolder for a named file that can't be read
 */
export function loadSilences(named?: string): Silences {
  const file = named ?? SILENCE_FILE;
  if (named === undefined && !existsSync(file)) return { silences: [], faults: [] };
  const rules = CHECKS.flatMap((check) => check.rules.map(({ id }) => id));
  try {
    return readSilences(file, readFileSync(file, 'utf8'), rules);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UnreadableFolder(`${file} can not be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Entries that silenced nothing in any report, each as a line. */
export function unusedLines(silences: readonly Silence[], reports: readonly Report[]): readonly string[] {
  const used = new Set(reports.flatMap(({ result }) => result.silenced.map(({ by }) => by)));
  return silences
    .filter((silence) => !used.has(silence))
    .map((silence) =>
      fileProblemText({ id: 'silence-file', severity: 'warning', at: silence.at, ...unusedSilence(silence) }),
    );
}
