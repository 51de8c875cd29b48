import type { FileLine } from '../problem';
import { nearestName } from '../values/suggest';
import { type CiNode, type CiTable, keyOf, textOf, textsIn, writtenOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { isTimeout } from './timeout';

/** Keys of a job. @see GitLab's app/assets/javascripts/editor/schema/ci.json */
const JOB_KEYS = [
  'after_script',
  'allow_failure',
  'artifacts',
  'before_script',
  'cache',
  'coverage',
  'dast_configuration',
  'dependencies',
  'environment',
  'except',
  'extends',
  'hooks',
  'id_tokens',
  'identity',
  'image',
  'inherit',
  'inputs',
  'interruptible',
  'manual_confirmation',
  'needs',
  'only',
  'pages',
  'parallel',
  'publish',
  'release',
  'resource_group',
  'retry',
  'rules',
  'run',
  'script',
  'secrets',
  'services',
  'stage',
  'start_in',
  'tags',
  'timeout',
  'trigger',
  'type',
  'variables',
  'when',
];

/** Names for `retry:when`; newer ones need a newer server. @see the same schema */
const FAILURES = [
  'always',
  'api_failure',
  'archived_failure',
  'data_integrity_failure',
  'job_execution_timeout',
  'no_updates_canceling',
  'no_updates_running',
  'runner_configuration_error',
  'runner_external_dependency_failure',
  'runner_interrupted',
  'runner_system_failure',
  'runner_unsupported',
  'scheduler_failure',
  'script_failure',
  'server_timeout_canceling',
  'server_timeout_running',
  'stale_schedule',
  'stuck_or_timeout_failure',
  'stuck_pending_no_matching_runners',
  'stuck_pending_with_matching_runners',
  'unknown_failure',
  'unmet_prerequisites',
];

const REFUSED = 'GitLab does not know this name, and refuses the pipeline';

/**
 * Keys and failures of a job that are misspelled, and a retry that GitLab refuses. A name that is like none of these is not
 * judged: it may be newer than what is known here.
 */
export function shapeProblems(name: string, job: CiTable): readonly PipelineProblem[] {
  return [
    ...misspelledKeys(name, job),
    ...kindFaults(job, Object.keys(KINDS), name),
    ...retryFaults(name, keyOf(job, 'retry')),
    ...timeoutFaults(name, keyOf(job, 'timeout')),
  ];
}

/** Keys at the top whose values are of another kind than GitLab takes. */
export function topProblems(root: CiTable): readonly PipelineProblem[] {
  return kindFaults(root, ['cache', 'default', 'image', 'services', 'variables', 'workflow']);
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

/** A variable may have any of these names, but its value is no list. */
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

/** The kinds of values that keys may have, for the keys that matter here. */
const KINDS: Readonly<Record<string, readonly (CiNode['kind'] | 'text')[]>> = {
  cache: ['table', 'list'],
  default: ['table'],
  image: ['text', 'table'],
  inherit: ['table'],
  retry: ['text', 'table'],
  rules: ['list'],
  services: ['list'],
  timeout: ['text'],
  variables: ['table'],
  workflow: ['table'],
};

function kindFaults(table: CiTable, keys: readonly string[], job?: string): readonly PipelineProblem[] {
  return keys.flatMap((key) => {
    const node = keyOf(table, key);
    const kinds = KINDS[key];
    const kind = node?.kind === 'scalar' ? 'text' : node?.kind;
    // A reference that can't be found is reported by itself.
    if (node === undefined || kind === undefined || kind === 'reference' || kinds.includes(kind)) return [];
    const words = {
      found: `${key}: ${textOf(node) ?? kind}`,
      why: `the value must be a ${kinds.join(' or a ')}: GitLab refuses this pipeline`,
      fix: `write a ${kinds[0]}`,
    };
    return [problem('shape', 'error', node.at, words, job === undefined ? {} : { jobs: [job] })];
  });
}

function misspelledKeys(name: string, job: CiTable): readonly PipelineProblem[] {
  return [...job.entries].flatMap(([key, { at }]) => {
    const meant = misspelled(key, JOB_KEYS);
    if (meant === undefined) return [];
    const words = { found: key, why: REFUSED, fix: `write ${meant}` };
    return [problem('shape', 'error', at, words, { jobs: [name] })];
  });
}

function retryFaults(name: string, retry: CiNode | undefined): readonly PipelineProblem[] {
  if (retry === undefined) return [];
  const refuse = (found: string, why: string, fix: string) =>
    problem('shape', 'error', retry.at, { found, why, fix }, { jobs: [name] });
  const max = textOf(retry) ?? textOf(keyOf(retry, 'max'));
  const isCount = max === undefined || /^[0-2]$/.test(max);
  return [
    ...(isCount
      ? []
      : [refuse(`retry: ${max}`, 'GitLab starts a job again once or twice', 'write 0, 1 or 2')]),
    ...textsIn(keyOf(retry, 'when')).flatMap((failure) => {
      const meant = misspelled(failure, FAILURES);
      return meant === undefined ? [] : [refuse(`retry: ${failure}`, REFUSED, `write ${meant}`)];
    }),
  ];
}

function timeoutFaults(name: string, timeout: CiNode | undefined): readonly PipelineProblem[] {
  const written = timeout === undefined ? undefined : writtenOf(timeout);
  // Of another kind: that is reported by itself.
  if (timeout?.kind !== 'scalar' || written === undefined) return [];
  const isText = typeof timeout.value === 'string';
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

/** A known name in which each word is like that of a name; one with other words may be new. */
function misspelled(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const words = name.split('_');
  return known.find((one) => {
    const others = one.split('_');
    return (
      others.length === words.length &&
      others.every((other, index) => nearestName(words[index], [other]) !== undefined)
    );
  });
}
