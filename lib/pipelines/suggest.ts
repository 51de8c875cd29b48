import type { FileLine } from '../problem';
import { hasOwnDaemon, isDaemon, isPrivileged } from './daemon';
import type { FleetRunner } from './fleet';
import type { PipelineJob } from './job';
import type { PipelineReport } from './judge-pipeline';
import { type JobVerdict, matchJobs } from './match';
import { fitness, noRunner, otherSystem, tagsToWrite } from './no-runner';
import type { Offer } from './offer';
import type { PipelineProblem } from './problem';
import { retryProblems, SPOT_FAILURES } from './retry';

/** What to write into a pipeline so that its jobs run. */
export interface Suggestion {
  /** Tags for `default`; undefined where no job lacks tags. */
  readonly defaultTags: SuggestedTags | undefined;
  readonly jobs: readonly JobTags[];
  /** Failures for `retry:when` in `default`; empty where every job on Spot that takes it from there has its retry. */
  readonly retry: readonly string[];
  /** Jobs that no runner of the fleet runs, whatever their tags. */
  readonly nowhere: readonly NowhereJob[];
  /** How many jobs can't be judged, so that nothing is suggested for them. */
  readonly unknown: number;
  /** Jobs on Spot that need the same retry themselves, because `default` does not reach them. */
  readonly jobRetries: readonly JobPlace[];
}

/** A job of the file, with the line to change. */
export interface JobPlace {
  readonly job: string;
  readonly file: string;
  readonly line: number;
}

/** A job that no runner runs, with what is in its way on the one that it most likely means. */
export interface NowhereJob extends JobPlace {
  /** Undefined where its tags are for another system than all of the fleet. */
  readonly runner: string | undefined;
  readonly problem: PipelineProblem;
}

/** Tags for one job. */
export interface JobTags extends SuggestedTags, JobPlace {
  /** The cell of its matrix; undefined where it has none. */
  readonly cell: string | undefined;
}

/** Tags with the runner that they mean. */
export interface SuggestedTags {
  readonly tags: readonly string[];
  readonly offer: Offer;
  /** Services to remove, which the runner has for every job. */
  readonly services: readonly string[];
}

/** Tags for jobs that no runner takes or runs, and the retry for those that may run on Spot, with these tags or without. */
export function suggestionFor({ jobs, fleet }: PipelineReport): Suggestion {
  const lacking = jobs
    .filter(({ state }) => state === 'waits' || state === 'fails')
    .map((one) => ({ one, found: tagsFor(one, fleet) }));
  const suggested = lacking.flatMap(({ one, found }) => (found === undefined ? [] : [{ ...found, one }]));
  const takesTags = ({ one: { job }, services }: (typeof suggested)[number]) =>
    job.tags.length === 0 && job.takesDefault('tags') && services.length === 0;
  const defaultTags = mostCommon(suggested.filter(takesTags));
  // A job is named once for each of its tags, whatever its cells.
  const byJob = new Map(
    suggested
      .filter((found) => !takesTags(found) || found.tags.join() !== defaultTags?.tags.join())
      .map((found) => [`${found.one.job.base} ${found.one.job.tags.join()}`, found]),
  );
  const own = [...byJob.values()].map(({ one, ...found }) => {
    const { name, base, tags, tagsAt } = one.job;
    // Copies of a job whose tags are the same take them from the job, not from a variable of the matrix.
    const isByCell = jobs.some(({ job }) => job.base === base && job.tags.join() !== tags.join());
    return { ...found, ...tagsAt, job: base, cell: isByCell ? name : undefined };
  });
  const lost = [
    ...jobs.filter(({ problems }) => problems.some(isSpotRetry)),
    ...suggested
      .filter(({ one, offer }) => retryProblems(one.job, [offer]).some(isSpotRetry))
      .map(({ one }) => one),
  ].map(({ job }) => job);
  const apart = lost.filter((job) => !job.takesDefault('retry'));
  return {
    defaultTags,
    jobs: own,
    nowhere: nowhereJobs(
      lacking.filter(({ found }) => found === undefined).map(({ one }) => one.job),
      fleet,
    ),
    unknown: jobs.filter(({ state }) => state === 'unknown').length,
    retry: lost.length > apart.length ? SPOT_FAILURES : [],
    jobRetries: byBase(apart, ({ retry }) => retry?.at),
  };
}

