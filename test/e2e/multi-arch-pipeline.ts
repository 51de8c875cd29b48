import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { at, fieldsOf, listOf, textOf, textsOf } from '../../lib/values/record';

/** A job of a pipeline, or an action of a workflow, ready to run. */
export interface Step {
  readonly name: string;
  /** What must have run before. */
  readonly after: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly script: string;
  /** Image that runs beside it; undefined without. */
  readonly service: string | undefined;
}

const EXAMPLE = 'examples/multi-arch-image';

/** The jobs of the example's .gitlab-ci.yml, one for each architecture where it has a matrix. */
export function pipelineJobs(): readonly Step[] {
  const pipeline = fieldsOf(load(readFileSync(`${EXAMPLE}/.gitlab-ci.yml`, 'utf8')));
  const stages = listOf(pipeline.stages).map(String);
  const jobs = Object.keys(pipeline)
    .filter((name) => at(pipeline, [name, 'script']) !== undefined)
    .map((name) => {
      const bases = [at(pipeline, [name, 'extends'])].flat().map((base) => fieldsOf(pipeline[String(base)]));
      const job = Object.assign({}, ...bases, pipeline[name]);
      const variables = Object.assign({}, ...bases.map((base) => base.variables), job.variables);
      return { name, job, variables: textsOf({ ...fieldsOf(pipeline.variables), ...variables }) };
    });
  return jobs.flatMap(({ name, job, variables }) => {
    const after = jobs
      .filter((other) => stages.indexOf(other.job.stage) < stages.indexOf(job.stage))
      .map((other) => other.name);
    const cells = listOf(at(job, ['parallel', 'matrix', 0, 'ARCH']));
    return (cells.length === 0 ? [{}] : cells.map((ARCH) => ({ ARCH: String(ARCH) }))).map((cell) => ({
      name,
      after,
      variables: { ...variables, ...cell },
      script: listOf(job.script).join('\n'),
      service: textOf(at(job, ['services', 0, 'name'])),
    }));
  });
}

/** The actions of the example's workflow for CodeCatalyst. */
export function workflowActions(): readonly Step[] {
  const workflow = fieldsOf(load(readFileSync(`${EXAMPLE}/codecatalyst.yaml`, 'utf8')));
  return Object.entries(fieldsOf(workflow.Actions)).map(([name, action]) => ({
    name,
    after: listOf(fieldsOf(action).DependsOn).map(String),
    variables: Object.fromEntries(
      listOf(at(action, ['Inputs', 'Variables']))
        .map(fieldsOf)
        .map(({ Name, Value }) => [String(Name), String(Value)]),
    ),
    script: listOf(at(action, ['Configuration', 'Steps']))
      .map((step) => String(fieldsOf(step).Run))
      .join('\n'),
    service: undefined,
  }));
}
