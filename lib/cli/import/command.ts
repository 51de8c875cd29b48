import { existsSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UnreadableFolder } from '../../cluster/read-folder';
import { FLEET_NAME_MOST } from '../../fleet/names';
import { isEqual, printComparison } from '../../report/comparison-text';
import { fileProblemText } from '../../report/file-problem';
import { printImport } from '../../report/import-text';
import { withoutTokens } from '../../sealed-secrets/ciphertext';
import { isDnsLabel } from '../../values/label';
import { shellWord } from '../../values/shell-word';
import { visible, visibleLines } from '../../values/visible';
import { complain } from '../complain';
import { HelmError, helmRenderer } from './helm';
import { type Imported, importFleet } from './import-fleet';
import { readSourceFiles } from './source-files';

const HELP = `
Reads one or several of these, as one fleet:
  values of GitLab Runner's Helm chart, also under gitlab-runner in the values of another chart
  a HelmRelease of Flux, an Application of Argo CD, a HelmChart of k3s, helmCharts of kustomize, a helmfile, a helm_release
  of Terraform as far as its values are literals
  a rendered chart, or objects of a cluster: kubectl get -o yaml configmap,deployment,serviceaccount
  a config.toml, a Runner of GitLab's operator, and with any of these, NodePools and node classes

Examples:
  npx runner-fleet import values.yaml
  npx runner-fleet import clusters/ci/ nodepools.yaml --name ci
  kubectl get configmap,deployment -n gitlab -o yaml | npx runner-fleet import - --output -

It renders the description, proves it and compares its job pods with those of today. Tokens and passwords are never written.
Helm is not needed: import knows what release 0.86 of the chart renders. For another release, --render runs Helm.

Exit code: 0 jobs get the same or better, 1 something differs, could not be read, is refused here or by the proof, or keeps the
fleet from rendering, 2 unusable input.`;

interface ImportOptions {
  readonly name: string;
  readonly output: string;
  readonly replace: boolean;
  readonly render?: string;
  readonly format: 'text' | 'json';
}

