import type { FileLine } from '../problem';
import { type CiNode, type CiTable, keyOf, writtenOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { JOB, TOP } from './schema';
import { schemaProblems } from './shape';
import { isTimeout } from './timeout';

/**
 * Keywords of a job that GitLab does not know, values of another type than it takes, and keywords that exclude each other.
 *
 * @param isOpen whether a part of the job may come from what is not read here
 */
export function jobShapeProblems(name: string, job: CiTable, isOpen: boolean): readonly PipelineProblem[] {
  return [
    ...nameProblems(name, job),
    ...schemaProblems(job, JOB, { job: name, isOpen }),
    ...exclusive(name, job, 'rules', NOT_WITH_RULES),
    ...exclusive(name, job, 'trigger', NOT_WITH_TRIGGER),
  ];
}

/** Most characters of the name of a job. @see GitLab's lib/gitlab/ci/config/entry/processable.rb */
const LONGEST_NAME = 255;

function nameProblems(name: string, { at }: CiTable): readonly PipelineProblem[] {
  const { length } = [...name];
  if (length > 0 && length <= LONGEST_NAME) return [];
  const words = {
    found: length === 0 ? 'a job without a name' : `a name of ${length} characters`,
    why: `the name of a job has 1 to ${LONGEST_NAME} characters, and GitLab refuses the pipeline`,
    fix: length === 0 ? 'give it a name' : 'shorten it',
  };
  return [problem('shape', 'error', at, words, { jobs: [name.slice(0, 60)] })];
}

/** @see GitLab's lib/gitlab/ci/config/entry/processable.rb, disallowed_keys */
const NOT_WITH_RULES = ['only', 'except', 'start_in'];
/** What only jobs that a runner takes may have. @see ALLOWED_KEYS in lib/gitlab/ci/config/entry/bridge.rb */
const NOT_WITH_TRIGGER = [
  'after_script',
  'artifacts',
  'before_script',
  'cache',
  'coverage',
  'dependencies',
  'image',
  'release',
  'retry',
  'run',
  'script',
  'services',
  'tags',
  'timeout',
];

function exclusive(
  name: string,
  job: CiTable,
  key: 'rules' | 'trigger',
  others: readonly string[],
): readonly PipelineProblem[] {
  const one = keyOf(job, key);
  if (one === undefined || (one.kind === 'list' && one.items.length === 0)) return [];
  return others.flatMap((other) => {
    const node = keyOf(job, other);
    if (node === undefined) return [];
    const words = {
      found: `${other} besides ${key}`,
      why: `a job with ${key} can't have ${other}, and GitLab refuses the pipeline`,
      fix: key === 'rules' ? `write its conditions as rules, and remove ${other}` : `remove ${other}`,
    };
    return [problem('shape', 'error', node.at, words, { jobs: [name] })];
  });
}

/** Keywords at the top that are not as GitLab takes them, `default` among them. */
export function topProblems(root: CiTable, isOpen: boolean): readonly PipelineProblem[] {
  const known = [...root.entries].filter(([name]) => Object.hasOwn(TOP.table, name));
  return schemaProblems({ ...root, entries: new Map(known) }, TOP, { isOpen });
}

/** Jobs with the name of a keyword. */
export function keywordJobs(root: CiTable): readonly string[] {
  return KEYWORDS.filter((name) => {
    const node = keyOf(root, name);
    return node?.kind === 'table' && isLikeJob(name, node);
  });
}

/** No job can have one of these names. @see GitLab's lib/gitlab/ci/config/entry/root.rb, reserved */
const KEYWORDS = ['after_script', 'before_script', 'cache', 'image', 'services', 'stages', 'variables'];
/** Keys that only jobs have. */
const ONLY_OF_JOBS = ['extends', 'needs', 'rules', 'run', 'script', 'stage', 'tags', 'trigger'];

/** A variable may have any of these names, but its value is not a list. */
function isLikeJob(name: string, table: CiTable): boolean {
  const found = ONLY_OF_JOBS.flatMap((key) => keyOf(table, key) ?? []);
  return name === 'variables' ? found.some(({ kind }) => kind === 'list') : found.length > 0;
}

/** GitLab refuses a job with such a name. */
export function keywordAsJob(name: string, at: FileLine): PipelineProblem {
  const words = {
    found: `a job with the name ${name}`,
    why: 'this name is a keyword of the pipeline, and GitLab refuses a job that has it',
    fix: `give the job another name, for example ${name.replace('_', '-')}-job`,
  };
  return problem('shape', 'error', at, words, { jobs: [name] });
}

/** A timeout that is not a duration. */
export function timeoutProblems(name: string, timeout: CiNode | undefined): readonly PipelineProblem[] {
  if (timeout === undefined || timeout.kind === 'reference') return [];
  const isText = timeout.kind === 'scalar' && typeof timeout.value === 'string';
  const written = writtenOf(timeout) ?? `a ${timeout.kind}`;
  if (isText && isTimeout(written)) return [];
  const words = {
    found: `timeout: ${written}`,
    why: isText
      ? 'it is not a duration, and GitLab refuses the pipeline'
      : 'a duration is a text, and GitLab refuses other values',
    fix: 'write a duration, for example 30m or 1 hour 30 minutes',
  };
  return [problem('shape', 'error', timeout.at, words, { jobs: [name] })];
}
