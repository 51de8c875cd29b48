import type { FileLine } from '../problem';
import { formatDuration } from '../values/duration';
import { cacheProblems } from './cache';
import { type Reason, reasonsOf } from './cause';
import { daemonProblems } from './daemon';
import type { FleetRunner } from './fleet';
import { foundTags, type PipelineJob } from './job';
import type { MatchSettings } from './match-settings';
import { mixProblems } from './mixed';
import type { Offer } from './offer';
import { openImageProblems } from './open-values';
import { overwriteProblems } from './overwrites';
import { type PipelineProblem, problem } from './problem';
import { retryProblems } from './retry';

/** What is wrong with a job, or worth a look, given the runners that may take it. */
export function jobProblems(
  job: PipelineJob,
  offers: readonly Offer[],
  settings: MatchSettings,
  fleet: readonly FleetRunner[],
): readonly PipelineProblem[] {
  const overwrites = overwriteProblems(job, offers);
  const over = overwrites.filter((one) => one.id === 'pipelines/over-ceiling' && isError(one));
  const problems = [
    ...overwrites,
    ...failing(job, offers, over),
    ...protectedOnly(job, offers, settings),
    ...mixProblems(job, offers),
    ...timeoutProblems(job, offers),
    ...policyProblems(job, offers),
    ...daemonProblems(job, offers, fleet),
    ...retryProblems(job, offers),
    ...cacheProblems(job, offers),
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

/** @param known overwrites above a ceiling, for which the runner fails the job too: they are reported with their lines */
function failing(
  job: PipelineJob,
  offers: readonly Offer[],
  known: readonly PipelineProblem[],
): readonly PipelineProblem[] {
  return offers.flatMap((offer) => {
    const { name } = offer.runner;
    const reported = known.filter(({ runners }) => runners.includes(name)).map(({ at }) => at);
    return reasonsOf(job, offer)
      .filter((reason) => !isKnown(reason, reported))
      .map((reason) => failure(job, name, reason));
  });
}

function isKnown({ rule, cause }: Reason, reported: readonly FileLine[]): boolean {
  if (rule !== 'refused') return false;
  return cause === undefined ? reported.length > 0 : reported.some((at) => isSame(at, cause.at));
}

function failure(job: PipelineJob, runner: string, { rule, why, cause }: Reason): PipelineProblem {
  const isRefused = rule === 'refused';
  const words = {
    found: cause?.found ?? foundTags(job),
    why: `a runner that may take it ({runners}) ${isRefused ? 'fails it' : 'has no node with room for its pod'}: ${why}`,
    fix: isRefused
      ? (cause?.fix ?? 'change the job, or what the runner allows')
      : 'ask for less, or write tags of a runner with larger nodes',
  };
  return problem(rule, 'error', cause?.at ?? job.at, words, { jobs: [job.name], runners: [runner] });
}

function isSame(one: FileLine, other: FileLine): boolean {
  return one.file === other.file && one.line === other.line;
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
