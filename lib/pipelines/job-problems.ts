import { formatDuration } from '../values/duration';
import { causeOf, isDaemon } from './cause';
import { foundTags, type PipelineJob } from './job';
import type { MatchSettings } from './match-settings';
import { mixProblems } from './mixed';
import type { Offer } from './offer';
import { openImageProblems } from './open-values';
import { overwriteProblems } from './overwrites';
import { type PipelineProblem, type PipelineRule, problem } from './problem';
import { cacheProblems, retryProblems } from './retry-and-cache';

/** What is wrong with a job, or worth a look, given the runners that may take it. */
export function jobProblems(
  job: PipelineJob,
  offers: readonly Offer[],
  settings: MatchSettings,
): readonly PipelineProblem[] {
  const overwrites = overwriteProblems(job, offers);
  const over = overwrites
    .filter((one) => one.id === 'pipelines/over-ceiling' && isError(one))
    .flatMap(({ runners }) => runners);
  const problems = [
    ...overwrites,
    // Above its ceiling a runner refuses the job for that, which is said with its line.
    ...failing(job, offers).filter(({ runners }) => !runners.every((name) => over.includes(name))),
    ...protectedOnly(job, offers, settings),
    ...mixProblems(job, offers),
    ...timeoutProblems(job, offers),
    ...policyProblems(job, offers),
    ...daemonProblems(job, offers),
    ...retryProblems(job, offers),
    ...cacheProblems(job),
    ...openImageProblems(job, offers),
  ];
  const failed = new Set(problems.filter(isError).flatMap(({ runners }) => runners));
  // Where one of the runners runs the job, what fails it on the others is a warning.
  const isSure = offers.every(({ runner }) => failed.has(runner.name));
  return problems.map((one) => (isError(one) && !isSure ? { ...one, severity: 'warning' } : one));
}

function isError({ severity }: PipelineProblem): boolean {
  return severity === 'error';
}

function failing(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  return offers.flatMap((offer) => {
    const { runner, refusal, noRoom } = offer;
    const why = refusal ?? noRoom;
    if (why === undefined) return [];
    const rule: PipelineRule = refusal !== undefined ? 'refused' : 'no-room';
    const cause = causeOf(job, offer);
    return [
      problem(
        rule,
        'error',
        cause?.at ?? job.at,
        {
          found: cause?.found ?? foundTags(job),
          why: `a runner that may take it ({runners}) ${refusal !== undefined ? 'fails it' : 'has no node with room for its pod'}: ${why}`,
          fix:
            refusal !== undefined
              ? (cause?.fix ?? 'change the job, or what the runner allows')
              : 'ask for less, or write tags of a runner with larger nodes',
        },
        { jobs: [job.name], runners: [runner.name] },
      ),
    ];
  });
}

function protectedOnly(
  job: PipelineJob,
  offers: readonly Offer[],
  { isProtected }: MatchSettings,
): readonly PipelineProblem[] {
  if (isProtected || job.isForProtectedRefs || offers.some(({ runner }) => !runner.isProtected)) return [];
  return [
    problem(
      'protected-only',
      'warning',
      job.tagsAt,
      {
        found: foundTags(job),
        why: `only protected runners take it ({runners}): on a branch or tag that is not protected it waits and is dropped`,
        fix: 'give it rules for protected branches, for example if: $CI_COMMIT_REF_PROTECTED == "true", or tags of another runner; pass --protected if all pipelines run for such branches',
      },
      { jobs: [job.name], runners: offers.map(({ runner }) => runner.name) },
    ),
  ];
}

function timeoutProblems(
  { timeout, name }: PipelineJob,
  offers: readonly Offer[],
): readonly PipelineProblem[] {
  if (timeout === undefined) return [];
  return offers.flatMap(({ runner }) => {
    const most = runner.maximumTimeoutSeconds;
    if (most === undefined || timeout.seconds <= most) return [];
    return [
      problem(
        'timeout',
        'warning',
        timeout.at,
        {
          found: `timeout: ${formatDuration(Math.round(timeout.seconds))}`,
          why: `the maximum timeout of the runner ({runners}) is ${formatDuration(most)}, and the smaller one counts`,
          fix: `write ${formatDuration(most)} at most, or raise the timeout of the runner`,
        },
        { jobs: [name], runners: [runner.name] },
      ),
    ];
  });
}

/** Of a list, the policies that the runner allows count; the job fails where it allows none of them. */
function policyProblems(
  { pullPolicies, name }: PipelineJob,
  offers: readonly Offer[],
): readonly PipelineProblem[] {
  return pullPolicies.flatMap(({ at, policies }) =>
    offers.flatMap(({ runner }) => {
      const { allowed_pull_policies: listed, pull_policy: own } =
        runner.observed?.runner.table.kubernetes ?? {};
      const allowed: readonly string[] = listed && listed.length > 0 ? listed : [own ?? []].flat();
      if (allowed.length === 0 || policies.some((one) => allowed.includes(one))) return [];
      const words = {
        found: `pull_policy: ${policies.join(', ')}`,
        why: `the runner ({runners}) allows ${allowed.join(', ')} only (allowed_pull_policies), and fails a job that asks for another`,
        fix: `leave it out, or write ${allowed[0]}`,
      };
      return [problem('pull-policy', 'error', at, words, { jobs: [name], runners: [runner.name] })];
    }),
  );
}

function daemonProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  const daemon = job.services.find(({ name }) => isDaemon(name));
  if (daemon === undefined) return [];
  const isOpen = ({ runner }: Offer) => {
    const kubernetes = runner.observed?.runner.table.kubernetes;
    return (kubernetes?.service_container_security_context?.privileged ?? kubernetes?.privileged) === true;
  };
  return offers
    .filter((offer) => !isOpen(offer) && offer.runner.observed !== undefined)
    .map(({ runner }) =>
      problem(
        'docker-in-docker',
        'error',
        daemon.at,
        {
          found: `service ${daemon.name}`,
          why: 'a Docker daemon needs a privileged container, and the runner ({runners}) runs none: the daemon does not start',
          fix: 'build with rootless BuildKit or Buildah, or write tags of a runner for image builds',
        },
        { jobs: [job.name], runners: [runner.name] },
      ),
    );
}
