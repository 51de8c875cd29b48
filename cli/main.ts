import { Command } from 'commander';
import { holdsPlainToken } from '../tokens/ciphertext';
import { checkCommand } from './check';
import { diffCommand } from './diff';
import { noteCommand } from './note';
import { tokensCommand } from './tokens/command';

/** Unusable input, as everywhere here. */
const UNUSABLE = 2;

/** One program; npm scripts name its commands. */
const program = new Command('fleet')
  .description(
    'Proves GitLab runner fleets from their rendered YAML, compares them, and seals the tokens of their runners.',
  )
  .addCommand(checkCommand())
  .addCommand(diffCommand())
  .addCommand(noteCommand())
  .addCommand(tokensCommand())
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));

if (process.argv.some((argument) => holdsPlainToken(argument))) {
  console.error(
    "An argument holds a token. It stands in the process list and in the shell's history now: revoke it in GitLab, create the runner anew, and give its token to standard input.",
  );
  process.exitCode = UNUSABLE;
} else {
  program.parseAsync().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
