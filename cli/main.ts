import { Command } from 'commander';
import { checkCommand } from './check';
import { planCommand } from './plan';

/** One program; npm scripts name its commands. */
const program = new Command('fleet')
  .description('Proves GitLab runner fleets from their rendered YAML.')
  .addCommand(checkCommand())
  .addCommand(planCommand())
  // 2 is unusable input, as everywhere here.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
