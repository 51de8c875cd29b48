import type { BurstPlan } from '../plan/burst';
import { visibleTexts } from '../values/visible';
import { alignedLines } from './table';

/** Plans as a person reads them: what binds, what to raise, what it costs. */
export function printPlans(plans: readonly BurstPlan[]): string {
  return visibleTexts(plans).map(planText).join('\n');
}

function planText(plan: BurstPlan): string {
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
    `  ${jobs(question.jobs)}: ${machines}, USD ${plan.usdPerHour.toFixed(2)} an hour on demand${feeOf(plan)}, ${plan.vcpus} vCPUs, ${plan.addresses} addresses, ${plan.apiRequestsAtStart.toFixed(0)} requests a second to the Kubernetes API while they start, ${plan.apiRequestsPerSecond.toFixed(0)} for the state of pods afterwards`,
    '',
  ].join('\n');
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
