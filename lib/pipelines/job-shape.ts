import { nearestName } from '../values/suggest';
import { type CiNode, type CiTable, keyOf, textOf, textsIn } from './node';
import { type PipelineProblem, problem } from './problem';

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

const REFUSED = 'GitLab knows no such name, and refuses the pipeline';

/**
 * Keys and failures of a job that are misspelled, and a retry that GitLab refuses. A name that is like none of these is not
 * judged: it may be newer than what is known here.
 */
export function shapeProblems(name: string, job: CiTable): readonly PipelineProblem[] {
  return [
    ...misspelledKeys(name, job),
    ...kindFaults(job, Object.keys(KINDS), name),
    ...retryFaults(name, keyOf(job, 'retry')),
  ];
}

/** Keys at the top whose values are of another kind than GitLab takes. */
export function topProblems(root: CiTable): readonly PipelineProblem[] {
  return kindFaults(root, ['cache', 'default', 'image', 'services', 'variables', 'workflow']);
}

/** What the values of keys are that decide here: of those alone it is said. */
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
    // A reference that can't be found is reported where it stands.
    if (node === undefined || kind === undefined || kind === 'reference' || kinds.includes(kind)) return [];
    const words = {
      found: `${key}: ${textOf(node) ?? kind}`,
      why: `it is a ${kinds.join(' or a ')}, and GitLab refuses the pipeline`,
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
