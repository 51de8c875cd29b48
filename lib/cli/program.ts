import { Command } from 'commander';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { visibleLines } from '../values/visible';
import { checkCommand } from './check';
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

/** One program, which `npx runner-fleet` starts, with each command that it has. */
function program(): Command {
  const all = new Command('runner-fleet')
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
  for (const command of withSubcommands(all))
    command.configureOutput({ writeErr: (text) => process.stderr.write(visibleLines(text)) });
  return all;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/**
 * Runs the program and sets the exit code. A command that asks or fetches goes on after this has returned, and what it throws
 * then is a rejection that nobody handles.
 *
 * @param args the words after the program's name
 */
export function runProgram(args: readonly string[]): void {
  if (args.some(holdsPlainToken)) {
    console.error(
      "An argument holds a token. It stands in the process list, in the shell's history and in what npm printed: revoke it in GitLab, create the runner anew, and give its token to standard input.",
    );
    process.exitCode = UNUSABLE;
    return;
  }
  program().parse(args, { from: 'user' });
}
