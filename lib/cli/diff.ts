import { lstatSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SILENCE_FILE } from '../checks/silence-file';
import { asApplied } from '../cluster/as-applied';
import { clustersOf, duplicatesOf } from '../cluster/clusters';
import type { SourceFile } from '../cluster/manifest';
import { observeOnce } from '../cluster/observe-once';
import { type ParsedManifests, parseManifests } from '../cluster/parse';
import { type FolderContent, readWholeFolder, UnreadableFolder } from '../cluster/read-folder';
import { foreignFiles, foreignFilesMessage, renderedFolders } from '../cluster/rendered-folder';
import { type ClusterDiff, diffFolders, weightsOf, withImpacts } from '../diff/all';
import { withCostSettings } from '../diff/cost-settings';
import { compareForeignFiles, type ForeignFile } from '../diff/foreign-files';
import { leakImpacts } from '../diff/leaked-secrets';
import { unrenderedFiles } from '../diff/not-rendered';
import { pipelineJobImpacts } from '../diff/pipeline-jobs';
import type { Impact } from '../diff/rule';
import { sealingKeyImpacts } from '../diff/sealing-keys';
import { withSilences } from '../diff/silences';
import { fleetOfSubject } from '../pipelines/fleet';
import { type Pipeline, readPipeline } from '../pipelines/read';
import type { FileLine, Problem } from '../problem';
import { type CostChoices, loadCostSettings } from '../project/cost-settings';
import { printDiffJson } from '../report/diff-json';
import { printDiffMarkdown, printRefusalMarkdown } from '../report/diff-markdown';
import { printDiffText } from '../report/diff-text';
import { fileProblemText } from '../report/file-problem';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible } from '../values/visible';
import { changedCertificates } from './changed-certificates';
import { refuseConverted } from './checkout';
import { complain } from './complain';
import { costOfSides } from './cost-of-sides';
import { addCostOptions, costChoicesOf } from './cost-options';
import {
  type Comparison,
  compareRevisions,
  folderAt,
  GitError,
  ignoreFilesAbove,
  pathsFromHere,
  type RepositoryPlace,
  submodulesIn,
} from './git';
import { leakedSecrets } from './leaked-secrets';
import { impactsOutside } from './outside-impacts';
import { palette } from './palette';
import { pipelineSource } from './pipeline-files';
import { silencesAt, silencesHere } from './silences-of-sides';

const HELP = `
Examples:
  npx runner-fleet diff                     where HEAD left main, against the working tree
  npx runner-fleet diff v1.4.0              a tag, against the working tree
  npx runner-fleet diff v1.4.0 v1.5.0       two revisions
  npx runner-fleet diff main --repo ../infra --folder clusters/ci    in another repository
  npx runner-fleet diff --pipeline ../app/.gitlab-ci.yml             also the jobs that lose their runner

Exit code: 0 whatever changes, 2 bad input or files in the folder that were not rendered, 3 with --fail-on security where what guards the
fleet is weaker, and with --fail-on disruptive where running jobs can be cut. Both may be given.
The rules: docs/review.md.`;

/** What `--fail-on` may name. */
const FAILING = ['security', 'disruptive'] as const;
type FailingWeight = (typeof FAILING)[number];

interface DiffOptions extends CostChoices {
  readonly repo?: string;
  readonly folder: string;
  readonly format: 'text' | 'markdown' | 'json';
  readonly failOn: readonly FailingWeight[];
  readonly pipeline: readonly string[];
}

type Printer = (
  diffs: readonly ClusterDiff[],
  foreign: readonly ForeignFile[],
  place: RepositoryPlace,
) => string;

const PRINTERS: Record<DiffOptions['format'], Printer> = {
  text: (diffs, foreign) => printDiffText(diffs, palette(process.stdout), foreign),
  markdown: (diffs, foreign, { prefix }) => printDiffMarkdown(diffs, foreign, prefix.replace(/\/$/, '')),
  json: printDiffJson,
};

/** The weights so far and one more. @throws InvalidArgumentError for one that there is not */
function failingWeights(text: string, known: readonly FailingWeight[]): readonly FailingWeight[] {
  const weight = FAILING.find((one) => one === text);
  if (weight === undefined) throw new InvalidArgumentError(`Allowed choices are ${FAILING.join(', ')}.`);
  return [...known, weight];
}

