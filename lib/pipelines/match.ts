import type { FleetRunner } from './fleet';
import type { PipelineJob } from './job';
import { jobProblems } from './job-problems';
import type { MatchSettings } from './match-settings';
import { noRunner } from './no-runner';
import { type Offer, offerOf } from './offer';
import type { PipelineProblem } from './problem';

/** Where a job runs, or why it does not. */
export interface JobVerdict {
  readonly job: PipelineJob;
  /**
   * `runs`: every runner that may take it runs it. `may fail`: some fail it. `fails`: all do. `waits`: no runner takes it.
   * `unknown`: its tags depend on what is not here.
   */
  readonly state: 'runs' | 'may fail' | 'fails' | 'waits' | 'unknown';
  /** Runners that may take it, those that are not for protected branches first. */
  readonly offers: readonly Offer[];
  readonly problems: readonly PipelineProblem[];
}

/** Which runners take each job, what it costs there, and what is wrong with it. */
export function matchJobs(
  jobs: readonly PipelineJob[],
  fleet: readonly FleetRunner[],
  settings: MatchSettings = {},
): readonly JobVerdict[] {
  const cache = new OfferCache();
  return jobs.map((job) => verdictOf(job, fleet, settings, cache));
}

/** Offers by runner and request: jobs of a matrix mostly ask for the same. */
class OfferCache {
  private readonly known = new Map<FleetRunner, Map<string, Offer>>();

  offer(runner: FleetRunner, job: PipelineJob, request: string): Offer {
    const ofRunner = this.known.get(runner) ?? new Map<string, Offer>();
    this.known.set(runner, ofRunner);
    const offer = ofRunner.get(request) ?? offerOf(runner, job);
    ofRunner.set(request, offer);
    return offer;
  }
}

/** Everything of a job that an offer depends on. */
function requestOf({ image, services, variables, timeout, isCertain }: PipelineJob): string {
  const names = services.map(({ name, alias }) => [name, alias]);
  return JSON.stringify([image, names, [...variables], timeout?.seconds, isCertain('image')]);
}

/** Whether GitLab gives a job to a runner: it has all tags of the job, or takes jobs without any. */
export function takes({ tags, takesUntagged }: FleetRunner, job: Pick<PipelineJob, 'tags'>): boolean {
  if (job.tags.length === 0) return takesUntagged;
  return tags !== undefined && job.tags.every((tag) => tags.includes(tag));
}

function verdictOf(
  job: PipelineJob,
  fleet: readonly FleetRunner[],
  settings: MatchSettings,
  cache: OfferCache,
): JobVerdict {
  if (job.open !== undefined) return { job, state: 'unknown', offers: [], problems: [] };
  const takers = fleet.filter((runner) => takes(runner, job));
  const request = requestOf(job);
  const offers = [...takers]
    .sort((a, b) => Number(a.isProtected) - Number(b.isProtected))
    .map((runner) => cache.offer(runner, job, request));
  if (offers.length > 0) {
    const problems = jobProblems(job, offers, settings, fleet);
    return { job, state: stateOf(offers, problems), offers, problems };
  }
  // A runner with unknown tags may take it.
  const hasUnknown = fleet.some(({ tags }) => tags === undefined);
  return hasUnknown
    ? {
        job: { ...job, open: 'the tags of runners without the annotation' },
        state: 'unknown',
        offers,
        problems: [],
      }
    : { job, state: 'waits', offers, problems: [noRunner(job, fleet)] };
}

/** What fails a job that a runner takes. */
const FAILURES: ReadonlySet<string> = new Set(
  (['over-ceiling', 'refused', 'no-room', 'pull-policy', 'docker-in-docker'] as const).map(
    (rule) => `pipelines/${rule}`,
  ),
);

function stateOf(offers: readonly Offer[], problems: readonly PipelineProblem[]): JobVerdict['state'] {
  const failing = failingRunners({ problems });
  const count = offers.filter(({ runner }) => failing.has(runner.name)).length;
  if (count === 0) return 'runs';
  return count === offers.length ? 'fails' : 'may fail';
}

/** Names of the runners that take a job and fail it. */
export function failingRunners({ problems }: Pick<JobVerdict, 'problems'>): ReadonlySet<string> {
  const found = problems.filter(({ id, severity }) => FAILURES.has(id) && severity !== 'note');
  return new Set(found.flatMap(({ runners }) => runners));
}
