import type { FileLine, Problem, Severity } from '../problem';

/** Rules of `pipelines`, each with a row in docs/pipelines.md. */
export const PIPELINE_RULES = [
  'yaml',
  'duplicate-key',
  'shape',
  'include',
  'not-read',
  'inputs',
  'extends',
  'reference',
  'matrix',
  'needs',
  'tag-unknown',
  'tag-case',
  'tags-apart',
  'tag-variable',
  'untagged',
  'protected-only',
  'refused',
  'no-room',
  'mixed-arch',
  'mixed-spot',
  'mixed-price',
  'over-ceiling',
  'no-ceiling',
  'overwrite-ignored',
  'variable-unknown',
  'timeout',
  'pull-policy',
  'spot-retry',
  'retry-scripts',
  'docker-in-docker',
  'cache-key',
  'cache-lost',
] as const;

export type PipelineRule = (typeof PIPELINE_RULES)[number];

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
