import { isAbsolute, relative } from 'node:path';
import { Command } from 'commander';
import { runChecks } from '../checks/all';
import { certainDuplicatesOf, clustersOf } from '../cluster/clusters';
import { DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import type { PriceSettings } from '../cluster/prices';
import { readPaths, UnreadableFolder } from '../cluster/read-folder';
import { sealingsOf } from '../cluster/sealing';
import { makePageData, type PageCluster, type PageInput } from '../page/data/make-page-data';
import { printPage } from '../page/page';
import type { FileLine, Problem } from '../problem';
import { type CostChoices, loadCostSettings } from '../project/cost-settings';
import { readSealingCertificates } from '../project/sealing-certificates';
import { loadSilences } from '../project/silence-file';
import { fileProblemText } from '../report/file-problem';
import { makeReport } from '../report/report';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible } from '../values/visible';
import { textsBeside } from './beside-manifests';
import { complain } from './complain';
import { addControllerOptions, type ControllerOptions, controllerOf } from './controller-options';
import { addCostOptions, costChoicesOf } from './cost-options';
import { compareFolder, UnusableFiles } from './diff';
import { sectionOfRule } from './explain';
import { compareRevisions, GitError } from './git';
import { outputFile, writePage } from './page-file';

const HELP = `
Examples:
  npx runner-fleet page                                  dist/, into public/index.html
  npx runner-fleet page --base main                      also what differs from main, before and after
  npx runner-fleet page dist/production --output build/page

One file, which loads nothing: it can be opened from a disk, kept as an artifact, or published on GitLab Pages. Its figures are
those of check, plan, diff and needs. The same input makes the same file. docs/page.md shows what is in it.

Exit code: 0 written, whatever check finds, 2 unusable input.`;

interface PageOptions extends ControllerOptions, CostChoices {
  readonly output: string;
  readonly base?: string;
  readonly config?: string;
}

/** `page [folders]`: the fleet as one page of HTML. */
export function pageCommand(): Command {
  const command = addControllerOptions(
    new Command('page')
      .usage('[options] [folders]')
      .description('Write one page of HTML that shows the fleet: runners, pools, prices, findings, a change.')
      .argument('[folders...]', 'folders and files of YAML (default: dist)')
      .option('-o, --output <folder>', 'folder for index.html', 'public')
      .option('--base <revision>', 'also show what differs from this revision of the one folder')
      .option('-c, --config <file>', 'file of settings (default: .runner-fleet.yaml, if it is here)')
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((paths: readonly string[], options: PageOptions) => {
        process.exitCode = page(paths.length > 0 ? paths.map(fromHere) : ['dist'], options);
      }),
  );
  return addCostOptions(command);
}

/** A path without the folders of this machine above the current one: the page is published. */
function fromHere(path: string): string {
  return isAbsolute(path) ? relative(process.cwd(), path) || '.' : path;
}

function page(paths: readonly string[], options: PageOptions): number {
  try {
    if (options.base?.trim() === '')
      throw new UnreadableFolder('--base is empty: name a revision, for example --base main.');
    const file = outputFile(options.output, paths);
    const { money, faults } = loadCostSettings(costChoicesOf(options), options.config);
    const clusters = readClusters(paths, options, money, faults);
    if (clusters.every(isEmpty))
      throw new UnreadableFolder(
        `${paths.map(visible).join(' ')} holds no runner and no NodePool: there is nothing to show.`,
      );
    const comparison =
      options.base === undefined ? undefined : compared(paths, options.base, costChoicesOf(options));
    const data = makePageData({ clusters, comparison, explain: sectionOfRule });
    const text = withoutTokens(printPage(data));
    writePage(file, text);
    complain(`Written: ${visible(file)} (${Math.ceil(Buffer.byteLength(text) / 1000)} kB).`);
    return 0;
  } catch (error) {
    const isExpected = [GitError, UnreadableFolder, UnusableFiles].some((kind) => error instanceof kind);
    if (!isExpected) throw error;
    complain((error as Error).message);
    return 2;
  }
}

/**
 * @param unpriced faults of what is said of money
 * @throws UnusableFiles with every fault of the files
 */
function readClusters(
  paths: readonly string[],
  options: PageOptions,
  money: PriceSettings,
  unpriced: readonly Problem<FileLine>[],
): readonly PageCluster[] {
  const silencing = loadSilences(options.config);
  const { files, root } = readPaths(paths);
  const { manifests, faults, others: documents } = parseManifests(files);
  const beside = textsBeside(
    paths,
    files.map(({ path }) => path),
  );
  const clusters = clustersOf(root, manifests);
  const unusable = [
    ...silencing.faults,
    ...unpriced,
    ...faults,
    ...clusters.flatMap((cluster) => certainDuplicatesOf(cluster.manifests)),
  ];
  if (unusable.length > 0) throw new UnusableFiles(unusable.map(fileProblemText).join('\n'));
  const settings = { ...DEFAULT_CHECK_SETTINGS, controller: controllerOf(options), money };
  const sealings = sealingsOf(clusters, readSealingCertificates());
  return clusters.map((cluster, index) => {
    // What is not an object belongs to no cluster: the first one shows it.
    const own = index === 0 ? [...documents, ...beside] : [];
    const subject = observe(cluster.manifests, settings, own, sealings[index]);
    return { subject, report: makeReport(cluster.name, subject, runChecks(subject, silencing.silences)) };
  });
}

function isEmpty({ report }: PageCluster): boolean {
  return report.runners.length === 0 && !report.hasPools && !report.hasUnread;
}

/** What differs from a revision. @throws UnreadableFolder where several folders are named: a revision has one of them */
function compared(paths: readonly string[], base: string, choices: CostChoices): PageInput['comparison'] {
  const [folder, ...others] = paths;
  if (others.length > 0 || folder === '-')
    throw new UnreadableFolder(
      '--base compares one folder with what it was: name one folder, for example npx runner-fleet page dist --base main.',
    );
  const home = folder.replace(/\/+$/, '');
  const { diffs, foreign } = compareFolder(compareRevisions(base, undefined), base, home, choices, []);
  return { base, diffs, foreign };
}