/** `diff [base] [head]`: what Flux, Karpenter and the runners will do when a change is merged. */
export function diffCommand(): Command {
  return addCostOptions(
    new Command('diff')
      .usage('[options] [base] [head]')
      .description('What a change of rendered objects does: to running jobs, nodes, tags, cost and capacity.')
      .argument('[base]', 'revision to compare with (default: where HEAD left main)')
      .argument('[head]', 'revision to compare (default: the working tree)')
      .option('--repo <folder>', 'repository to look at (default: that of the current folder)')
      .option('--folder <folder>', 'folder of rendered objects, from there', 'dist')
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .addOption(
        new Option(
          '--fail-on <weight>',
          `exit with 3 for it, may be repeated (choices: ${FAILING.join(', ')})`,
        )
          .argParser(failingWeights)
          .default([], 'none'),
      )
      .addOption(
        new Option(
          '--pipeline <file>',
          'name the jobs of a .gitlab-ci.yml that lose their runner, may be repeated',
        )
          .argParser((file: string, known: readonly string[]) => [...known, file])
          .default([], 'none'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((base: string | undefined, head: string | undefined, options: DiffOptions) => {
        process.exitCode = diff(base, head, options);
      }),
  );
}

function diff(base: string | undefined, head: string | undefined, options: DiffOptions): number {
  let prefix = '';
  try {
    // Their paths are those from the folder that the command was started in.
    const pipelines = options.pipeline.map(pipelineNamed);
    // Git, the working tree and the paths that are printed are all of that folder then.
    const chosen = chosenIn(options);
    if (options.repo !== undefined) enter(options.repo);
    const folder = options.folder.replace(/\/+$/, '');
    const { faults } = loadCostSettings(chosen);
    refuse(faults);
    const revisions = compareRevisions(base, head);
    const { place } = revisions;
    prefix = place.prefix;
    const { diffs, foreign, isUnjudged } = compareFolder(revisions, base, folder, chosen, pipelines);
    process.stdout.write(withoutTokens(PRINTERS[options.format](diffs, foreign, place)));
    return isUnjudged ? 2 : exitCode(diffs, foreign, options.failOn);
  } catch (error) {
    return refusal(error, options.format, prefix.replace(/\/$/, ''));
  }
}

/** What a comparison of one folder of a repository comes to. */
export interface FolderComparison {
  readonly diffs: readonly ClusterDiff[];
  readonly foreign: readonly ForeignFile[];
  /** Whether files stand below the folder that were not rendered, and that nothing judges. */
  readonly isUnjudged: boolean;
}

/**
 * Compares a folder at two revisions of the repository of the current folder, and says on stderr what is left out.
 *
 * @param base the earlier revision as it was named; undefined where none was
 * @throws GitError, UnreadableFolder and UnusableFiles for what can't be compared
 */
export function compareFolder(
  revisions: Comparison,
  base: string | undefined,
  folder: string,
  choices: CostChoices,
  pipelines: readonly Pipeline[],
): FolderComparison {
  const { place } = revisions;
  const changed = pathsFromHere(
    revisions.changes.map(({ path }) => path),
    place,
  );
  const old = folderAt(revisions.base, folder);
  const name = base ?? revisions.base.slice(0, 12);
  const before = parseBase(old.files, name);
  if (old.files.length === 0) complain(`There is no ${folder}/ at ${name}: everything is new.`);
  const now = revisions.head === undefined ? workingTree(folder, place) : folderAt(revisions.head, folder);
  const foreign = [...foreignFilesOf(folder, old, now, changed), ...ignoreFilesAbove(revisions, folder)];
  const unjudged = foreign.filter(({ is, where }) => where === 'below' && is !== 'removed');
  if (unjudged.length > 0)
    complain(
      foreignFilesMessage(
        `${folder}/`,
        unjudged.map(({ file }) => file),
      ),
    );
  const after = parse(now.files, new Set(unjudged.map(({ file }) => file)));
  // What stands twice now can't be applied; where it stood twice before, the change may fix it.
  refuse(clustersOf(folder, after.manifests).flatMap(({ manifests }) => duplicatesOf(manifests)));
  const silences = revisions.head === undefined ? silencesHere() : silencesAt(revisions.head);
  const cost = costOfSides(revisions, choices);
  const judged = withImpacts(
    withSilences(
      withImpacts(
        diffFolders(folder, before.manifests, after.manifests, cost.money),
        unrenderedFiles(before, after),
      ),
      silencesAt(revisions.base),
      silences,
      SILENCE_FILE,
    ),
    [
      ...leakImpacts(leakedSecrets(revisions, folder)),
      ...impactsOutside(revisions, folder, [...before.manifests, ...after.manifests]),
      ...sealingKeyImpacts(changedCertificates(revisions)),
      ...lostJobs(pipelines, folder, before, after),
    ],
  );
  const diffs = withCostSettings(judged, cost.before, cost.after, SILENCE_FILE);
  if (foreign.length === 0) refuseNothing(folder, before, after, diffs);
  if (
    revisions.head === undefined &&
    foreign.length === 0 &&
    diffs.every(({ changes }) => changes.length === 0)
  )
    hintAtSynth([...changed, ...pathsFromHere(revisions.untracked, place)], folder);
  return { diffs, foreign, isUnjudged: unjudged.length > 0 };
}

/** What the options say of money; a path is from where the command was started. */
function chosenIn(options: DiffOptions): CostChoices {
  const { prices, repo } = options;
  return costChoicesOf(
    repo !== undefined && prices !== undefined ? { ...options, prices: resolve(prices) } : options,
  );
}

/** Says why nothing is compared. @throws the error where it is none that input causes */
function refusal(error: unknown, format: string, folder: string): number {
  const isExpected = [GitError, UnreadableFolder, UnusableFiles].some((kind) => error instanceof kind);
  const reason = isExpected ? (error as Error).message : 'the program failed; its log says where';
  // The note of an earlier change must not look like that of this one.
  if (format === 'markdown') process.stdout.write(withoutTokens(printRefusalMarkdown(reason, folder)));
  if (!isExpected) throw error;
  complain(reason);
  return 2;
}

/** 3 where something weighs what is to fail. */
function exitCode(
  diffs: readonly ClusterDiff[],
  foreign: readonly ForeignFile[],
  failOn: readonly FailingWeight[],
): number {
  // What Flux takes of the repository is not what is compared here, and no rule reads the lines of such a file.
  const isLeftOut = foreign.some(({ where }) => where === 'above');
  const weights = [...weightsOf(diffs), ...(isLeftOut ? ['security'] : [])];
  return weights.some((weight) => failOn.some((one) => one === weight)) ? 3 : 0;
}

/** Files of both sides that were not rendered, where one of the two is a rendered folder. */
function foreignFilesOf(
  folder: string,
  before: FolderContent,
  after: FolderContent,
  changed: readonly string[],
): readonly ForeignFile[] {
  const rendered = [before, after].flatMap(({ files }) => [...renderedFolders(folder, files)]);
  // git names files from here, and what is read from the disk is named as the folder was.
  const fromHere = (path: string) => relative('.', path);
  const side = ({ entries, files }: FolderContent) => ({
    paths: entries.map(({ path }) => fromHere(path)),
    foreign: foreignFiles(folder, new Set(rendered), entries, files).map(fromHere),
  });
  return compareForeignFiles(side(before), side(after), changed);
}

/** What `dist/` is rendered from, besides the code. */
const SOURCES = ['main.ts', 'sealed'];

/** Nothing differs in what is rendered, and other files do: someone may have forgotten to render. */
function hintAtSynth(changed: readonly string[], folder: string): void {
  const source = changed.find((path) => SOURCES.some((one) => path === one || path.startsWith(`${one}/`)));
  if (source !== undefined)
    complain(
      `${visible(source)} has changed and ${folder}/ has not. If it should: npx cdk8s synth renders it.`,
    );
}

/** @throws UnreadableFolder where there is nothing to compare, and nothing to say */
function refuseNothing(
  folder: string,
  before: ParsedManifests,
  after: ParsedManifests,
  diffs: readonly ClusterDiff[],
): void {
  const isEmpty = before.manifests.length + after.manifests.length === 0;
  if (!isEmpty || diffs.some(({ impacts }) => impacts.length > 0)) return;
  throw new UnreadableFolder(
    `No Kubernetes object is in ${visible(folder)}/, before or after: there is nothing to compare. Name the folder of rendered objects with --folder.`,
  );
}

/** A pipeline as it is now, whatever the revisions. @throws UnreadableFolder where there is none */
function pipelineNamed(path: string): Pipeline {
  const { file, project } = pipelineSource(path, undefined);
  return readPipeline(file, project);
}

function lostJobs(
  pipelines: readonly Pipeline[],
  folder: string,
  before: ParsedManifests,
  after: ParsedManifests,
): readonly Impact[] {
  if (pipelines.length === 0) return [];
  const fleetOf = ({ manifests }: ParsedManifests) =>
    clustersOf(folder, manifests).flatMap((cluster) =>
      fleetOfSubject(observeOnce(cluster.manifests.map(asApplied))),
    );
  return pipelineJobImpacts(pipelines, fleetOf(before), fleetOf(after));
}

/** Files that can't be read as manifests; the message names each. */
export class UnusableFiles extends Error {}

/** @throws UnreadableFolder where there is no such folder */
function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch {
    throw new UnreadableFolder(`There is no folder ${visible(folder)}.`);
  }
}

/** @throws GitError where Git has something else than what is there */
function workingTree(folder: string, place: RepositoryPlace): FolderContent {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined)
    throw new UnreadableFolder(`There is no ${visible(folder)}/ here. Render it first: npx cdk8s synth.`);
  if (found.isSymbolicLink())
    throw new UnreadableFolder(`${visible(folder)} is a link. Name the folder that it leads to.`);
  const content = readWholeFolder(folder);
  refuseConverted([...content.files.map(({ path }) => path), SILENCE_FILE], place);
  return { ...content, entries: [...content.entries, ...submodulesIn(folder)] };
}

/** What can't be read of the base is gone, or fixed, or stops the other side too: it is said and left out. */
function parseBase(files: readonly SourceFile[], base: string): ParsedManifests {
  const parsed = parseManifests(files);
  const { faults } = parsed;
  for (const fault of faults)
    complain(`At ${base}, ${fileProblemText(fault)}. It counts as if it were not there.`);
  return parsed;
}

/** @param unjudged files that are reported as foreign already, whether they can be read or not */
function parse(files: readonly SourceFile[], unjudged: ReadonlySet<string>): ParsedManifests {
  const parsed = parseManifests(files);
  refuse(parsed.faults.filter(({ at }) => !unjudged.has(relative('.', at.file))));
  return parsed;
}

function refuse(faults: readonly Problem<FileLine>[]): void {
  if (faults.length === 0) return;
  throw new UnusableFiles(faults.map(fileProblemText).join('\n'));
}
