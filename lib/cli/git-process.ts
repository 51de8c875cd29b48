import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** More than any rendered folder has. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * What no checkout may decide. A change can hold files that Git takes for a repository of its own, in the folder where it is
 * started: their commits would be compared, and their config would name a program to run.
 *
 * @see https://git-scm.com/docs/git-config safe.bareRepository (Git 2.38), core.fsmonitor
 */
const SETTINGS = ['-c', 'safe.bareRepository=explicit', '-c', 'core.fsmonitor=false'];

/** Git must not replace a commit that is reviewed by another one (git replace). */
const env = () => ({ ...process.env, GIT_NO_REPLACE_OBJECTS: '1' });

/** Runs git, whatever it answers; `error` is set where it does not run. */
export function runGit(
  args: readonly string[],
  input: string | undefined = undefined,
): SpawnSyncReturns<string> {
  return spawnSync('git', [...SETTINGS, ...args], {
    encoding: 'utf8',
    input,
    env: env(),
    maxBuffer: MOST_BYTES,
  });
}

/** The same for what is not text. */
export function runGitForBytes(args: readonly string[], input: string): SpawnSyncReturns<Buffer> {
  return spawnSync('git', [...SETTINGS, ...args], { input, env: env(), maxBuffer: MOST_BYTES });
}

/** The same for what is too large for memory, written to a file. @returns the exit code */
export function runGitIntoFile(args: readonly string[], path: string): number | null {
  const file = openSync(path, 'w');
  try {
    return spawnSync('git', [...SETTINGS, ...args], { stdio: ['ignore', file, 'ignore'], env: env() }).status;
  } finally {
    closeSync(file);
  }
}
