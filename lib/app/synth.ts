import { existsSync, rmSync } from 'node:fs';
import colors from 'picocolors';
import { RuleError } from '../checks/rule-error';
import { DescriptionError } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import { readSealingCertificates } from '../project/sealing-certificates';
import { loadSilences, unusedLines } from '../project/silence-file';
import { BUG, bugText } from '../report/bug-text';
import { fileProblemText } from '../report/file-problem';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visibleLines } from '../values/visible';
import { recordFleets } from './description-file';
import { FolderError, replaceFolder, whileOthersWrite, writeFiles } from './dist-folder';
import { DIST, outputOf, STAGE_FILE } from './output-folder';
import { ProofError, proveFleets } from './prove';
import { type RenderedFile, renderFleets } from './render';
import { readSealedFolder } from './sealed-folder';
import { summarize } from './summary';

/**
 * Renders fleets into `dist/<name>/` and proves them before anything is replaced. With any fault nothing is written, every fault is shown, and the exit code is 1; a check that fails is a bug of ours, and the exit code is 70.
 *
 * `npx runner-fleet synth --output <folder>`, or the environment variable `RUNNER_FLEET_OUTPUT`, renders into another
 * folder in the same way, and leaves `dist/` alone.
 */
export function synth(fleets: readonly RunnerFleetProps[]): void {
  if (recordFleets(fleets)) return;
  try {
    render(fleets);
  } catch (error) {
    report(error);
  }
}

function render(fleets: readonly RunnerFleetProps[]): void {
  if (!existsSync('cdk8s.yaml'))
    throw new FolderError('Run this in the folder of the project, where cdk8s.yaml is.');
  const { folder, stage, warning } = outputOf(process.env);
  if (warning !== undefined) console.error(warning);
  const resolved = resolveFleets(fleets, readSealedFolder('sealed'));
  const files = renderFleets(resolved);
  const palette = colors.createColors(process.stderr.isTTY === true && colors.isColorSupported);
  const { silences, faults } = loadSilences();
  if (faults.length > 0) throw new FolderError(faults.map(fileProblemText).join('\n'));
  const reports = proveFleets(folder ?? DIST, files, palette, silences, readSealingCertificates());
  if (stage !== undefined) fillStage(stage, files);
  for (const line of unusedLines(silences, reports)) console.error(visibleLines(line));
  if (folder !== undefined)
    console.error(summarize(folder, resolved, reports, replaceFolder(folder, files), palette));
}

function report(error: unknown): void {
  if (error instanceof RuleError) {
    console.error(visibleLines(withoutTokens(bugText(error))));
    process.exitCode = BUG;
    return;
  }
  if (!isExpected(error)) throw error;
  // What the proof found is made visible already, and may be colored.
  const { message } = error;
  console.error(error instanceof ProofError ? message : visibleLines(message));
  process.exitCode = 1;
}

/**
 * One file for the CLI to list, or to print with `--stdout`: each file more costs time and a line. Whatever was there is of
 * an earlier run; another CLI at work deletes it at any time.
 */
function fillStage(stage: string, files: readonly RenderedFile[]): void {
  const text = files.map((file) => file.text).join('---\n');
  whileOthersWrite(stage, () => {
    rmSync(stage, { recursive: true, force: true });
    writeFiles(stage, [{ path: STAGE_FILE, text }]);
  });
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
