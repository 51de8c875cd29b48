import { execFileSync } from 'node:child_process';

const SETTINGS = ['user.name=test', 'user.email=test@example.com', 'commit.gpgsign=false'];

/** What git prints in a folder, as someone whose settings decide nothing. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...SETTINGS.flatMap((one) => ['-c', one]), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
