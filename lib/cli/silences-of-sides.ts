import { lstatSync } from 'node:fs';
import { CHECKS } from '../checks/all';
import { readSilences, SILENCE_FILE, type Silence } from '../checks/silence-file';
import { UnreadableFolder } from '../cluster/read-folder';
import { loadSilences } from '../project/silence-file';
import { folderAt, git } from './git';

/**
 * What the file of silences says at a commit; what does not parse silences nothing.
 *
 * @throws UnreadableFolder for a link: what it leads to is not what is committed
 */
export function silencesAt(commit: string): readonly Silence[] {
  const { entries } = folderAt(commit, SILENCE_FILE);
  if (entries.length === 0) return [];
  if (entries.some(({ is }) => is !== 'file')) throw isLink();
  const { stdout: text } = git('cat-file', 'blob', `${commit}:./${SILENCE_FILE}`);
  const rules = CHECKS.flatMap((check) => check.rules.map(({ id }) => id));
  return readSilences(SILENCE_FILE, text, rules).silences;
}

/** What it says in the working tree. @throws UnreadableFolder for a link */
export function silencesHere(): readonly Silence[] {
  if (lstatSync(SILENCE_FILE, { throwIfNoEntry: false })?.isSymbolicLink()) throw isLink();
  return loadSilences().silences;
}

function isLink(): UnreadableFolder {
  return new UnreadableFolder(
    `${SILENCE_FILE} is a link: what it silences is not in the files that are compared. Write the file itself.`,
  );
}
