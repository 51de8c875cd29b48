import { Command, InvalidArgumentError, Option } from 'commander';
import { runChecks } from '../checks/all';
import { groupOf } from '../checks/rule-id';
import { certainDuplicatesOf, clustersOf } from '../cluster/clusters';
import { type CheckSettings, DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readPaths, UnreadableFolder } from '../cluster/read-folder';
import { sealingsOf } from '../cluster/sealing';
import { type Budget, type BudgetExcess, budgetExcesses } from '../cost/budget';
import { type CostChoices, loadCostSettings } from '../project/cost-settings';
import { readSealingCertificates } from '../project/sealing-certificates';
import { loadSilences, unusedLines } from '../project/silence-file';
import { BUG, bugText } from '../report/bug-text';
import { printCodeQuality } from '../report/codequality';
import { fileProblemText } from '../report/file-problem';
import { printFindings } from '../report/findings-text';
import { printJson } from '../report/json';
import { printMermaid } from '../report/mermaid';
import { makeReport, type Report } from '../report/report';
import { printText } from '../report/text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { textsBeside } from './beside-manifests';
import { complain } from './complain';
import { addControllerOptions, type ControllerOptions, controllerOf } from './controller-options';
import { addBudgetOption, addCostOptions, costChoicesOf } from './cost-options';
import { pathsInRepository } from './git';
import { palette } from './palette';

const HELP = `
It reads YAML, whoever wrote it, and needs no cluster, no network and no credentials.

Paths are those from this folder, so that a terminal opens them; those of codequality are from the top of the Git
repository, as GitLab compares them.

Other files below the folders, and in sealed/ of this folder, are only searched for tokens and private keys in plain.

Several folders and files are read together; - is standard input:
  helm template runner gitlab-runner --repo https://charts.gitlab.io -f values.yaml | npx runner-fleet check - nodepools/

What depends on something that is not there is not proved: it is not an error, and the last lines say how much was proved.
--require-proof makes it one.

Exit code: 0 clean or warnings, 1 errors or over budget, 2 unusable input, 70 a bug of this program.
Rules: docs/checks.md, or the command explain. Silence one on an object, with the reason:
  annotation gitlab-runner-fleet/silence-<group>.<rule>: <reason>
or, where objects can't be annotated, in .runner-fleet.yaml of this folder:
  silence: [{ rule: <group>/<rule>, object: <Kind>/<namespace>/<name>, reason: <reason> }]
The same file holds what is said of money, and options come before it: docs/cost.md
  cost: { region: eu-central-1, budget: { floor: <USD a month>, ceiling: <USD an hour> } }`;

interface CheckOptions extends ControllerOptions, CostChoices {
  readonly format: keyof typeof PRINTERS;
  readonly strict: boolean;
  readonly requireProof: boolean;
  readonly config?: string;
  readonly daemonsetCpu: string;
  readonly daemonsetMemory: string;
  readonly daemonsetPods: number;
}

type Printer = (reports: readonly Report[], excesses: readonly BudgetExcess[]) => string;

const PRINTERS: Readonly<Record<'text' | 'json' | 'codequality' | 'mermaid', Printer>> = {
  text: (reports, excesses) => printText(reports, palette(process.stdout), excesses),
  json: printJson,
  codequality: (reports, excesses) => printCodeQuality(reports, pathsInRepository(), excesses),
  mermaid: (reports) => printMermaid(reports),
};

/** How `check` can print; the first is the default. */
export const FORMATS = Object.keys(PRINTERS);

