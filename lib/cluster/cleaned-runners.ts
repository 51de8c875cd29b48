import { CLEANUP_VARIABLES } from '../contract';
import { at, fieldsOf } from '../values/record';
import { longestJobSeconds } from './longest-job';
import { namespaceOfJobs } from './namespaces';
import type { ObservedRunner } from './observe';
import { deletesIn, type OrphanCleanup } from './orphan-cleanup';
import { fleetOf } from './tiers';

/** Seconds that every pod has for being deleted by its own manager, whatever the grace of the cleanup. */
const LEAST_GRACE_SECONDS = 60;
/** What the runner takes for `poll_timeout` that is not set. */
const DEFAULT_POLL_SECONDS = 180;

/** Whether a cleanup deletes orphaned pods of a runner. */
export function cleansUpAfter(cleanup: OrphanCleanup, runner: ObservedRunner): boolean {
  return deletesIn(cleanup, namespaceOfJobs(runner), runner.job?.pod.labels ?? {});
}

/** Whether a cleanup is that of the fleet of a runner. */
export function isOfFleet({ manifest }: OrphanCleanup, runner: ObservedRunner): boolean {
  const fleet = at(manifest.body, ['metadata', 'labels', 'app.kubernetes.io/part-of']);
  return fleet !== undefined && fleet === fleetOf(runner);
}

/** Seconds that a job pod of a runner may be there beyond its deadline: until it starts, and from its end. */
export function neededSpare({ table: { kubernetes } }: ObservedRunner): number {
  const { poll_timeout: poll, pod_termination_grace_period_seconds: grace } = kubernetes;
  return (poll ?? DEFAULT_POLL_SECONDS) + (grace ?? 30) + LEAST_GRACE_SECONDS;
}

/** Why a cleanup deletes pods of jobs that still run, as half a sentence; undefined where it doesn't. */
export function tooEarlyFor(cleanup: OrphanCleanup, runner: ObservedRunner): string | undefined {
  const { longestJobSeconds: longest, spareSeconds: spare } = cleanup;
  const needed = neededSpare(runner);
  // What is no number is too little, too.
  if (!(spare >= needed))
    return `${CLEANUP_VARIABLES.spare} is ${spare}, and its job pods may take ${needed} s to start and to end`;
  const job = longestJobSeconds(runner.manager);
  // A pod with a deadline of its own is judged by that.
  if (!hasDeadline(runner) && !(longest >= job))
    return `${CLEANUP_VARIABLES.longestJob} is ${longest}, its jobs may take ${job} s, and their pods have no deadline of their own`;
  return undefined;
}

/** Whether job pods of a runner have the timeout of their job as a deadline of their own. */
export function hasDeadline(runner: ObservedRunner): boolean {
  return fieldsOf(runner.job?.spec).activeDeadlineSeconds !== undefined;
}
