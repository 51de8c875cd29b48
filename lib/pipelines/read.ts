import type { SourceFile } from '../cluster/manifest';
import type { FileLine } from '../problem';
import { type Extended, extendAll } from './extends';
import { type Loading, loadFile, type UnreadInclude } from './includes';
import { inputTable } from './inputs';
import type { PipelineJob } from './job';
import { jobShapeProblems, keywordAsJob, keywordJobs, topProblems } from './job-shape';
import { cellsOf, type JobContext } from './jobs';
import { needProblems } from './needs';
import { type CiNode, type CiTable, keyOf, withoutKeys } from './node';
import { type PipelineProblem, problem } from './problem';
import type { ProjectFiles } from './project-files';
import { References } from './references';
import { type Joins, jobJoins, joinsBy, variablesOfRules } from './rules';
import { stageProblems } from './stages';

/** What is known besides the files of a project. */
export interface ReadSettings {
  /** Variables of the project, the group or a kind of pipeline, for example `CI_PIPELINE_SOURCE`. They win over the file's. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Values of the inputs of the pipeline itself. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** A pipeline as GitLab reads it. */
export interface Pipeline {
  /** The file that it starts from. */
  readonly file: string;
  /** Jobs that runners take, a cell of a matrix each. */
  readonly jobs: readonly PipelineJob[];
  /** Jobs that start a pipeline, which no runner takes. */
  readonly triggers: readonly string[];
  /** Jobs whose rules keep them out of every pipeline with the variables that are given. */
  readonly never: readonly string[];
  readonly unread: readonly UnreadInclude[];
  readonly problems: readonly PipelineProblem[];
}

/** Keys at the top that are not jobs. */
const RESERVED = new Set([
  'after_script',
  'before_script',
  'cache',
  'default',
  'image',
  'include',
  'services',
  'spec',
  'stages',
  'types',
  'variables',
  'workflow',
]);
/** One of these makes a job. */
const WORK = ['script', 'run', 'trigger'];

/**
 * Reads a pipeline with its local includes.
 *
 * @param file the `.gitlab-ci.yml`, with its path from the top of the project
 * @param project what includes of the project read
 * @returns jobs, and everything that is wrong at once; it never throws for what the files hold
 */
export function readPipeline(file: SourceFile, project: ProjectFiles, settings: ReadSettings = {}): Pipeline {
  const variables = new Map(Object.entries(settings.variables ?? {}));
  const loading: Loading = {
    project,
    variables,
    problems: [],
    unread: [],
    missing: [],
    files: new Set(),
    openFiles: new Set(),
    openIncludes: 0,
    count: 0,
  };
  const loaded = loadFile(file, inputTable(settings.inputs ?? {}, file.path), loading);
  const { problems, unread } = loading;
  const gaps = [...unread, ...loading.missing];
  const hasUnread = gaps.length > 0;
  const extended = extendAll(loaded, hasUnread, problems);
  const merged: CiTable = {
    ...loaded,
    entries: new Map([...loaded.entries].map(([name, node]) => [name, extended.get(name)?.table ?? node])),
  };
  const resolved = new References(merged, hasUnread, problems).resolve(merged) as CiTable;
  const misnamed = keywordJobs(resolved);
  const root = withoutKeys(resolved, ...misnamed);
  problems.push(...misnamed.map((name) => keywordAsJob(name, resolved.entries.get(name)?.at ?? resolved.at)));
  // The values of inputs that are missing may have any type.
  const isKnown = !problems.some(({ id }) => id === 'pipelines/inputs');
  if (isKnown) problems.push(...topProblems(root, hasUnread));
  const workflow = keyOf(keyOf(root, 'workflow'), 'rules');
  const context: JobContext = {
    root,
    given: variables,
    unread: gaps,
    workflowVariables: variablesOfRules(workflow),
    isOpenFile: (path) => loading.openFiles.has(path) && !loading.files.has(path),
    problems,
  };
  const named = [...root.entries].filter(([name]) => !RESERVED.has(name) && !name.startsWith('.'));
  if (named.length === 0 && !hasUnread && !problems.some(({ severity }) => severity === 'error'))
    problems.push(noJobs(loaded.at));
  const jobs = named.filter(([name, node]) => isJob(name, node, extended.get(name), context));
  for (const [name, node] of isKnown ? jobs : []) {
    const isOpen = hasUnread || (extended.get(name)?.missing.length ?? 0) > 0;
    problems.push(...jobShapeProblems(name, node as CiTable, isOpen));
  }
  // What is not read may list other stages, or bring the stage of a job.
  const hasOpenStages = hasUnread || loading.openFiles.size > 0 || problems.some(isGap);
  if (!hasOpenStages) problems.push(...stageProblems(root, jobs));
  const joins = new Map(
    jobs.map(([name, node]) => [name, joinsOf(node, workflow, variables, project)] as const),
  );
  const joining = (how: Joins) =>
    new Set(jobs.map(([name]) => name).filter((name) => joins.get(name) === how));
  const never = joining('never');
  if (!hasUnread && !problems.some(isFault))
    problems.push(...needProblems(root, jobs, { always: joining('always'), never, hasOpenStages }));
  const isTrigger = ([, node]: readonly [string, CiNode]) => keyOf(node, 'trigger') !== undefined;
  const isNever = ([name]: readonly [string, CiNode]) => never.has(name);
  const working = jobs.filter((job) => !isTrigger(job) && !isNever(job));
  return {
    file: file.path,
    jobs: working.flatMap(([name, node]) => cellsOf(name, node as CiTable, extended.get(name), context)),
    triggers: jobs.filter((job) => isTrigger(job) && !isNever(job)).map(([name]) => name),
    never: jobs.filter(isNever).map(([name]) => name),
    unread,
    problems,
  };
}

/** Whether a job is in a pipeline by the rules of the workflow and its own. */
function joinsOf(
  job: CiNode,
  workflow: CiNode | undefined,
  variables: ReadonlyMap<string, string>,
  project: ProjectFiles,
): Joins {
  const all = joinsBy(workflow, variables, project);
  const own = jobJoins(job, workflow !== undefined, variables, project);
  if (all === 'never' || own === 'never') return 'never';
  return all === 'may' ? 'may' : own;
}

/** Whether something is missing that the rest of the pipeline may need. */
function isGap(problem: PipelineProblem): boolean {
  return problem.notProved === true || isFault(problem);
}

/** Whether GitLab stops at it, before it looks at jobs. */
function isFault({ id }: PipelineProblem): boolean {
  const [, rule] = id.split('/');
  return ['yaml', 'include', 'inputs', 'extends', 'reference'].includes(rule);
}

function noJobs(at: FileLine): PipelineProblem {
  return problem('shape', 'error', at, {
    found: 'no jobs',
    why: 'GitLab refuses a pipeline without a job whose name does not begin with a dot',
    fix: 'write "job: { script: ... }"',
  });
}

/** Whether it is a job; what can't be one is reported, unless an include that is not read may bring the rest. */
function isJob(
  name: string,
  node: CiNode,
  extended: Extended | undefined,
  { unread, problems }: JobContext,
): boolean {
  const isWhole = node.kind === 'table' && WORK.some((key) => keyOf(node, key) !== undefined);
  if (isWhole) return true;
  if (node.kind === 'table' && (unread.length > 0 || (extended?.missing.length ?? 0) > 0)) return true;
  if (
    node.kind === 'table' &&
    problems.some(({ id, jobs }) => id === 'pipelines/extends' && jobs.includes(name))
  )
    return false;
  problems.push(
    problem(
      'shape',
      'error',
      node.at,
      {
        found: name || 'a key without a name',
        why: 'it has neither script nor run nor trigger, so it is not a job, and GitLab refuses the pipeline',
        fix: `give it a script, or call it .${name} if others extend or refer to it`,
      },
      { jobs: [name] },
    ),
  );
  return false;
}
