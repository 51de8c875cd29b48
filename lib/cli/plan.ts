import { Command, InvalidArgumentError } from 'commander';
import { clustersOf } from '../cluster/clusters';
import { DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readPaths, UnreadableFolder } from '../cluster/read-folder';
import { planBursts } from '../plan/burst';
import { fileProblemText } from '../report/file-problem';
import { printPlans } from '../report/plan-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible } from '../values/visible';
import { complain } from './complain';
import { addControllerOptions, type ControllerOptions, controllerOf } from './controller-options';

const HELP = `
It reads the same YAML as check. The request rate assumes a full queue; prices are on demand in us-east-1.
What binds at thousands of jobs, beyond one cluster: docs/scale.md.

Exit code: 0 all jobs run at once, 1 something binds, 2 unusable input.`;

interface PlanOptions extends ControllerOptions {
  readonly jobs: number;
  readonly runner?: string;
  readonly minutes: number;
  readonly requestSeconds: number;
  readonly addresses?: number;
  readonly vcpus?: number;
  readonly pulls?: number;
  readonly usdPerHour?: number;
}

/** `plan <folders> --jobs N`: which term binds for N jobs at once, and what to raise. */
export function planCommand(): Command {
  return addControllerOptions(
    new Command('plan')
      .usage('[options] [folders]')
      .description('Say what binds when N jobs start at once, and what to raise.')
      .argument('[folders...]', 'folders and files of YAML, or - (default: dist)')
      .requiredOption('-j, --jobs <count>', 'jobs at once', wholeNumber)
      .option('-r, --runner <name>', 'plan this runner alone: amd64-spot, or production-amd64-spot')
      .option('--minutes <number>', 'minutes that a job takes', positive, 5)
      .option('--request-seconds <number>', 'seconds from a request for a job to its answer', positive, 0.5)
      .option('--addresses <count>', 'free addresses of the subnets', wholeNumber)
      .option('--vcpus <count>', 'vCPUs that the quota of the account leaves', wholeNumber)
      .option('--pulls <count>', 'pulls of an image that its registry leaves, for example 100', wholeNumber)
      .option('--usd-per-hour <number>', 'most that an hour may cost', positive)
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((paths: readonly string[], options: PlanOptions) => {
        process.exitCode = plan(paths.length > 0 ? paths : ['dist'], options);
      }),
  );
}

function plan(paths: readonly string[], options: PlanOptions): number {
  try {
    const { files, root } = readPaths(paths);
    const { manifests, faults } = parseManifests(files);
    for (const fault of faults) complain(fileProblemText(fault));
    if (faults.length > 0) return 2;
    const subjects = clustersOf(root, manifests).map((cluster) =>
      observe(cluster.manifests, { ...DEFAULT_CHECK_SETTINGS, controller: controllerOf(options) }),
    );
    const plans = subjects.flatMap((subject) => planBursts(subject, options, options.runner));
    const names = [...new Set(subjects.flatMap(({ runners }) => runners.map(({ name }) => name)))];
    if (plans.length === 0) {
      const which =
        options.runner === undefined
          ? 'no runner here has jobs that land'
          : `no runner ${options.runner} has jobs that land`;
      complain(
        `${visible(which)}; here are: ${names.map(visible).join(', ') || 'none'}. npx runner-fleet check says why.`,
      );
      return 2;
    }
    process.stdout.write(withoutTokens(printPlans(plans)));
    const left = names.filter((name) => !plans.some(({ runner }) => runner === name));
    if (left.length > 0 && options.runner === undefined)
      complain(
        `No plan of ${left.map(visible).join(', ')}: where jobs land is not known, or wrong. npx runner-fleet check says why.`,
      );
    return plans.some(({ terms }) => terms.some(({ allows }) => allows < options.jobs)) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    complain(error.message);
    return 2;
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9,999,999.');
  return Number(text);
}

function positive(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It must be a number above zero.');
  return Number(text);
}
