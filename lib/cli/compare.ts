import { Command, InvalidArgumentError, Option } from 'commander';
import { UnreadableFolder } from '../cluster/read-folder';
import { type ComparedRunner, comparedRunners, compareRunners } from '../compare/compare';
import type { Line } from '../import/line';
import { readSources } from '../import/sources';
import { isEqual, printComparison } from '../report/comparison-text';
import { fileProblemText } from '../report/file-problem';
import { printImport } from '../report/import-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible, visibleLines } from '../values/visible';
import { complain } from './complain';
import { readSourceFiles } from './import/source-files';

const HELP = `
Derives the job pods of both sides as the executor makes them, for usual jobs and for those that ask for as much as they may,
and lists every field that differs, as well as timeouts, caches, feature flags and the jobs that managers run at once. What a
fleet changes on purpose is shown with its reason; look at everything else.

Each side may be anything that import reads: values of the chart, a release, a config.toml, rendered YAML.

Examples:
  npx runner-fleet compare values.yaml dist
  npx runner-fleet compare old/ dist/ --pair docker=production-amd64

Exit code: 0 each runner gives jobs the same or better, 1 something differs or could not be read, 2 unusable input.`;

interface CompareOptions {
  readonly pair: Readonly<Record<string, string>>;
  readonly format: 'text' | 'json';
}

/** `compare <old> <new>`: what jobs get from two sets of runners. */
export function compareCommand(): Command {
  return (
    new Command('compare')
      .usage('[options] <before> <after>')
      .description(
        'Compare what jobs get from two sets of runners, for example a Helm release and a rendered fleet.',
      )
      .argument('<before>', 'file or folder of the runners as they were')
      .argument('<after>', 'file or folder of the runners as they will be')
      .addOption(
        new Option(
          '--pair <before=after>',
          'runners that belong together although their names differ; may be repeated',
        )
          .argParser(pair)
          .default({}, 'by name'),
      )
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(['text', 'json']).default('text'),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((before: string, after: string, options: CompareOptions) => {
        process.exitCode = compare(before, after, options);
      })
  );
}

function compare(before: string, after: string, { pair: pairs, format }: CompareOptions): number {
  try {
    const sides = [before, after].map(runnersIn);
    const [left, right] = sides;
    if (left === undefined || right === undefined) return 2;
    const comparison = compareRunners(left.runners, right.runners, pairs);
    const unread = [...left.unread, ...right.unread];
    const text = format === 'json' ? `${JSON.stringify(comparison, null, 2)}\n` : printComparison(comparison);
    process.stdout.write(withoutTokens(text));
    // What is not read may be anything, so that nothing is proved of it.
    if (unread.length > 0) process.stderr.write(visibleLines(withoutTokens(printImport(unread))));
    return isEqual(comparison) && unread.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    complain(error.message);
    return 2;
  }
}

interface Side {
  readonly runners: readonly ComparedRunner[];
  readonly unread: readonly Line[];
}

/** The runners of one side; undefined if they can't be read, which is reported. */
function runnersIn(path: string): Side | undefined {
  const { runners, manifests, faults, lines } = readSources(readSourceFiles([path]));
  for (const fault of faults) complain(fileProblemText(fault));
  if (faults.length > 0) return undefined;
  const found = comparedRunners(
    runners.flatMap((one) => one.runners),
    manifests,
  );
  if (found.length === 0) complain(`${visible(path)} has no runner.`);
  const unread = [
    ...lines,
    ...runners.flatMap((one) => one.lines.map((line) => ({ ...line, runner: one.name }))),
  ];
  return found.length > 0
    ? { runners: found, unread: unread.filter(({ kind }) => kind === 'unread') }
    : undefined;
}

function pair(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [before, after] = text.split('=');
  if (!before || !after)
    throw new InvalidArgumentError('It must be two names, for example docker=production-amd64.');
  return { ...known, [before]: after };
}
