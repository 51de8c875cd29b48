import type { PipelineReport } from '../pipelines/judge-pipeline';
import { failingRunners, type JobVerdict } from '../pipelines/match';
import type { Offer } from '../pipelines/offer';
import { visibleJson } from '../values/visible';

/** Pipelines for programs. Fields are only ever added. */
export function printPipelinesJson(reports: readonly PipelineReport[]): string {
  const pipelines = reports.map(({ file, jobs, problems, triggers, never, unread }) => ({
    file,
    jobs: jobs.map(jobJson),
    triggers,
    never,
    unread: unread.map(({ at, kind, name }) => ({ ...at, kind, name })),
    problems: problems.map(({ id, at, ...one }) => ({ rule: id, ...at, ...one })),
  }));
  return `${visibleJson(JSON.stringify({ pipelines }, undefined, 2))}\n`;
}

function jobJson(verdict: JobVerdict): object {
  const { job, state, offers } = verdict;
  const failing = failingRunners(verdict);
  return {
    name: job.name,
    job: job.base,
    copies: job.copies,
    ...job.at,
    tags: job.tags,
    state,
    unknown: job.open,
    runners: offers.map((offer) => ({ ...offerJson(offer), fails: failing.has(offer.runner.name) })),
  };
}

function offerJson({ runner, pools, arches, capacity, price, size, refusal, noRoom }: Offer): object {
  const { name, isProtected, isWaiting } = runner;
  return {
    name,
    protected: isProtected,
    waitsForToken: isWaiting,
    pools,
    arches,
    capacity,
    price,
    size,
    refusal,
    noRoom,
  };
}
