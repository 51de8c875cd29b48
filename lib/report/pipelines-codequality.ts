import type { PipelineReport } from '../pipelines/judge-pipeline';
import { printIssues } from './codequality';

/**
 * Problems of pipelines as GitLab shows them inline in a merge request.
 *
 * @param place path of a file from the top of the repository, which is what GitLab compares with
 */
export function printPipelinesCodeQuality(
  reports: readonly PipelineReport[],
  place: (file: string) => string = (file) => file,
): string {
  return printIssues(
    reports.flatMap(({ problems }) =>
      problems.map(({ id, severity, at, found, why, fix, jobs }) => {
        const file = place(at.file);
        return {
          id,
          severity,
          subject: jobs.length > 0 ? `${jobs.join(', ')}: ` : '',
          found,
          why,
          fix,
          at: { file, line: at.line },
          identity: [file, id, found, why, ...jobs],
        };
      }),
    ),
  );
}