function isSpotRetry({ id }: PipelineProblem): boolean {
  return id === 'pipelines/spot-retry';
}

/** Each job of the file once, however many cells it has. */
function byBase(
  jobs: readonly PipelineJob[],
  placeOf: (job: PipelineJob) => FileLine | undefined = () => undefined,
): readonly JobPlace[] {
  return [...new Map(jobs.map((job) => [job.base, { job: job.base, ...(placeOf(job) ?? job.at) }])).values()];
}

/** What most jobs without tags need. */
function mostCommon(all: readonly SuggestedTags[]): SuggestedTags | undefined {
  const counts = new Map<string, number>();
  for (const { tags } of all) counts.set(tags.join(), (counts.get(tags.join()) ?? 0) + 1);
  const count = ({ tags }: SuggestedTags) => counts.get(tags.join()) ?? 0;
  return all.reduce<SuggestedTags | undefined>(
    (best, one) => (best === undefined || count(one) > count(best) ? one : best),
    undefined,
  );
}

/** What becomes of a job on a runner, as if it had its tags and none of the services that the runner has for every job. */
function sentTo(
  runner: FleetRunner,
  job: PipelineJob,
): { readonly verdict: JobVerdict; readonly removed: readonly string[] } {
  const removed = hasOwnDaemon(runner) ? job.services.filter(({ name }) => isDaemon(name)) : [];
  const services = job.services.filter((one) => !removed.includes(one));
  const [verdict] = matchJobs([{ ...job, services, tags: runner.tags ?? [] }], [runner]);
  return { verdict, removed: removed.map(({ name }) => name) };
}

/** Tags of the best runner that runs the job: with the most of its tags, open to all branches, then the cheapest. */
function tagsFor({ job }: JobVerdict, fleet: readonly FleetRunner[]): SuggestedTags | undefined {
  if (otherSystem(job.tags, fleet) !== undefined) return undefined;
  const ranked = fleet
    .filter(({ tags }) => (tags ?? []).length > 0)
    .flatMap((runner) => {
      // What fails there is not proposed.
      const { removed, verdict } = sentTo(runner, job);
      const { state, offers } = verdict;
      return state === 'runs' ? [{ offer: offers[0], removed, score: fitness(runner, job) }] : [];
    })
    .sort(
      (a, b) => b.score - a.score || rank(a.offer) - rank(b.offer) || priceOf(a.offer) - priceOf(b.offer),
    );
  const [best] = ranked;
  if (best === undefined) return undefined;
  return { tags: tagsToWrite(best.offer.runner, fleet), offer: best.offer, services: best.removed };
}

/** Each job of the file once, with the first error on the runner that fits it best. */
function nowhereJobs(jobs: readonly PipelineJob[], fleet: readonly FleetRunner[]): readonly NowhereJob[] {
  const found = jobs.flatMap((job): readonly NowhereJob[] => {
    // A Docker daemon starts on some runners alone.
    const hasDaemon = job.services.some(({ name }) => isDaemon(name));
    const score = (runner: FleetRunner) =>
      fitness(runner, job) + (hasDaemon && isPrivileged(runner) ? Number.MAX_SAFE_INTEGER : 0);
    const [runner] = fleet.filter(({ tags }) => (tags ?? []).length > 0).sort((a, b) => score(b) - score(a));
    if (runner === undefined) return [];
    if (otherSystem(job.tags, fleet) !== undefined)
      return [{ job: job.base, ...job.at, runner: undefined, problem: noRunner(job, fleet) }];
    const { problems } = sentTo(runner, job).verdict;
    const problem = problems.find(({ severity }) => severity === 'error');
    return problem === undefined ? [] : [{ job: job.base, ...job.at, runner: runner.name, problem }];
  });
  return [...new Map(found.map((one) => [one.job, one])).values()];
}

/** Where nothing says what a job is for, most images are for amd64. */
function rank({ arches }: Offer): number {
  return arches.length === 0 || arches.includes('amd64') ? 0 : 1;
}

function priceOf({ price }: Offer): number {
  return price?.usdPerMinute ?? Number.POSITIVE_INFINITY;
}
