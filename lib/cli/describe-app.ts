import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { DESCRIPTION_FILE } from '../app/description-file';
import { OUTPUT_FOLDER } from '../app/output-folder';
import type { RunnerFleetProps } from '../fleet/props/fleet';

/** The app of this folder can't be run, or describes no fleet; the message says why. */
export class AppError extends Error {
  override readonly name = 'AppError';
}

/**
 * The fleets that the cdk8s app of a folder describes. Runs the `app` of its cdk8s.yaml; what else
 * that renders goes into a temporary folder. A fleet that can't be rendered is described all the same.
 *
 * @throws AppError without a cdk8s.yaml that names an app, or where the app describes no fleet
 */
export function describedFleets(project = '.'): readonly RunnerFleetProps[] {
  const app = appCommand(project);
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-'));
  const file = join(folder, 'fleets.jsonl');
  try {
    const run = spawnSync(app, {
      cwd: project,
      shell: true,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        [DESCRIPTION_FILE]: file,
        [OUTPUT_FOLDER]: join(folder, 'dist'),
        CDK8S_OUTDIR: join(folder, 'stage'),
        // The access token of `gitlab status` is for this program alone.
        GITLAB_TOKEN: undefined,
      },
    });
    if (existsSync(file)) return readFleets(readFileSync(file, 'utf8'));
    const said = `${run.stdout ?? ''}${run.stderr ?? ''}`.trim();
    throw new AppError(
      said === ''
        ? `The app of cdk8s.yaml (${app}) describes no fleet: it calls neither synth() nor new RunnerFleet().`
        : said,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFleets(lines: string): readonly RunnerFleetProps[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunnerFleetProps);
}

/** The command that runs the app of a project. @throws AppError without a cdk8s.yaml that names one */
export function appCommand(project: string): string {
  const file = join(project, 'cdk8s.yaml');
  if (!existsSync(file))
    throw new AppError('There is no cdk8s.yaml here. Run this in the folder of the project that has one.');
  const { app } = (load(readFileSync(file, 'utf8')) ?? {}) as { app?: unknown };
  if (typeof app !== 'string' || app.trim() === '')
    throw new AppError(
      'cdk8s.yaml names no app. Write the command that runs yours, for example app: node main.js',
    );
  return app;
}
