import { nearestName } from '../values/suggest';
import type { FleetRunner } from './fleet';
import { foundTags, type PipelineJob } from './job';
import { type PipelineProblem, problem } from './problem';

const WAITS = 'GitLab drops the job after an hour without a runner';

/** Why no runner takes a job, and what to write instead. */
export function noRunner(job: PipelineJob, fleet: readonly FleetRunner[]): PipelineProblem {
  if (fleet.length === 0)
    return said('untagged', job, {
      found: foundTags(job),
      why: `the fleet has no runner; ${WAITS}`,
      fix: 'name the fleet with --fleet or --runners',
    });
  if (job.tags.length === 0) return untagged(job, fleet);
  const all = new Set(fleet.flatMap(({ tags }) => tags ?? []));
  const unknown = job.tags.filter((tag) => !all.has(tag));
  if (unknown.length === 0) return apart(job, fleet);
  const otherCase = unknown.flatMap(
    (tag) => [...all].find((one) => one.toLowerCase() === tag.toLowerCase()) ?? [],
  );
  if (otherCase.length === unknown.length)
    return said('tag-case', job, {
      found: tagList(unknown),
      why: `runners have ${otherCase.join(', ')}, and GitLab compares tags case-sensitively; ${WAITS}`,
      fix: `write ${otherCase.join(', ')}`,
    });
  return said('tag-unknown', job, {
    found: tagList(unknown),
    why: `no runner has ${unknown.length === 1 ? 'this tag' : 'these tags'}; ${WAITS}`,
    fix: fixOf(unknown, job, fleet, all),
  });
}

function untagged(job: PipelineJob, fleet: readonly FleetRunner[]): PipelineProblem {
  const example = bestRunner(job, fleet);
  const where = job.takesDefault('tags') ? 'in the job or once in default' : 'in the job';
  return said('untagged', job, {
    found: 'no tags',
    why: `no runner takes jobs without tags; ${WAITS}`,
    fix: `${example === undefined ? '' : `write tags, for example [${tagsToWrite(example, fleet).join(', ')}], ${where}, or `}let a runner take such jobs (runUntagged: true)`,
  });
}

function apart(job: PipelineJob, fleet: readonly FleetRunner[]): PipelineProblem {
  const best = bestRunner(job, fleet);
  const lacks = job.tags.filter((tag) => !(best?.tags ?? []).includes(tag));
  return said('tags-apart', job, {
    found: tagList(job.tags),
    why: `no runner has all of them: ${best?.name} is nearest, but lacks ${lacks.join(', ')}; ${WAITS}`,
    fix: `leave ${lacks.join(', ')} out, or give ${best?.name} ${lacks.length === 1 ? 'that tag' : 'those tags'}`,
  });
}

function fixOf(
  unknown: readonly string[],
  job: PipelineJob,
  fleet: readonly FleetRunner[],
  all: ReadonlySet<string>,
): string {
  const system = otherSystem(unknown, fleet);
  if (system !== undefined)
    return `leave the job to a runner for ${system}: jobs of this fleet run on Linux. If the job does, too, write tags that a runner has together`;
  const nearest = unknown.map((tag) => nearestName(tag, all));
  if (nearest.every((one) => one !== undefined)) return `write ${nearest.join(', ')}`;
  const best = bestRunner(job, fleet);
  return best === undefined
    ? 'give a runner this tag'
    : `write tags that a runner has together, for example [${tagsToWrite(best, fleet).join(', ')}], or give a runner the tag`;
}

/** Systems by the words of tags that people give their runners. */
const SYSTEMS = [
  ['Windows', /(?:^|[^a-z])win(?:dows)?(?:$|[^a-z])/i],
  ['macOS', /(?:^|[^a-z])(?:mac(?:os)?|osx|darwin|xcode)(?:$|[^a-z])/i],
] as const;

/** The system that tags of a job name, where no runner is for it. */
export function otherSystem(tags: readonly string[], fleet: readonly FleetRunner[]): string | undefined {
  const own = fleet.flatMap((runner) => runner.tags ?? []);
  return SYSTEMS.find(
    ([, word]) => tags.some((tag) => word.test(tag)) && !own.some((tag) => word.test(tag)),
  )?.[0];
}

const ARCHES = new Set(['amd64', 'arm64', 'x86_64', 'aarch64']);

/**
 * How likely a job means a runner: by how many of the job's tags it has, then by whether it is open to all branches. A runner
 * whose tags name no architecture likely has a special purpose, and comes last.
 */
export function fitness({ tags, isProtected }: FleetRunner, job: Pick<PipelineJob, 'tags'>): number {
  const wanted = job.tags.map((tag) => tag.toLowerCase());
  const own = tags ?? [];
  // `saas-linux-medium-arm64` means arm64.
  const words = new Set(wanted.flatMap((tag) => tag.split(/[^a-z0-9_]+/)));
  const alike = own.filter(
    (tag) =>
      wanted.includes(tag.toLowerCase()) ||
      nearestName(tag, wanted) !== undefined ||
      (ARCHES.has(tag) && words.has(tag)),
  );
  return alike.length - (isProtected ? 0.5 : 0) + (own.some((tag) => ARCHES.has(tag)) ? 0.25 : 0);
}

/** The runner that the job most likely means. */
function bestRunner(job: Pick<PipelineJob, 'tags'>, fleet: readonly FleetRunner[]): FleetRunner | undefined {
  const score = (runner: FleetRunner) => fitness(runner, job);
  return fleet
    .filter(({ tags }) => (tags ?? []).length > 0)
    .reduce<FleetRunner | undefined>(
      (best, one) => (best === undefined || score(one) > score(best) ? one : best),
      undefined,
    );
}

/** The fewest tags, in their order, that together choose as few runners as all of them do. */
export function tagsToWrite(runner: FleetRunner, fleet: readonly FleetRunner[]): readonly string[] {
  const own = runner.tags ?? [];
  // A runner that has all of them can't be avoided.
  const others = fleet
    .map(({ tags }) => tags ?? [])
    .filter((tags) => !own.every((tag) => tags.includes(tag)));
  const isOwn = (tags: readonly string[]) =>
    !others.some((other) => tags.every((tag) => other.includes(tag)));
  for (const tag of own) if (isOwn([tag])) return [tag];
  for (const one of own)
    for (const other of own)
      if (one !== other && isOwn([one, other])) return own.filter((tag) => tag === one || tag === other);
  return own;
}

function tagList(tags: readonly string[]): string {
  return `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`;
}

function said(
  rule: 'tag-unknown' | 'tag-case' | 'tags-apart' | 'untagged',
  { name, tagsAt }: PipelineJob,
  words: Pick<PipelineProblem, 'found' | 'why' | 'fix'>,
): PipelineProblem {
  return problem(rule, 'error', tagsAt, words, { jobs: [name] });
}
