import { createHash } from 'node:crypto';
import type { PipelineReport } from '../pipelines/judge-pipeline';
import type { JobVerdict } from '../pipelines/match';
import type { Offer } from '../pipelines/offer';
import type { Severity } from '../problem';
import { visible, visibleJson } from '../values/visible';

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

function jobJson({ job, state, offers }: JobVerdict): object {
  return {
    name: job.name,
    job: job.base,
    copies: job.copies,
    ...job.at,
    tags: job.tags,
    state,
    unknown: job.open,
    runners: offers.map(offerJson),
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

const SEVERITIES: Record<Severity, string> = { error: 'critical', warning: 'minor', note: 'info' };

/**
 * Problems of pipelines as GitLab shows them inline in a merge request.
 *
 * @param place path of a file from the top of the repository, which is what GitLab compares with
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function printPipelinesCodeQuality(
  reports: readonly PipelineReport[],
  place: (file: string) => string = (file) => file,
): string {
  const issues = reports.flatMap(({ problems }) =>
    problems.map(({ id, severity, at, found, why, fix, jobs }) => {
      const path = place(at.file);
      // Without the line, so that a problem that only moves is the same problem.
      const identity = [path, id, found, why, ...jobs].join('\n');
      const of = jobs.length > 0 ? `${jobs.join(', ')}: ` : '';
      return {
        check_name: id,
        description: visible(`${of}found ${found}. ${why}. Fix: ${fix}.`),
        fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 32),
        severity: SEVERITIES[severity],
        location: { path, lines: { begin: at.line } },
      };
    }),
  );
  return `${visibleJson(JSON.stringify(issues, undefined, 2))}\n`;
}