/** `import <files>`: a description of the runners that run today, with a report on each value. */
export function importCommand(): Command {
  return (
    new Command('import')
      .usage('[options] <files>')
      .description('Describe runners that run today: a Helm release, a config.toml, objects of a cluster.')
      .argument('<files...>', 'files and folders, or - for standard input')
      .option('--name <fleet>', 'name of the fleet', fleetName, 'production')
      .option('-o, --output <file>', 'where to write the description, - for standard output', 'main.ts')
      .option('--replace', 'replace the file if it is there', false)
      .option(
        '--render <chart>',
        'render releases with the Helm of this machine: gitlab/gitlab-runner, a folder or an archive',
      )
      .addOption(
        new Option('-f, --format <format>', 'how to print the report')
          .choices(['text', 'json'])
          .default('text'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((paths: readonly string[], options: ImportOptions) => {
        process.exitCode = runImport(paths, options);
      })
  );
}

function runImport(paths: readonly string[], options: ImportOptions): number {
  try {
    const { output, replace, format } = options;
    if (output !== '-' && !replace && existsSync(output)) {
      complain(
        `${visible(output)} already exists. Name another file with --output, replace it with --replace, or print to standard output with --output -.`,
      );
      return 2;
    }
    const imported = importFleet(
      readSourceFiles(paths),
      options.name,
      commentFor(paths),
      options.render === undefined ? undefined : helmRenderer(options.render),
    );
    for (const fault of imported.unreadable) complain(fileProblemText(fault));
    if (imported.text === undefined) return nothingFound(imported);
    if (output === '-') process.stdout.write(imported.text);
    else writeDescription(output, imported.text, replace);
    const report =
      format === 'json'
        ? `${JSON.stringify(reportOf(imported), null, 2)}\n`
        : reportText(imported, paths, options);
    const safe = withoutTokens(report);
    if (output === '-') process.stderr.write(safe);
    else process.stdout.write(safe);
    return exitCode(imported);
  } catch (error) {
    if (!(error instanceof UnreadableFolder || error instanceof HelmError || error instanceof UnwritableFile))
      throw error;
    complain(error.message);
    return 2;
  }
}

/** The description can't be written; the message says where and why. */
class UnwritableFile extends Error {
  override readonly name = 'UnwritableFile';
}

/** Writes a file. Without `replace` it must not exist yet, not even as a dangling link. */
function writeDescription(path: string, text: string, replace: boolean): void {
  try {
    writeFileSync(path, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    throw new UnwritableFile(`${visible(path)} can't be written (${code}). Name another file with --output.`);
  }
}

function exitCode({ comparison, errors = [], faults, unreadable, lines }: Imported): number {
  if (unreadable.length > 0) return 2;
  // What is not read may be anything, so that nothing is proved of it; what is refused is missing from the description.
  if (lines.some(({ kind }) => kind === 'unread' || kind === 'refused')) return 1;
  return faults.length > 0 || errors.length > 0 || comparison === undefined || !isEqual(comparison) ? 1 : 0;
}

function nothingFound({ lines, unreadable }: Imported): number {
  process.stderr.write(visibleLines(withoutTokens(printImport(lines))));
  if (unreadable.length === 0 && lines.some(({ kind }) => kind === 'refused'))
    complain('None of these runners makes pods.');
  else if (unreadable.length === 0 && lines.some(({ kind }) => kind === 'unread'))
    complain(
      'The runners in these files could not be read. Give what Helm renders: helm template ... | npx runner-fleet import -, or use --render gitlab/gitlab-runner.',
    );
  else if (unreadable.length === 0)
    complain(
      'No runner was found. Give values of the chart, a release, a config.toml, or objects of a cluster: see npx runner-fleet import --help.',
    );
  return 2;
}

function reportText(imported: Imported, paths: readonly string[], { output, name }: ImportOptions): string {
  // compare takes one file or folder for each side.
  const source = paths.length === 1 && paths[0] !== '-' ? shellWord(paths[0]) : '<before>';
  const { lines, faults, errors = [], comparison } = imported;
  const parts = [
    printImport(lines),
    ...(faults.length > 0
      ? ['The fleet does not render yet:', ...faults.map(({ at, why, fix }) => `  ${at}: ${why}; ${fix}`), '']
      : []),
    ...(errors.length > 0
      ? [
          'Errors of the proof, which synth reports too:',
          ...errors.map(({ id, why, fix }) => `  [${id}] ${why}; ${fix}`),
          '',
        ]
      : []),
    ...(comparison
      ? [
          'Jobs before and after:',
          ...printComparison(comparison, false)
            .trimEnd()
            .split('\n')
            .map((line) => (line === '' ? '' : `  ${line}`)),
          `  Every field, once synth has written dist: npx runner-fleet compare ${source} dist`,
          ...(lines.some(({ kind }) => kind === 'unread')
            ? ['  What could not be read is not compared: see the top of this report.']
            : []),
          '',
        ]
      : []),
    ...(output === '-'
      ? []
      : [
          `Written: ${output}. Next: npx runner-fleet init --name ${name}, npx cdk8s synth, and docs/helm.md to move without losing a job.`,
          '',
        ]),
  ];
  return visibleLines(parts.join('\n'));
}

/** The report for machines. */
function reportOf({ lines, faults, errors, comparison }: Imported): object {
  return {
    lines,
    faults: faults.map(({ at, why, fix }) => ({ at, why, fix })),
    errors: (errors ?? []).map(({ id, why, fix }) => ({ id, why, fix })),
    comparison,
  };
}

function commentFor(paths: readonly string[]): readonly string[] {
  return [`Imported from ${paths.map(visible).join(' ')} by npx runner-fleet import.`];
}

function fleetName(text: string): string {
  if (!isDnsLabel(text, FLEET_NAME_MOST))
    throw new InvalidArgumentError(
      `It must be lower-case letters, digits and dashes, at most ${FLEET_NAME_MOST}.`,
    );
  return text;
}
