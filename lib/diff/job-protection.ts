import { graceSeconds } from '../cluster/grace';
import { maximumTimeoutSeconds } from '../cluster/longest-job';
import { displayName } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { WORKLOAD_KINDS } from '../cluster/workloads';
import { formatDuration } from '../values/duration';
import { at } from '../values/record';
import { hasBudget, jobSeconds, protectedSeconds } from './job-time';
import { type Comparison, changesOf, type Impact, impact, type Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** What lets running jobs end by themselves, and holds for less time than before. */
export const jobProtection: Rule = {
  id: 'job-protection',
  title: 'What waits for running jobs waits for less time than they may take.',
  // Nodes that wait for less have drifted: pool-drifts.
  run: (comparison) => [...protectionImpacts(comparison), ...managerImpacts(comparison)],
};

/** What evicts jobs that nothing protects, and what keeps them from it. */
const ON_NODES = {
  ends: 'drift, consolidation and expiry of nodes end them',
  why: 'karpenter.sh/do-not-disrupt = "true" on job pods, or a PodDisruptionBudget, is what keeps them from being evicted.',
};
const ON_FARGATE = {
  ends: 'AWS evicts them when it patches their machines',
  why: 'A PodDisruptionBudget is what keeps pods on Fargate from being evicted.',
};

/** Jobs that something may evict from now on. */
function protectionImpacts(comparison: Comparison): Impact[] {
  const known = comparison.before.runners;
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const longest = jobSeconds(after.manager, comparison);
    const now = heldSeconds(after, after, comparison.after, longest);
    if (now >= longest) return [];
    // A new one is held to what all that are there have.
    const olds = before
      ? [heldSeconds(before, after, comparison.before, longest)]
      : known.map((runner) => heldSeconds(runner, runner, comparison.before, longest));
    if (olds.length === 0 || now >= Math.min(...olds)) return [];
    const whose = `Jobs of ${after.name}${before ? ' that start afterwards' : ', unlike those of all other runners,'}`;
    const by = after.job?.fargate ? ON_FARGATE : ON_NODES;
    const what =
      now === 0
        ? `${whose} are not protected: ${by.ends}.`
        : `${whose} are protected for ${formatDuration(now)}, and may take ${formatDuration(longest)}.`;
    const { why } = by;
    return [
      { id: 'job-protection', weight: 'disruptive', object: displayName(after.config.manifest), what, why },
    ];
  });
}

/**
 * Seconds for which a job is held where jobs of another runner run: Karpenter has no say on Fargate. Budgets, which are looked
 * for in all manifests, are asked only where the annotation holds for less than is wanted.
 */
function heldSeconds(
  runner: ObservedRunner,
  { job }: ObservedRunner,
  subject: Subject,
  wanted: number,
): number {
  const seconds = job?.fargate ? 0 : protectedSeconds(runner);
  return seconds < wanted && hasBudget(runner, subject) ? Number.POSITIVE_INFINITY : seconds;
}

/** Managers that wait for less, or that no longer say how long their jobs may take. */
function managerImpacts(comparison: Comparison): Impact[] {
  const managers = new Set(comparison.after.runners.map(({ manager }) => manager));
  return changesOf(comparison, ...WORKLOAD_KINDS).flatMap((change) => {
    const { before, after } = change;
    if (!before || !after || !managers.has(after)) return [];
    const longest = jobSeconds(after, comparison);
    const [old, now] = [before, after].map(({ body }) =>
      graceSeconds(at(body, ['spec', 'template', 'spec'])),
    );
    const said = maximumTimeoutSeconds(before);
    const isShorter = now < old && now < longest;
    const isUnsaid = said !== undefined && maximumTimeoutSeconds(after) === undefined;
    return [
      ...(isShorter
        ? [
            impact(
              'job-protection',
              'disruptive',
              change,
              `Once it is replaced, the manager waits ${formatDuration(now)} for its jobs, before ${formatDuration(old)}; what runs longer is cut.`,
              `Jobs may take ${formatDuration(longest)} until the runner has a lower maximum timeout in GitLab.`,
            ),
          ]
        : []),
      ...(isUnsaid
        ? [
            impact(
              'job-protection',
              'disruptive',
              change,
              `Nothing says any more that jobs may take ${formatDuration(said)}: what waits for them is judged by an hour.`,
              'The annotation gitlab-runner-fleet/maximum-timeout-seconds goes; the runner in GitLab keeps its maximum timeout.',
            ),
          ]
        : []),
    ];
  });
}