/** `check <folder>`: proves that every job pod lands, fits and finishes. */
export function checkCommand(): Command {
  const command = addControllerOptions(
    new Command('check')
      .usage('[options] [folders]')
      .description('Prove that every job pod of a folder of manifests lands, fits and finishes.')
      .argument('[folders...]', 'folders and files of YAML, or - (default: dist)')
      .addOption(new Option('-f, --format <format>', 'how to print').choices(FORMATS).default(FORMATS[0]))
      .option('--strict', 'a token that is not sealed yet is an error', false)
      .option('--require-proof', 'exit with 1 where something is not proved', false)
      .option('-c, --config <file>', 'file of settings (default: .runner-fleet.yaml, if it is here)')
      .option('--daemonset-cpu <quantity>', 'CPU that daemonsets take of each node', quantity, '250m')
      .option('--daemonset-memory <quantity>', 'memory that daemonsets take of each node', quantity, '300Mi')
      .option(
        '--daemonset-pods <count>',
        'pods of daemonsets on each node',
        wholeNumber,
        DEFAULT_CHECK_SETTINGS.daemonSets.pods,
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((paths: readonly string[], options: CheckOptions) => {
        process.exitCode = check(paths.length > 0 ? paths : ['dist'], options);
      }),
  );
  return addBudgetOption(addCostOptions(command));
}

function check(paths: readonly string[], options: CheckOptions): number {
  try {
    const silencing = loadSilences(options.config);
    const { money, budget, faults: unpriced } = loadCostSettings(costChoicesOf(options), options.config);
    const { files, root } = readPaths(paths);
    const { manifests, faults, others: documents } = parseManifests(files);
    const beside = textsBeside(
      paths,
      files.map(({ path }) => path),
    );
    const others = [...documents, ...beside];
    const clusters = clustersOf(root, manifests);
    const unusable = [
      ...silencing.faults,
      ...unpriced,
      ...faults,
      ...clusters.flatMap((cluster) => certainDuplicatesOf(cluster.manifests)),
    ];
    if (unusable.length > 0) {
      for (const fault of unusable) complain(fileProblemText(fault));
      return 2;
    }
    const sealings = sealingsOf(clusters, readSealingCertificates());
    const reports = clusters.map((cluster, index) => {
      // What is not an object belongs to no cluster: the first report shows it.
      const own = index === 0 ? others : [];
      const subject = observe(cluster.manifests, { ...settingsOf(options), money }, own, sealings[index]);
      return makeReport(cluster.name, subject, runChecks(subject, silencing.silences));
    });
    if (reports.every(isEmpty)) {
      complain(nothingToProve(paths, reports));
      return 2;
    }
    const excesses = excessesOf(reports, budget);
    process.stdout.write(withoutTokens(PRINTERS[options.format](reports, excesses)));
    for (const line of unusedLines(silencing.silences, reports)) console.error(withoutTokens(line));
    return excesses.length > 0 ? 1 : exitCode(reports, options);
  } catch (error) {
    if (error instanceof UnreadableFolder) {
      complain(error.message);
      return 2;
    }
    complain(bugText(error));
    return BUG;
  }
}

/** Whether there is nothing to report: no runner, no pool, and no secret that is lost, wherever it stands. */
function isEmpty({ runners, hasPools, hasUnread, result }: Report): boolean {
  const losesSecret = result.findings.some(
    ({ id, severity }) => groupOf(id) === 'secrets' && severity === 'error',
  );
  return runners.length === 0 && !hasPools && !hasUnread && !losesSecret;
}

/** What the clusters cost above a budget; nobody asks what they cost where there is none. */
function excessesOf(reports: readonly Report[], budget: Budget): readonly BudgetExcess[] {
  if (Object.keys(budget).length === 0) return [];
  return budgetExcesses(
    reports.map(({ cluster, cost }) => ({ cluster, cost })),
    budget,
  );
}

function exitCode(reports: readonly Report[], { requireProof }: CheckOptions): number {
  if (reports.some(({ counts }) => counts.error > 0)) return 1;
  const isProved = ({ proof }: Report) =>
    proof.runners > 0 && proof.findings === 0 && proof.proved === proof.runners;
  return requireProof && !reports.every(isProved) ? 1 : 0;
}

/** Why there is nothing to judge: what is not rendered or can't be read, or what else the files are. */
function nothingToProve(paths: readonly string[], reports: readonly Report[]): string {
  const found = reports.map((report) => printFindings(report, ['note'], palette(process.stderr))).join('');
  if (reports.some(({ proof }) => proof.findings > 0)) return `${found}Nothing here can be proved as it is.`;
  const others = reports.flatMap((report) => report.others);
  const names = others.slice(0, 6).map(({ name, other }) => `${name}: ${other}`);
  const read = names.length > 0 ? ` Read, and not Kubernetes objects: ${names.join(', ')}.` : '';
  return `${paths.join(' ')} holds no runner and no NodePool: there is nothing to prove.${read}`;
}

function settingsOf(options: CheckOptions): CheckSettings {
  const { strict, daemonsetCpu, daemonsetMemory, daemonsetPods } = options;
  const daemonSets = {
    cpuMilli: toMilli(parseQuantity(daemonsetCpu) ?? 0n),
    memoryBytes: toUnits(parseQuantity(daemonsetMemory) ?? 0n),
    ephemeralStorageBytes: 0,
    pods: daemonsetPods,
  };
  return { strict, daemonSets, controller: controllerOf(options) };
}

function quantity(text: string): string {
  const value = parseQuantity(text);
  if (value === undefined || value < 0n)
    throw new InvalidArgumentError('Not a valid Kubernetes quantity (for example 250m or 300Mi).');
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}
