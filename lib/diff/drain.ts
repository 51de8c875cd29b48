import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { formatDuration, parseDuration } from '../values/duration';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import type { Weight } from './rule';

/** What Kubernetes gives a pod that says nothing. */
const DEFAULT_GRACE_SECONDS = 30;

/** How what runs on nodes fares when the nodes go. */
export interface Drain {
  readonly weight: Weight;
  /** Half a sentence. */
  readonly text: string;
}

/** Seconds that the pods of a Deployment may take to stop. */
export function graceSeconds(podSpec: unknown): number {
  return Number(fieldsOf(podSpec).terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
}

/**
 * What becomes of running jobs and managers when the nodes of a pool are drained.
 * @see https://karpenter.sh/docs/concepts/disruption/
 */
export function drainOf(pool: NodePool, { runners }: Subject): Drain {
  const jobs = runners.filter((runner) => lands(runner, pool, 'job'));
  const managers = runners.filter((runner) => lands(runner, pool, 'managerPlaced'));
  if (jobs.length + managers.length === 0)
    return { weight: 'notice', text: 'no job and no manager of these runners runs there' };
  const open = jobs.filter((runner) => !isProtected(runner));
  if (open.length > 0)
    return { weight: 'disruptive', text: `running jobs of ${namesOf(open)} are not protected and are lost` };
  const what = jobs.length > 0 ? 'running jobs' : 'managers with their jobs';
  const text = textOf(pool.template.terminationGracePeriod);
  const limit = text === undefined ? undefined : parseDuration(text);
  if (limit === undefined)
    return { weight: 'notice', text: `${what} hold their node for as long as they run` };
  const longest = Math.max(...[...jobs, ...managers].map(({ managerPod }) => graceSeconds(managerPod)));
  if (limit < longest)
    return {
      weight: 'disruptive',
      text: `${what} are cut off after ${text}, and managers wait for them up to ${formatDuration(longest)}`,
    };
  return { weight: 'notice', text: `${what} may finish, for up to ${text}` };
}

/** How many nodes of a pool may be replaced at once: a number or a share, with the hours of each budget. */
export function budgetOf(pool: NodePool): string {
  const budgets = listOf(at(pool.manifest.body, ['spec', 'disruption', 'budgets'])).filter((budget) => {
    const reasons = listOf(fieldsOf(budget).reasons);
    return reasons.length === 0 || reasons.includes('Drifted');
  });
  if (budgets.length === 0) return '10%';
  const parts = budgets.map((budget) => {
    const { nodes, schedule, duration } = fieldsOf(budget);
    const when = schedule === undefined ? '' : ` (for ${duration} from ${schedule})`;
    return `${textOf(nodes) ?? '10%'}${when}`;
  });
  return parts.join(', and ');
}

function lands(runner: ObservedRunner, pool: NodePool, pod: 'job' | 'managerPlaced'): boolean {
  return landing(runner[pod]).some((placement) => placement.pool === pool);
}

function isProtected({ table }: ObservedRunner): boolean {
  const value = table.kubernetes.pod_annotations?.['karpenter.sh/do-not-disrupt'];
  return value === 'true' || (value !== undefined && parseDuration(value) !== undefined);
}

function namesOf(runners: readonly ObservedRunner[]): string {
  return [...new Set(runners.map(({ name }) => name))].join(', ');
}
