import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import colors from 'picocolors';
import { duplicatesOf } from '../cluster/clusters';
import type { Manifest, SourceFile } from '../cluster/manifest';
import { parseManifests } from '../cluster/parse';
import { readFolder, UnreadableFolder } from '../cluster/read-folder';
import { bothByCluster, type ClusterDiff, diffFolders, heaviest } from '../diff/all';
import type { FileLine, Problem } from '../problem';
import { printDiffJson } from '../report/diff-json';
import { printDiffMarkdown } from '../report/diff-markdown';
import { printDiffText } from '../report/diff-text';
import { fileProblemText } from '../report/file-problem';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { baseCommit, changedSince, commitOf, filesAt, GitError, placeInRepository } from './git';

const HELP = `
Examples:
  npx runner-fleet diff                     where HEAD left main, against the working tree
  npx runner-fleet diff v1.4.0              a tag, against the working tree
  npx runner-fleet diff v1.4.0 v1.5.0       two revisions

Exit code: 0 whatever changes, 2 bad input, 3 with --fail-on=disruptive where running jobs can be cut.
The rules: docs/review.md.`;

interface DiffOptions {
  readonly folder: string;
  readonly format: 'text' | 'markdown' | 'json';
  readonly failOn?: 'disruptive';
}

const PRINTERS: Record<DiffOptions['format'], (diffs: readonly ClusterDiff[]) => string> = {
  text: (diffs) =>
    printDiffText(diffs, colors.createColors(process.stdout.isTTY === true && colors.isColorSupported)),
  markdown: (diffs) => printDiffMarkdown(diffs, placeInRepository()?.prefix.replace(/\/$/, '')),
  json: printDiffJson,
};

/** `diff [base] [head]`: what Flux, Karpenter and the runners will do when a change is merged. */
export function diffCommand(): Command {
  return (
    new Command('diff')
      .usage('[options] [base] [head]')
      .description('What a change of rendered objects does: to running jobs, nodes, tags, cost and capacity.')
      .argument('[base]', 'revision to compare with (default: where HEAD left main)')
      .argument('[head]', 'revision to compare (default: the working tree)')
      .option('--folder <folder>', 'folder of rendered objects', 'dist')
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .addOption(new Option('--fail-on <weight>', 'exit with 3 for it').choices(['disruptive']))
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((base: string | undefined, head: string | undefined, options: DiffOptions) => {
        process.exitCode = diff(base, head, options);
      })
  );
}

function diff(base: string | undefined, head: string | undefined, options: DiffOptions): number {
  try {
    const folder = options.folder.replace(/\/+$/, '');
    const commit = baseCommit(base);
    const before = parseBase(filesAt(commit, folder), base ?? commit.slice(0, 12));
    if (before.length === 0)
      console.error(`There is no ${folder}/ at ${base ?? commit.slice(0, 12)}: everything is new.`);
    const after = parse(head === undefined ? workingTree(folder) : filesAt(commitOf(head), folder));
    // What stands twice now can't be applied; where it stood twice before, the change may mend it.
    refuse(bothByCluster(folder, [], after).flatMap((cluster) => duplicatesOf(cluster.after)));
    const diffs = diffFolders(folder, before, after);
    if (head === undefined && diffs.every(({ changes }) => changes.length === 0)) hintAtSynth(commit, folder);
    process.stdout.write(withoutTokens(PRINTERS[options.format](diffs)));
    return options.failOn === 'disruptive' && heaviest(diffs) === 'disruptive' ? 3 : 0;
  } catch (error) {
    const isExpected = [GitError, UnreadableFolder, UnusableFiles].some((kind) => error instanceof kind);
    if (!isExpected) throw error;
    console.error(withoutTokens((error as Error).message));
    return 2;
  }
}

/** What `dist/` is rendered from, beside the code. */
const SOURCES = ['main.ts', 'sealed'];

/** Nothing differs in what is rendered: somebody may have forgotten to render. */
function hintAtSynth(commit: string, folder: string): void {
  const [source] = changedSince(commit, SOURCES);
  if (source !== undefined)
    console.error(`${source} has changed and ${folder}/ has not. If it should: npx cdk8s synth renders it.`);
}

class UnusableFiles extends Error {}

function workingTree(folder: string): readonly SourceFile[] {
  if (!existsSync(folder))
    throw new UnreadableFolder(`There is no ${folder}/ here. Render it first: npx cdk8s synth.`);
  return readFolder(folder);
}

/** What can't be read of the base is gone, or mended, or stops the other side too: it is said and left out. */
function parseBase(files: readonly SourceFile[], base: string): readonly Manifest[] {
  const { manifests, faults } = parseManifests(files);
  for (const fault of faults)
    console.error(`At ${base}, ${fileProblemText(fault)}. It counts as if it were not there.`);
  return manifests;
}

function parse(files: readonly SourceFile[]): readonly Manifest[] {
  const { manifests, faults } = parseManifests(files);
  refuse(faults);
  return manifests;
}

function refuse(faults: readonly Problem<FileLine>[]): void {
  if (faults.length === 0) return;
  throw new UnusableFiles(faults.map(fileProblemText).join('\n'));
}
