import type { FleetRunner } from './fleet';
import { type JobVerdict, matchJobs } from './match';
import type { MatchSettings } from './match-settings';
import { joined, type PipelineProblem, problem } from './problem';
import type { Pipeline } from './read';

/** A pipeline against a fleet. */
export interface PipelineReport extends Omit<Pipeline, 'jobs' | 'problems'> {
  readonly jobs: readonly JobVerdict[];
  /** Errors first; those with the same words once, with all of their jobs. */
  readonly problems: readonly PipelineProblem[];
  readonly fleet: readonly FleetRunner[];
}

/** Where an include comes from, if it can be judged by itself there. */
const HOME_OF: Readonly<Record<string, string>> = {
  project: 'run this command in the project of the file, or ',
  component: 'run this command in the project of the component, or ',
};

/** Where the jobs of a pipeline run, what they cost there, and what is wrong. */
export function judgePipeline(
  pipeline: Pipeline,
  fleet: readonly FleetRunner[],
  settings: MatchSettings = {},
): PipelineReport {
  const jobs = matchJobs(pipeline.jobs, fleet, settings);
  return {
    ...pipeline,
    jobs,
    fleet,
    problems: joined([
      ...pipeline.problems,
      ...jobs.flatMap(({ problems }) => problems),
      ...pipeline.unread.map(({ at, kind, name }) => ({
        ...problem('not-read', 'note', at, {
          found: `${kind}: ${name}`,
          why:
            kind === 'local'
              ? 'its path names a variable without a known value'
              : 'only GitLab can fetch it, so its jobs and its changes to other jobs are not judged',
          fix:
            kind === 'local'
              ? 'give the variable: --variable <name>=<value>'
              : `${HOME_OF[kind] ?? ''}save the merged YAML (Build > Pipeline editor > Full configuration), and run this command on it`,
        }),
        notProved: true,
      })),
    ]),
  };
}

/** Whether every job is known to run, as far as the files say. */
export function isProved({ jobs, problems }: PipelineReport): boolean {
  return !problems.some(({ notProved }) => notProved) && jobs.every(({ state }) => state === 'runs');
}
