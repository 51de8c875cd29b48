import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { DIST, OUTPUT_FOLDER, STAGE_FILE } from '../app/output-folder';
import { complain } from './complain';
import { AppError, appCommand } from './describe-app';

const HELP = `
It runs the app of cdk8s.yaml, as npx cdk8s synth does, and deletes nothing before that has succeeded: the folder is
replaced as a whole or not at all, and files in it that were not rendered stop the run.

Never give cdk8s synth an --output: it deletes that folder, whatever is in it, before it runs the app.

Exit code: 0 rendered, 1 faults, which are shown, and nothing was written, 2 unusable input, 70 a bug of this program.`;

interface SynthOptions {
  readonly output?: string;
}

/** `synth`: renders the fleets of the app in this folder. */
export function synthCommand(): Command {
  return (
    new Command('synth')
      .usage('[options]')
      .description('Render the fleets of the app in this folder, all or nothing.')
      .option('-o, --output <folder>', `folder to render into (default: ${OUTPUT_FOLDER}, or ${DIST})`)
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action(({ output }: SynthOptions) => {
        process.exitCode = render(output);
      })
  );
}

function render(output: string | undefined): number {
  if (output === '') {
    complain('--output names no folder.');
    return 2;
  }
  const stage = mkdtempSync(join(tmpdir(), 'runner-fleet-'));
  try {
    const run = spawnSync(appCommand('.'), {
      shell: true,
      // The app's words go where errors go; nothing here is for a pipe.
      stdio: ['ignore', 2, 2],
      env: {
        ...process.env,
        [OUTPUT_FOLDER]: output ?? (process.env[OUTPUT_FOLDER] || DIST),
        // An App of the user's own writes here instead of into dist/.
        CDK8S_OUTDIR: stage,
      },
    });
    if (run.status !== 0) return run.status === null ? 1 : run.status;
    return wroteFleets(stage) ? 0 : 2;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    complain(error.message);
    return 2;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Whether synth() of the app rendered something: it puts a copy into the stage. */
function wroteFleets(stage: string): boolean {
  if (existsSync(join(stage, STAGE_FILE))) return true;
  complain(
    'The app of cdk8s.yaml does not call synth() of gitlab-runner-fleet: nothing was rendered. An App of your own is rendered by npx cdk8s synth.',
  );
  return false;
}
