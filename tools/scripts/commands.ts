import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the commands of `.ci/commands.sh` into README.md, so that the page prints what `.ci/run` runs. */
export const COMMANDS = '.ci/commands.sh';
export const README = 'README.md';

const BLOCK = /<!-- commands -->\n[\s\S]*?<!-- \/commands -->/;

/** The commands of the script: the quoted lines of its array. */
export function readCommands(script: string): readonly string[] {
  return [...script.matchAll(/^ {2}'(.+)'$/gm)].map(([, command]) => command);
}

/** A page with its block of commands as the script has them. */
export function commandsPage(page: string, script: string): string {
  const lines = ['<!-- commands -->', '```sh', ...readCommands(script), '```', '<!-- /commands -->'];
  return page.replace(BLOCK, () => lines.join('\n'));
}

if (require.main === module)
  writeFileSync(README, commandsPage(readFileSync(README, 'utf8'), readFileSync(COMMANDS, 'utf8')));
