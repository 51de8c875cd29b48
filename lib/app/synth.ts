import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import colors from 'picocolors';
import { RuleError } from '../checks/rule-error';
import { DescriptionError } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import { BUG, bugText } from '../report/bug-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { recordFleets } from './description-file';
import { FolderError, replaceFolder, writeFiles } from './dist-folder';
import { OUTPUT_FOLDER } from './output-folder';
import { ProofError, proveFleets } from './prove';
import { renderFleets } from './render';
import { readSealedFolder } from './sealed-folder';
import { summarize } from './summary';

/** Where rendered files are committed. */
const DIST = 'dist';
/** `output` of cdk8s.yaml: the CLI deletes that folder before it starts the app, so it is none that anybody keeps. */
const STAGE = 'build/synth';

/**
 * Renders fleets into `dist/<name>/` and proves them before anything is replaced. With any fault nothing is written, every fault is shown, and the exit code is 1; a check that fails is a bug of ours, and the exit code is 70.
 *
 * `cdk8s synth --output <folder>` renders into that folder and leaves `dist/` alone.
 */
export function synth(fleets: readonly RunnerFleetProps[]): void {
  if (recordFleets(fleets)) return;
  try {
    if (!existsSync('cdk8s.yaml'))
      throw new FolderError('Run this in the folder of the project, where cdk8s.yaml is.');
    const resolved = resolveFleets(fleets, readSealedFolder('sealed'));
    const files = renderFleets(resolved);
    const palette = colors.createColors(process.stderr.isTTY === true && colors.isColorSupported);
    const folder = outputFolder();
    const reports = proveFleets(folder, files, palette);
    if (folder === DIST) writeFiles(STAGE, files);
    console.error(summarize(folder, resolved, reports, replaceFolder(folder, files), palette));
  } catch (error) {
    if (error instanceof RuleError) {
      console.error(withoutTokens(bugText(error)));
      process.exitCode = BUG;
      return;
    }
    if (!isExpected(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * Where to render. `RUNNER_FLEET_OUTPUT` names another folder; so does `--output` of the CLI, which deletes it first.
 *
 * @throws FolderError for a folder that holds this project
 */
function outputFolder(): string {
  const output = process.env[OUTPUT_FOLDER] || process.env.CDK8S_OUTDIR || STAGE;
  const folder = resolve(output) === resolve(STAGE) ? DIST : output;
  if (resolve('.').startsWith(resolve(folder)))
    throw new FolderError(`${folder} holds this project. Render into a folder of its own.`);
  return folder;
}

/** Faults of the description, the fleet or the file system: a message says them better than a stack of calls. */
function isExpected(error: unknown): error is Error {
  const isFileError = error instanceof Error && 'syscall' in error && 'code' in error;
  return (
    error instanceof DescriptionError ||
    error instanceof FolderError ||
    error instanceof ProofError ||
    isFileError
  );
}
