import { graceSeconds } from '../cluster/grace';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { nodeLife } from '../karpenter/node-life';
import { formatDuration, parseDuration } from '../values/duration';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { jobSeconds, protectedSeconds } from './job-time';
import type { Comparison, Weight } from './rule';

/** How what runs on nodes fares when the nodes go. */
export interface Drain {
  readonly weight: Weight;
  /** Half a sentence. */
  readonly text: string;
}

/** A pool at both sides of a change; `after` is undefined where it goes. */
export interface PoolSides {
  readonly before: NodePool;
  readonly after: NodePool | undefined;
}

/**
 * What becomes of running jobs and managers when the nodes of a pool are drained, by the weaker of both sides: pods and nodes
 * that are there were made by the earlier one, and those that come while a drain lasts, by the later one.
 * @see https://karpenter.sh/docs/concepts/disruption/
 */
export function drainOf({ before, after }: PoolSides, comparison: Comparison): Drain {
  const now = drainIn(before, comparison.before, comparison);
  const later = after && drainIn(after, comparison.after, comparison);
  return later?.weight === 'disruptive' && now.weight !== 'disruptive' ? later : now;
}

function drainIn(pool: NodePool, { runners }: Subject, comparison: Comparison): Drain {
  const jobs = runners.filter((runner) => lands(runner, pool, 'job'));
  const managers = runners.filter((runner) => lands(runner, pool, 'managerPlaced'));
  if (jobs.length + managers.length === 0)
    return { weight: 'notice', text: 'no job and no manager of these runners runs there' };
  const open = jobs.filter((runner) => protectedSeconds(runner) < jobSeconds(runner.manager, comparison));
  if (open.length > 0)
    return { weight: 'disruptive', text: `running jobs of ${namesOf(open)} are not protected and are lost` };
  const what = jobs.length > 0 ? 'running jobs' : 'managers with their jobs';
  const text = nodeLife(pool.template).terminationGracePeriod;
  const limit = text === undefined ? undefined : parseDuration(text);
  if (limit === undefined)
    return { weight: 'notice', text: `${what} hold their node for as long as they run` };
  const all = [...jobs, ...managers];
  const waits = Math.max(...all.map(({ managerPod }) => graceSeconds(managerPod)));
  const longest = Math.max(...all.map(({ manager }) => jobSeconds(manager, comparison)));
  if (limit >= Math.max(waits, longest))
    return { weight: 'notice', text: `${what} may finish, for up to ${text}` };
  const rest =
    limit < waits
      ? `managers wait for them up to ${formatDuration(waits)}`
      : `jobs may take ${formatDuration(longest)}`;
  return { weight: 'disruptive', text: `${what} are cut off after ${text}, and ${rest}` };
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

function namesOf(runners: readonly ObservedRunner[]): string {
  return [...new Set(runners.map(({ name }) => name))].join(', ');
}
