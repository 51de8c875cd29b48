import { Command, InvalidArgumentError, Option } from 'commander';
import { clustersOf } from '../cluster/clusters';
import { DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { readPaths, UnreadableFolder } from '../cluster/read-folder';
import { costOf } from '../cost/fleet-cost';
import { planBursts } from '../plan/burst';
import { type CostChoices, loadCostSettings } from '../project/cost-settings';
import { fileProblemText } from '../report/file-problem';
import { printPlansJson } from '../report/plan-json';
import { printPlannedClusters } from '../report/plan-text';
import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visible } from '../values/visible';
import { complain } from './complain';
import { addControllerOptions, type ControllerOptions, controllerOf } from './controller-options';
import { addCostOptions, costChoicesOf } from './cost-options';

const HELP = `
It reads the same YAML as check, and the same settings of prices. The request rate assumes a full queue; prices are on demand.
What binds at thousands of jobs, beyond one cluster: docs/scale.md.

Exit code: 0 all jobs run at once, 1 something binds, 2 unusable input.`;

interface PlanOptions extends ControllerOptions, CostChoices {
  readonly format: keyof typeof PRINTERS;
  readonly jobs: number;
  readonly runner?: string;
  readonly minutes: number;
  readonly requestSeconds: number;
  readonly addresses?: number;
  readonly vcpus?: number;
  readonly pulls?: number;
  readonly usdPerHour?: number;
}

const PRINTERS = { text: printPlannedClusters, json: printPlansJson };

/** `plan <folders> --jobs N`: which term binds for N jobs at once, and what to raise. */
export function planCommand(): Command {
  const command = addControllerOptions(
    new Command('plan')
      .usage('[options] [folders]')
      .description('Say what binds when N jobs start at once, and what to raise.')
      .argument('[folders...]', 'folders and files of YAML, or - (default: dist)')
      .requiredOption('-j, --jobs <count>', 'jobs at once', wholeNumber)
      .addOption(
        new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('text'),
      )
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
  return addCostOptions(command);
}

function plan(paths: readonly string[], options: PlanOptions): number {
  try {
    const { files, root } = readPaths(paths);
    const { manifests, faults } = parseManifests(files);
    const { money, faults: unpriced } = loadCostSettings(costChoicesOf(options));
    const unusable = [...unpriced, ...faults];
    for (const fault of unusable) complain(fileProblemText(fault));
    if (unusable.length > 0) return 2;
    const controller = controllerOf(options);
    const clusters = clustersOf(root, manifests).map(({ name: cluster, manifests: own }) => {
      const subject = observe(own, { ...DEFAULT_CHECK_SETTINGS, controller, money });
      return {
        cluster,
        subject,
        plans: planBursts(subject, options, options.runner),
        cost: costOf(subject),
      };
    });
    const plans = clusters.flatMap((one) => one.plans);
    const names = [...new Set(clusters.flatMap(({ subject }) => subject.runners.map(({ name }) => name)))];
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
    process.stdout.write(withoutTokens(PRINTERS[options.format](clusters)));
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
