import type { FleetRunner } from '../pipelines/fleet';
import { type JobVerdict, matchJobs } from '../pipelines/match';
import type { Pipeline } from '../pipelines/read';
import { firstFew, type Impact } from './rule';

/** What becomes of jobs that ran, with the sentence for one of them and for several. */
const RESULTS = [
  { state: 'waits', one: 'has no runner any more, and waits', many: 'have no runner any more, and wait' },
  {
    state: 'fails',
    one: 'fails on every runner that takes it',
    many: 'fail on every runner that takes them',
  },
] as const;

/**
 * Jobs of pipelines that a runner took before a change and that none takes, or every one fails, after it.
 *
 * @param pipelines as they are read now
 * @param before all runners before the change, of every cluster
 * @param after all runners after it
 */
export function pipelineJobImpacts(
  pipelines: readonly Pipeline[],
  before: readonly FleetRunner[],
  after: readonly FleetRunner[],
): readonly Impact[] {
  return pipelines.flatMap(({ file, jobs }): Impact[] => {
    const old = matchJobs(jobs, before);
    const now = matchJobs(jobs, after).filter((_, index) => ['runs', 'may fail'].includes(old[index].state));
    return RESULTS.flatMap(({ state, one, many }) => {
      const worse = now.filter((verdict) => verdict.state === state);
      if (worse.length === 0) return [];
      const names = firstFew(worse.map(({ job }) => job.name));
      const what = worse.length === 1 ? `The job ${names} ${one}.` : `The jobs ${names} ${many}.`;
      return [{ id: 'pipeline-jobs', weight: 'notice', object: file, what, why: reasonOf(worse[0]) }];
    });
  });
}

/** Why the first of them does: the others mostly have the same cause. */
function reasonOf({ job, problems }: JobVerdict): string {
  const cause = problems.find(({ severity }) => severity === 'error');
  if (cause === undefined) return `${job.name} ran before.`;
  return `${job.name}: ${cause.found}; ${cause.why.replace('{runners}', () => cause.runners.join(', '))}.`;
}
