import { relative, resolve, sep } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import colors from 'picocolors';
import { runChecks } from '../checks/all';
import { clustersOf, duplicatesOf } from '../cluster/clusters';
import { type CheckSettings, DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readFolder, UnreadableFolder } from '../cluster/read-folder';
import { BUG, bugText } from '../report/bug-text';
import { printCodeQuality } from '../report/codequality';
import { fileProblemText } from '../report/file-problem';
import { printJson } from '../report/json';
import { printMermaid } from '../report/mermaid';
import { makeReport, type Report } from '../report/report';
import { printText } from '../report/text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { visible } from '../values/visible';
import { complain } from './complain';
import { placeInRepository } from './git';

const HELP = `
It reads YAML, whoever wrote it, and needs no cluster, no network and no credentials.

Paths are those from this folder, so that a terminal opens them; those of codequality are from the top of the Git
repository, as GitLab compares them.

Exit code: 0 clean or warnings, 1 errors, 2 unusable input, 70 a bug of this program.
Rules: docs/checks.md, or the command explain. Silence one on an object, with the reason:
  annotation gitlab-runner-fleet/silence-<group>.<rule>: <reason>`;

interface CheckOptions {
  readonly format: 'text' | 'json' | 'codequality' | 'mermaid';
  readonly strict: boolean;
  readonly daemonsetCpu: string;
  readonly daemonsetMemory: string;
  readonly daemonsetPods: number;
}

const PRINTERS: Record<CheckOptions['format'], (reports: readonly Report[]) => string> = {
  text: (reports) =>
    printText(reports, colors.createColors(process.stdout.isTTY === true && colors.isColorSupported)),
  json: printJson,
  codequality: (reports) => printCodeQuality(reports, pathsInRepository()),
  mermaid: printMermaid,
};

/** `check <folder>`: proves that every job pod lands, fits and finishes. */
export function checkCommand(): Command {
  return (
    new Command('check')
      .usage('[options] [folder]')
      .description('Prove that every job pod of a folder of manifests lands, fits and finishes.')
      .argument('[folder]', 'folder or file of YAML', 'dist')
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .option('--strict', 'a token that is not sealed yet is an error', false)
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
      .action((folder: string, options: CheckOptions) => {
        process.exitCode = check(folder, options);
      })
  );
}

function check(folder: string, options: CheckOptions): number {
  try {
    const { manifests, faults } = parseManifests(readFolder(folder));
    const clusters = clustersOf(folder, manifests);
    const unusable = [...faults, ...clusters.flatMap((cluster) => duplicatesOf(cluster.manifests))];
    if (unusable.length > 0) {
      for (const fault of unusable) complain(fileProblemText(fault));
      return 2;
    }
    const reports = clusters.map((cluster) => {
      const subject = observe(cluster.manifests, settingsOf(options));
      return makeReport(cluster.name, subject, runChecks(subject));
    });
    if (reports.every(({ runners, hasPools }) => runners.length === 0 && !hasPools)) {
      complain(`${visible(folder)} holds no runner and no NodePool: there is nothing to prove.`);
      return 2;
    }
    process.stdout.write(withoutTokens(PRINTERS[options.format](reports)));
    return reports.some(({ counts }) => counts.error > 0) ? 1 : 0;
  } catch (error) {
    if (error instanceof UnreadableFolder) {
      complain(error.message);
      return 2;
    }
    complain(bugText(error));
    return BUG;
  }
}

/** Paths of files from the top of the repository of this folder; those outside of it stay as they are. */
function pathsInRepository(): (file: string) => string {
  const place = placeInRepository();
  if (place === undefined) return (file) => file;
  return (file) => {
    const path = relative(place.top, resolve(file));
    return path.startsWith('..') ? file : path.split(sep).join('/');
  };
}

function settingsOf({ strict, daemonsetCpu, daemonsetMemory, daemonsetPods }: CheckOptions): CheckSettings {
  const daemonSets = {
    cpuMilli: toMilli(parseQuantity(daemonsetCpu) ?? 0n),
    memoryBytes: toUnits(parseQuantity(daemonsetMemory) ?? 0n),
    ephemeralStorageBytes: 0,
    pods: daemonsetPods,
  };
  return { strict, daemonSets };
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
