import { nearestName } from '../values/suggest';
import { type CiNode, type CiTable, keyOf, textOf, textsIn, writtenOf } from './node';
import { type PipelineProblem, problem } from './problem';

/** Stages of a pipeline that lists none. */
const USUAL = ['build', 'test', 'deploy'];
/** Stages that every pipeline has. */
const [FIRST, LAST] = ['.pre', '.post'];
/** The stage of a job that names none. */
const UNNAMED = 'test';

/** The stages of a pipeline in their order. */
export function stagesOf(root: CiTable): readonly string[] {
  const listed = keyOf(root, 'stages');
  return [FIRST, ...(listed === undefined ? USUAL : textsIn(listed)), LAST];
}

/** The stage of a job; undefined where it is not a text. */
export function stageOf(job: CiNode): string | undefined {
  const own = keyOf(job, 'stage');
  return own === undefined ? UNNAMED : textOf(own);
}

/**
 * Jobs of stages that the pipeline does not list, by their stage.
 *
 * @param jobs jobs and triggers with `extends` merged
 */
export function stageProblems(
  root: CiTable,
  jobs: readonly (readonly [name: string, job: CiNode])[],
): readonly PipelineProblem[] {
  const stages = stagesOf(root);
  return jobs.flatMap(([name, job]) => {
    const own = keyOf(job, 'stage');
    const stage = stageOf(job);
    if (stage === undefined || stages.includes(stage)) return [];
    const nearest = own === undefined ? undefined : nearestName(stage, stages);
    const words = {
      found: own === undefined ? 'no stage' : `stage: ${writtenOf(own)}`,
      why: `${own === undefined ? `a job without a stage is in ${UNNAMED}, which` : 'this stage'} is not among those of the pipeline (${stages.join(', ')}), and GitLab refuses it`,
      fix:
        nearest === undefined ? `write one of these stages, or add ${stage} to stages` : `write ${nearest}`,
    };
    return [problem('shape', 'error', own?.at ?? job.at, words, { jobs: [name] })];
  });
}
