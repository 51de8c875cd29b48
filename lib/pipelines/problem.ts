import type { FileLine, Problem, Severity } from '../problem';

/** What `pipelines` can say, each with what it is about. */
export const PIPELINE_RULES = {
  yaml: 'the file is not YAML that GitLab reads',
  'duplicate-key': 'a key is written twice in one table',
  shape: 'a key has a value of another type than GitLab takes',
  include: 'an include names a file that is not there',
  'not-read': 'an include that only GitLab can fetch',
  inputs: 'an input that is missing, unknown or of another type',
  extends: 'extends that GitLab refuses',
  reference: 'a !reference that GitLab refuses',
  matrix: 'parallel that GitLab refuses',
  'tag-unknown': 'a tag that no runner has',
  'tag-case': 'a tag that differs from one of a runner only in case',
  'tags-apart': 'tags that no single runner has together',
  'tag-variable': 'a tag whose variable has no value when GitLab chooses runners',
  untagged: 'a job without tags, and no runner takes such jobs',
  'protected-only': 'only protected runners take the job',
  refused: 'runners take the job and then fail it',
  'no-room': 'a runner takes the job, and no node has room for its pod',
  'mixed-arch': 'runners of several architectures may take the job',
  'mixed-spot': 'a job that runs on Spot or on demand, depending on which runner asks first',
  'mixed-price': 'a runner that costs at least twice as much may take the job',
  'over-ceiling': 'a job asks for more than the ceiling of the runner',
  'no-ceiling': 'a job asks for an amount that the runner ignores',
  'variable-unknown': 'a KUBERNETES_ variable that GitLab Runner does not know',
  timeout: 'a timeout longer than that of the runner',
  'pull-policy': 'a pull policy that the runner does not allow',
  'spot-retry': 'a job on Spot that is not retried when its node goes',
  'retry-scripts': 'a retry that also repeats failing scripts',
  'docker-in-docker': 'a Docker daemon on a runner that is not privileged',
  'cache-key': 'a cache that all jobs and branches share',
} as const;

export type PipelineRule = keyof typeof PIPELINE_RULES;

/** Something about a pipeline. */
export interface PipelineProblem extends Problem<FileLine, `pipelines/${PipelineRule}`> {
  /** Jobs that it is about, with their cells; empty where it is about the file. */
  readonly jobs: readonly string[];
  /** Runners that it is about; `why` names them where it says `{runners}` until problems are joined. */
  readonly runners: readonly string[];
}

/** What a problem is about besides its place. */
export interface About {
  readonly jobs?: readonly string[];
  readonly runners?: readonly string[];
}

/** Makes a problem of its rule. */
export function problem(
  rule: PipelineRule,
  severity: Severity,
  at: FileLine,
  { found, why, fix }: Pick<Problem, 'found' | 'why' | 'fix'>,
  { jobs = [], runners = [] }: About = {},
): PipelineProblem {
  return { id: `pipelines/${rule}`, severity, at, found, why, fix, jobs, runners };
}

/** Problems with the same words as one, at the first of their lines, with the jobs and runners of all. */
export function joined(problems: readonly PipelineProblem[]): readonly PipelineProblem[] {
  const byWords = new Map<string, PipelineProblem>();
  for (const one of problems) {
    const key = JSON.stringify([one.id, one.severity, one.found, one.why, one.fix, one.at.file]);
    const known = byWords.get(key);
    const at = known === undefined || one.at.line < known.at.line ? one.at : known.at;
    byWords.set(key, {
      ...one,
      at,
      jobs: [...new Set([...(known?.jobs ?? []), ...one.jobs])],
      runners: [...new Set([...(known?.runners ?? []), ...one.runners])],
    });
  }
  const order: readonly Severity[] = ['error', 'warning', 'note'];
  const whole = [...byWords.values()].map((one) => ({
    ...one,
    why: one.why.replace('{runners}', () => one.runners.join(', ')),
  }));
  return order.flatMap((severity) => whole.filter((one) => one.severity === severity));
}
