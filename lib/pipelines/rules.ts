import { exists } from './exists';
import { evaluate } from './expression';
import { type CiNode, flatItems, itemsOf, keyOf, textOf, textsIn } from './node';
import { passesOnly } from './only';
import type { ProjectFiles } from './project-files';

/** Whether a job joins a pipeline: always or never, as far as rules say, or by what only GitLab knows. */
export type Joins = 'always' | 'never' | 'may';

/**
 * What rules decide with the variables that are given. Variables of the file decide nothing: those of a project or of who
 * starts a pipeline win over them.
 *
 * @param rules `rules` of a job, of `workflow` or of an include; undefined where there are none
 * @param project what `exists` looks at; without it, `exists` decides nothing
 */
export function joinsBy(
  rules: CiNode | undefined,
  given: ReadonlyMap<string, string>,
  project?: ProjectFiles,
): Joins {
  const list = flatItems(rules);
  if (list.length === 0) return 'always';
  const open = list
    .map((rule) => ({
      isNever: textOf(keyOf(rule, 'when')) === 'never',
      applies: appliesTo(rule, given, project),
    }))
    .filter(({ applies }) => applies !== false);
  // The first rule that applies decides, and what comes before it may.
  const last = open.findIndex(({ applies }) => applies === true);
  const results = open.slice(0, last < 0 ? open.length : last + 1).map(({ isNever }) => isNever);
  if (last < 0) results.push(true);
  if (results.every((isNever) => isNever)) return 'never';
  return results.some((isNever) => isNever) ? 'may' : 'always';
}

/**
 * What decides whether a job is in a pipeline: its rules; without any, its `only` and `except`, for which GitLab has usual
 * values unless the workflow has rules.
 */
export function jobJoins(
  job: CiNode,
  hasWorkflowRules: boolean,
  given: ReadonlyMap<string, string>,
  project?: ProjectFiles,
): Joins {
  const rules = keyOf(job, 'rules');
  if (rules !== undefined) return joinsBy(rules, given, project);
  const hasPolicy = keyOf(job, 'only') !== undefined || keyOf(job, 'except') !== undefined;
  if (hasWorkflowRules && !hasPolicy) return 'always';
  const passes = passesOnly(job, given);
  return passes === undefined ? 'may' : passes ? 'always' : 'never';
}

function appliesTo(
  rule: CiNode,
  given: ReadonlyMap<string, string>,
  project: ProjectFiles | undefined,
): boolean | undefined {
  const condition = textOf(keyOf(rule, 'if'));
  const parts = [
    condition === undefined ? true : evaluate(condition, given),
    keyOf(rule, 'changes') === undefined ? true : undefined,
    exists(keyOf(rule, 'exists'), given, project),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** What a condition names that is usually of protected branches and tags alone. */
const GUARDED =
  /\$CI_COMMIT_REF_PROTECTED\s*==\s*["']?true|\$CI_COMMIT_BRANCH\s*==\s*\$CI_DEFAULT_BRANCH|\$CI_COMMIT_TAG\b(?!\s*(?:==\s*null|!~))/;
const GUARDED_REFS = new Set(['main', 'master', 'tags', 'production', 'release']);

/** Whether a job runs for the default branch, tags or protected refs alone, as far as its rules say. */
export function isForProtectedRefs(job: CiNode): boolean {
  const rules = flatItems(keyOf(job, 'rules')).filter((rule) => textOf(keyOf(rule, 'when')) !== 'never');
  if (rules.length > 0) return rules.every((rule) => GUARDED.test(textOf(keyOf(rule, 'if')) ?? ''));
  const only = keyOf(job, 'only');
  const refs = textsIn(only?.kind === 'table' ? keyOf(only, 'refs') : only);
  return refs.length > 0 && refs.every((ref) => GUARDED_REFS.has(ref));
}

/** Names of variables that some rule sets: a tag that names one has no value of it, or only sometimes. */
export function variablesOfRules(rules: CiNode | undefined): ReadonlySet<string> {
  const names = itemsOf(rules)
    .flatMap((rule) => (rule.kind === 'list' ? rule.items : [rule]))
    .flatMap((rule) => {
      const variables = keyOf(rule, 'variables');
      return variables?.kind === 'table' ? [...variables.entries.keys()] : [];
    });
  return new Set(names);
}
