import { Command } from 'commander';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { visibleLines } from '../values/visible';
import { packageFile } from './package-file';

/** Unusable input, as everywhere here. */
const UNUSABLE = 2;

/**
 * Runs the program that `npx runner-fleet` starts and sets the exit code. A command that asks or fetches goes on after this has
 * returned, and what it throws then is a rejection that nobody handles.
 *
 * @param args the words after the program's name
 * @param commands what the program can do
 */
export function runProgram(args: readonly string[], commands: readonly Command[]): void {
  if (args.some(holdsPlainToken)) {
    console.error(
      "An argument holds a token. It is in the process list, in the shell's history and in what npm printed: revoke it in GitLab, create a new runner, and give its token to standard input.",
    );
    process.exitCode = UNUSABLE;
    return;
  }
  programOf(commands).parse(args, { from: 'user' });
}

function programOf(commands: readonly Command[]): Command {
  const program = new Command('runner-fleet')
    .description(
      'Renders GitLab runner fleets, proves them from their YAML, compares them, and seals the tokens of their runners.',
    )
    .version(JSON.parse(packageFile('package.json')).version)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));
  for (const command of commands) program.addCommand(command);
  // Arguments are repeated in errors, and a pipeline takes some from the names of branches.
  for (const command of withSubcommands(program))
    command.configureOutput({ writeErr: (text) => process.stderr.write(visibleLines(text)) });
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
