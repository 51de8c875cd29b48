import { Command } from 'commander';
import { checkCommand } from './check';

/** One program; npm scripts name its commands. */
const program = new Command('fleet')
  .description('Proves GitLab runner fleets from their rendered YAML.')
  .addCommand(checkCommand())
  // 2 is unusable input, as everywhere here.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
