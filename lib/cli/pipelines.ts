import { Command, InvalidArgumentError, Option } from 'commander';
import { clustersOf } from '../cluster/clusters';
import { DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readFolder, readPaths, UnreadableFolder } from '../cluster/read-folder';
import { type FleetRunner, fleetOfSubject } from '../pipelines/fleet';
import { isProved, judgePipeline, type PipelineReport } from '../pipelines/judge-pipeline';
import { readPipeline } from '../pipelines/read';
import { readRunners } from '../pipelines/runners-file';
import { suggestionFor } from '../pipelines/suggest';
import { fileProblemText } from '../report/file-problem';
import { printPipelinesCodeQuality } from '../report/pipelines-codequality';
import { printPipelinesJson } from '../report/pipelines-json';
import { printPipelinesMermaid } from '../report/pipelines-mermaid';
import { printSuggestion } from '../report/pipelines-suggestion';
import { printPipelinesText } from '../report/pipelines-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible } from '../values/visible';
import { complain } from './complain';
import { addControllerOptions, type ControllerOptions, controllerOf } from './controller-options';
import { pathsInRepository } from './git';
import { palette } from './palette';
import { pipelineSource } from './pipeline-files';

const HELP = `
Reads a pipeline with its local includes, without GitLab, network or credentials. Includes that only GitLab can fetch
(templates, components, files of other projects) are reported, never guessed.

Examples:
  npx runner-fleet pipelines                            .gitlab-ci.yml here, against dist/
  npx runner-fleet pipelines ../app/.gitlab-ci.yml      a pipeline of another project
  npx runner-fleet pipelines --fleet ../fleet/dist      against a fleet that is rendered elsewhere
  npx runner-fleet pipelines --runners runners.yaml     against runners from a file
  npx runner-fleet pipelines --variable ARCH=arm64      with a variable that the project sets

Prices are on demand, of the region that the YAML shows or else of us-east-1, for a job alone on its node.

Exit code: 0 clean or warnings, 1 errors (with --require-proof also what can't be judged), 2 unusable input.
Rules and the format of the runners file: docs/pipelines.md.`;

const PRINTERS = {
  text: (reports: readonly PipelineReport[]) => printPipelinesText(reports, palette(process.stdout)),
  json: printPipelinesJson,
  codequality: (reports: readonly PipelineReport[]) =>
    printPipelinesCodeQuality(reports, pathsInRepository()),
  mermaid: printPipelinesMermaid,
};

interface PipelinesOptions extends ControllerOptions {
  readonly fleet: readonly string[];
  readonly runners: readonly string[];
  readonly project?: string;
  readonly variable: Readonly<Record<string, string>>;
  readonly input: Readonly<Record<string, string>>;
  readonly protected: boolean;
  readonly requireProof: boolean;
  readonly suggest: boolean;
  readonly format: keyof typeof PRINTERS;
}

/** `pipelines [files]`: which runners take the jobs of a pipeline, at what price, and why a job has none. */
export function pipelinesCommand(): Command {
  return addControllerOptions(
    new Command('pipelines')
      .usage('[options] [files]')
      .description(
        'Show which runners of a fleet take the jobs of a pipeline, at what price, and which jobs have no runner.',
      )
      .argument('[files...]', 'pipelines (default: .gitlab-ci.yml)')
      .addOption(
        new Option('--fleet <folder>', 'folder or file of YAML, may be repeated')
          .argParser(another)
          .default([], 'dist, without --runners'),
      )
      .addOption(
        new Option('--runners <file>', 'file that lists runners, may be repeated')
          .argParser(another)
          .default([], 'none'),
      )
      .option(
        '--project <folder>',
        'top of the project, for its includes (default: the Git repository of the file)',
      )
      .addOption(
        new Option('--variable <name=value>', 'variable of the project or of the pipeline, may be repeated')
          .argParser(pair)
          .default({}, 'none'),
      )
      .addOption(
        new Option('--input <name=value>', 'input of the pipeline (spec:inputs), may be repeated')
          .argParser(pair)
          .default({}, 'none'),
      )
      .option('--protected', 'pipelines run only for protected branches and tags', false)
      .option('--suggest', 'print the tags and the retry to write, as YAML', false)
      .option('--require-proof', "exit with 1 where a job or an include can't be judged", false)
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((files: readonly string[], options: PipelinesOptions) => {
        process.exitCode = pipelines(files.length > 0 ? files : ['.gitlab-ci.yml'], options);
      }),
  );
}

function pipelines(files: readonly string[], options: PipelinesOptions): number {
  try {
    const fleet = fleetFor(options);
    if (fleet === undefined) return 2;
    const reports = files.map((path) => {
      const { file, project } = pipelineSource(path, options.project);
      const pipeline = readPipeline(file, project, { variables: options.variable, inputs: options.input });
      return judgePipeline(pipeline, fleet, { isProtected: options.protected });
    });
    const text = options.suggest
      ? reports.map((report) => printSuggestion(report.file, suggestionFor(report))).join('\n')
      : PRINTERS[options.format](reports);
    process.stdout.write(withoutTokens(text));
    return exitCode(reports, options);
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    complain(error.message);
    return 2;
  }
}

function exitCode(reports: readonly PipelineReport[], { requireProof }: PipelinesOptions): number {
  if (reports.some(({ problems }) => problems.some(({ severity }) => severity === 'error'))) return 1;
  return requireProof && !reports.every(isProved) ? 1 : 0;
}

/** The runners of the fleet; undefined if they can't be read, which is reported. */
function fleetFor(options: PipelinesOptions): readonly FleetRunner[] | undefined {
  const read = options.runners.flatMap((path) => readFolder(path).map(readRunners));
  const folders = options.fleet.length > 0 || options.runners.length > 0 ? options.fleet : ['dist'];
  const { files, root } = folders.length > 0 ? readPaths(folders) : { files: [], root: '.' };
  const { manifests, faults } = parseManifests(files);
  const unusable = [...read.flatMap(({ problems }) => problems), ...faults];
  for (const fault of unusable) complain(fileProblemText(fault));
  if (unusable.length > 0) return undefined;
  const rendered = clustersOf(root, manifests).flatMap((cluster) =>
    fleetOfSubject(
      observe(cluster.manifests, { ...DEFAULT_CHECK_SETTINGS, controller: controllerOf(options) }),
    ),
  );
  const fleet = [...rendered, ...read.flatMap(({ runners }) => runners)];
  if (fleet.length > 0) return fleet;
  complain(
    `${[...folders, ...options.runners].map(visible).join(' ')} holds no runner. Name the folder of a rendered fleet with --fleet, or a file of runners with --runners.`,
  );
  return undefined;
}

function another(text: string, known: readonly string[]): readonly string[] {
  return [...known, text];
}

function pair(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const end = text.indexOf('=');
  if (end < 1) throw new InvalidArgumentError('It must be a name and a value, for example ARCH=arm64.');
  return { ...known, [text.slice(0, end)]: text.slice(end + 1) };
}
