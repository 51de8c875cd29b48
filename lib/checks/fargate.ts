import type { ObservedRunner, PlacedPod } from '../cluster/observe';
import { LARGEST_FARGATE } from '../karpenter/fargate-sizes';
import type { Check } from './check';
import type { Finding } from './finding';

/** What runs on Fargate asks for nothing that Fargate can't do. */
export const fargate: Check = {
  id: 'fargate',
  title: 'A pod that a Fargate profile selects asks for nothing that Fargate lacks, and fits what it sells.',
  run: ({ runners }) =>
    runners.flatMap((runner) => {
      const jobs = findingsOf(runner, runner.job);
      return [
        ...(jobs.length > 0 ? jobs : findingsOf(runner, runner.largestJob)),
        ...evictionFindings(runner),
        ...managerFindings(runner),
      ];
    }),
};

function findingsOf(runner: ObservedRunner, placed: PlacedPod | undefined): Finding[] {
  const { manifest, path } = runner.config;
  const within = `runners[${runner.index}].kubernetes`;
  return reasonsOf(placed).map((reason) => ({
    rule: 'fargate',
    severity: 'error' as const,
    manifest,
    path,
    within,
    ...reason,
  }));
}

/** AWS evicts pods to patch their machines, and honours budgets for a while. */
function evictionFindings({ config, index, table, job }: ObservedRunner): Finding[] {
  if (!job?.fargate || table.kubernetes.pod_disruption_budget === true) return [];
  return [
    {
      rule: 'fargate',
      severity: 'warning',
      manifest: config.manifest,
      path: config.path,
      within: `runners[${index}].kubernetes.pod_disruption_budget`,
      found: 'no budget for a job',
      why: 'AWS patches machines of Fargate by evicting their pods, running jobs among them',
      fix: 'write pod_disruption_budget = true',
    },
  ];
}

function managerFindings({ manager, managerPlaced }: ObservedRunner): Finding[] {
  if (!manager) return [];
  const path = ['spec', 'template', 'spec'];
  return reasonsOf(managerPlaced).map((reason) => ({
    rule: 'fargate',
    severity: 'error' as const,
    manifest: manager,
    path,
    ...reason,
  }));
}

function reasonsOf(placed: PlacedPod | undefined): Pick<Finding, 'found' | 'why' | 'fix'>[] {
  const on = placed?.fargate;
  if (!placed || !on) return [];
  const found = `Fargate profile ${on.profile.name}`;
  const reasons = [...on.refusals, ...(on.size === undefined ? [`it sells at most ${LARGEST_FARGATE}`] : [])];
  return reasons.map((reason) => ({
    found,
    why: `the ${placed.pod.title} runs on Fargate and stays pending: ${reason}`,
    fix: 'drop what Fargate lacks, or give the pod a label or a namespace that no profile selects',
  }));
}
