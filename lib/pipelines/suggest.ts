import { nearestName } from '../values/suggest';
import type { FleetRunner } from './fleet';
import { SPOT_FAILURES } from './job-keys';
import type { PipelineReport } from './judge-pipeline';
import type { JobVerdict } from './match';
import { tagsToWrite } from './no-runner';
import { type Offer, offerOf } from './offer';

/** What to write into a pipeline so that its jobs run. */
export interface Suggestion {
  /** Tags for `default`; undefined where no job lacks tags. */
  readonly defaultTags: SuggestedTags | undefined;
  readonly jobs: readonly (SuggestedTags & {
    readonly job: string;
    readonly line: number;
    readonly file: string;
  })[];
  /** Failures for `retry:when` in `default`; empty where every job on Spot has its retry. */
  readonly retry: readonly string[];
}

/** Tags with the runner that they mean. */
export interface SuggestedTags {
  readonly tags: readonly string[];
  readonly offer: Offer;
}

/** Tags for jobs that no runner takes, and the retry for those that may run on Spot, with these tags or without. */
export function suggestionFor({ jobs, fleet }: PipelineReport): Suggestion {
  const waiting = jobs.filter(({ state }) => state === 'waits');
  const untagged = waiting.filter(({ job }) => job.tags.length === 0);
  const byJob = new Map(
    waiting
      .filter(({ job }) => job.tags.length > 0)
      .map((one) => [`${one.job.base} ${one.job.tags.join()}`, one]),
  );
  const defaultTags = untagged[0] === undefined ? undefined : tagsFor(untagged[0], fleet);
  const own = [...byJob.values()].flatMap((one) => {
    const found = tagsFor(one, fleet);
    const { name: job, tagsAt } = one.job;
    return found === undefined ? [] : [{ ...found, job, line: tagsAt.line, file: tagsAt.file }];
  });
  const offers = [defaultTags?.offer, ...own.map(({ offer }) => offer)];
  const isOnSpot = offers.some((offer) => offer?.capacity?.startsWith('Spot'));
  const isMissing = jobs.some(({ problems }) => problems.some(({ id }) => id === 'pipelines/spot-retry'));
  return { defaultTags, jobs: own, retry: isOnSpot || isMissing ? SPOT_FAILURES : [] };
}

/** Tags of the best runner that runs the job: with the most of its tags, open to all branches, then the cheapest. */
function tagsFor({ job }: JobVerdict, fleet: readonly FleetRunner[]): SuggestedTags | undefined {
  const wanted = job.tags.map((tag) => tag.toLowerCase());
  const isWanted = (tag: string) =>
    wanted.includes(tag.toLowerCase()) || nearestName(tag, wanted) !== undefined;
  const ranked = fleet
    .filter(({ tags }) => (tags ?? []).length > 0)
    .map((runner) => ({
      offer: offerOf(runner, job),
      score: (runner.tags ?? []).filter(isWanted).length - (runner.isProtected ? 0.5 : 0),
    }))
    .filter(({ offer }) => offer.refusal === undefined && offer.noRoom === undefined)
    .sort(
      (a, b) => b.score - a.score || rank(a.offer) - rank(b.offer) || priceOf(a.offer) - priceOf(b.offer),
    );
  const [best] = ranked;
  return best === undefined ? undefined : { tags: tagsToWrite(best.offer.runner, fleet), offer: best.offer };
}

/** Where nothing says what a job is for, most images are for amd64. */
function rank({ arches }: Offer): number {
  return arches.length === 0 || arches.includes('amd64') ? 0 : 1;
}

function priceOf({ price }: Offer): number {
  return price?.usdPerMinute ?? Number.POSITIVE_INFINITY;
}
