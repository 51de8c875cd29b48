import type { ClusterCost, RunnerCost } from '../cost/types';
import type { BurstPlan } from '../plan/burst';
import { visibleTexts } from '../values/visible';
import { ceilingLines, floorLines, minuteOf, pricesOf } from './cost-text';
import { alignedLines } from './table';

/** The plans of a cluster, with what its runners cost. */
export interface PlannedCluster {
  /** Folder of the cluster; undefined where there is one alone. */
  readonly cluster: string | undefined;
  readonly plans: readonly BurstPlan[];
  readonly cost: ClusterCost;
}

/** Plans as a person reads them: what binds, what to raise, what it costs. */
export function printPlans(plans: readonly BurstPlan[], runners: readonly RunnerCost[] = []): string {
  return visibleTexts(plans)
    .map((plan) => planText(plan, runners))
    .join('\n');
}

/** The plans of clusters, each with what is paid while no job runs and at the limits. */
export function printPlannedClusters(clusters: readonly PlannedCluster[]): string {
  return clusters
    .filter(({ plans }) => plans.length > 0)
    .map(({ cluster, plans, cost }) => {
      const { cluster: name, cost: shown } = visibleTexts({ cluster, cost });
      const lines = [
        `${name === undefined ? '' : `${name}: `}Cost ${pricesOf(shown)}.`,
        ...floorLines(shown),
        ...ceilingLines(shown),
        '',
      ];
      return [printPlans(plans, shown.runners), lines.join('\n')].join('\n');
    })
    .join('\n');
}

function planText(plan: BurstPlan, runners: readonly RunnerCost[]): string {
  const { question, terms } = plan;
  const short = terms.filter(({ allows }) => allows < question.jobs);
  const [binding] = terms;
  const verdict =
    short.length === 0
      ? `${question.jobs === 1 ? 'the job runs' : `all ${question.jobs} run at once`}; ${binding.name} binds next, at ${binding.allows}`
      : `${binding.name} binds: ${binding.allows} of ${jobs(question.jobs)} run at once`;
  const machines = plan.machines.map(({ name, count }) => `${count} x ${name}`).join(' and ');
  const rows = terms.map(({ name, allows, because }) => [`  ${name}`, formatCount(allows), because]);
  return [
    `${plan.runner}: ${verdict}`,
    ...alignedLines(rows, [1]),
    ...short.map(({ raise }) => `  raise ${raise}`),
    `  ${jobs(question.jobs)}: ${machines}, ${priceOf(plan)}, ${plan.vcpus} vCPUs, ${plan.addresses} addresses, ${plan.apiRequestsAtStart.toFixed(0)} requests a second to the Kubernetes API while they start, ${plan.apiRequestsPerSecond.toFixed(0)} for the state of pods afterwards`,
    ...minuteLines(runners.find(({ name }) => name === plan.runner)),
    '',
  ].join('\n');
}

/** What a minute of one of these jobs costs. */
function minuteLines(runner: RunnerCost | undefined): readonly string[] {
  if (runner?.usdPerMinuteAlone === undefined) return [];
  const { usdPerMinuteAlone: alone, usdPerMinutePacked: packed, spot } = runner;
  const full = packed === undefined ? '' : `, ${packed.toFixed(5)} on a full node`;
  const onSpot = spot === undefined ? '' : `; alone on its node ${minuteOf(runner)}`;
  return [`  a minute of a job: USD ${alone.toFixed(5)} alone on its node${full}${onSpot}`];
}

/** What the machines cost; a sum with a price that is not known is not known. */
function priceOf(plan: BurstPlan): string {
  if (!Number.isFinite(plan.usdPerHour)) return 'what they cost is not known';
  return `USD ${plan.usdPerHour.toFixed(2)} an hour on demand${feeOf(plan)}`;
}

/** The part of the price that Spot does not lower. */
function feeOf({ autoModeUsdPerHour }: BurstPlan): string {
  return autoModeUsdPerHour === 0
    ? ''
    : ` with EKS Auto Mode's fee of ${autoModeUsdPerHour.toFixed(2)}, which Spot does not lower`;
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`;
}

function formatCount(allows: number): string {
  return allows === Number.POSITIVE_INFINITY ? 'any' : String(allows);
}
