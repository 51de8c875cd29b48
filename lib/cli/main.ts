#!/usr/bin/env node
import { Command } from 'commander';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { visibleLines } from '../values/visible';
import { checkCommand } from './check';
import { complain } from './complain';
import { diffCommand } from './diff';
import { explainCommand } from './explain';
import { initCommand } from './init/command';
import { needsCommand } from './needs';
import { noteCommand } from './note';
import { packageFile } from './package-file';
import { planCommand } from './plan';
import { synthCommand } from './synth';
import { tokensCommand } from './tokens/command';

/** Unusable input, as everywhere here. */
const UNUSABLE = 2;

/** One program, which `npx runner-fleet` starts. */
const program = new Command('runner-fleet')
  .description(
    'Renders GitLab runner fleets, proves them from their YAML, compares them, and seals the tokens of their runners.',
  )
  .version(JSON.parse(packageFile('package.json')).version)
  .addCommand(checkCommand())
  .addCommand(diffCommand())
  .addCommand(explainCommand())
  .addCommand(initCommand())
  .addCommand(needsCommand())
  .addCommand(noteCommand())
  .addCommand(planCommand())
  .addCommand(synthCommand())
  .addCommand(tokensCommand())
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));

// Arguments are repeated in errors, and a pipeline takes some from the names of branches.
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
for (const command of all(program))
  command.configureOutput({ writeErr: (text) => process.stderr.write(visibleLines(text)) });

if (process.argv.some((argument) => holdsPlainToken(argument))) {
  console.error(
    "An argument holds a token. It stands in the process list, in the shell's history and in what npm printed: revoke it in GitLab, create the runner anew, and give its token to standard input.",
  );
  process.exitCode = UNUSABLE;
} else {
  // A reader that has enough, as head, closes the pipe.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') console.error(`The output can not be written: ${error.code}`);
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  program.parseAsync().catch((error: unknown) => {
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  });
}
