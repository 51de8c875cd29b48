import type { FileLine } from '../problem';
import type { Extended } from './extends';
import type { UnreadInclude } from './includes';
import type { JobServiceName, PipelineJob } from './job';
import { timeoutProblems } from './job-shape';
import { cellName, parallelOf } from './matrix';
import { type CiNode, type CiTable, flatItems, keyOf, mergeTables, textOf, textsIn, writtenOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { isForProtectedRefs, variablesOfRules } from './rules';
import { parseTimeout } from './timeout';
import { expandKnown, inheritedVariables, namesVariable, variablesIn } from './variables';

/** What all jobs of a pipeline share. */
export interface JobContext {
  /** The pipeline with includes, extends and references resolved. */
  readonly root: CiTable;
  /** Variables of the project and of a kind of pipeline. */
  readonly given: ReadonlyMap<string, string>;
  readonly unread: readonly UnreadInclude[];
  /** Names of variables that rules of `workflow` set. */
  readonly workflowVariables: ReadonlySet<string>;
  /** Whether rules of an include may leave a file out. */
  readonly isOpenFile: (path: string) => boolean;
  readonly problems: PipelineProblem[];
}

/** Keys that `default` gives jobs. @see https://docs.gitlab.com/ci/yaml/#default */
const DEFAULT_KEYS = [
  'after_script',
  'artifacts',
  'before_script',
  'cache',
  'hooks',
  'id_tokens',
  'identity',
  'image',
  'interruptible',
  'retry',
  'services',
  'tags',
  'timeout',
];
/** The old way to write some of them, at the top. */
const TOP_KEYS = ['after_script', 'before_script', 'cache', 'image', 'services'];
/** GitLab takes fewer. @see TAGS_LIMIT in lib/gitlab/ci/config/entry/tags.rb */
const TAGS_LIMIT = 50;

/** A job, or the cells of its matrix. */
export function cellsOf(
  name: string,
  own: CiTable,
  extended: Extended | undefined,
  context: JobContext,
): readonly PipelineJob[] {
  // An input of another type than its own is reported where it is given.
  const faults = context.problems.some(({ id }) => id === 'pipelines/inputs') ? [] : context.problems;
  const { cells, copies, isMatrix } = parallelOf(name, keyOf(own, 'parallel'), faults);
  const table = withDefaults(own, context.root);
  const tags = keyOf(table, 'tags');
  context.problems.push(...timeoutProblems(name, keyOf(table, 'timeout')));
  reportTags(name, tags, context);
  const ownVariables = keyOf(own, 'variables');
  return cells.map((cell) => {
    const variables = new Map([
      ...inheritedVariables(keyOf(context.root, 'variables'), keyOf(own, 'inherit')),
      ...variablesIn(ownVariables),
      ...cell,
      // Those of the project, and of who starts the pipeline, win over the file's.
      ...context.given,
    ]);
    const expand = (text: string) => expandKnown(text, variables).text;
    const image = imageOf(keyOf(table, 'image'));
    const timeout = keyOf(table, 'timeout');
    const seconds = parseTimeout(textOf(timeout) ?? '');
    const variablesAt = placesOf(keyOf(context.root, 'variables'), ownVariables, keyOf(own, 'parallel'));
    const wanted = tagsOf(tags, { variables, variablesAt }, own, context);
    const isCertain = (key: string) =>
      extended === undefined || extended.missing.length === 0 || extended.certain.has(key);
    return {
      name: isMatrix ? cellName(name, cell) : name,
      base: name,
      copies,
      at: own.at,
      tagsAt: tags?.at ?? own.at,
      tags: wanted.tags,
      open: wanted.open ?? openTags(own, tags, extended, context),
      image: image === undefined ? undefined : expand(image),
      services: servicesOf(keyOf(table, 'services')).map((one) => ({ ...one, name: expand(one.name) })),
      variables,
      variablesAt,
      timeout: timeout !== undefined && seconds !== undefined ? { at: timeout.at, seconds } : undefined,
      pullPolicies: policiesOf(table),
      retry: keyOf(table, 'retry'),
      cache: keyOf(table, 'cache'),
      isCertain,
      takesDefault: (key) => keyOf(own, key) === undefined && inheritedKeys(own).includes(key),
      isForProtectedRefs: isForProtectedRefs(own),
      table,
    };
  });
}

/** Keys of `default` that a job inherits where it has none of its own: all, none, or those of a list. */
function inheritedKeys(job: CiTable): readonly string[] {
  const rule = keyOf(keyOf(job, 'inherit'), 'default');
  if (rule?.kind === 'scalar') return rule.value === false ? [] : DEFAULT_KEYS;
  if (rule === undefined) return DEFAULT_KEYS;
  const names = textsIn(rule);
  return DEFAULT_KEYS.filter((key) => names.includes(key));
}

/** What the job says over what `default` does, as far as it inherits. */
function withDefaults(job: CiTable, root: CiTable): CiTable {
  const defaults = keyOf(root, 'default');
  const entries = new Map(job.entries);
  for (const key of inheritedKeys(job)) {
    const value = keyOf(defaults, key) ?? (TOP_KEYS.includes(key) ? keyOf(root, key) : undefined);
    // Values replace each other as a whole; null counts as not written.
    if (value !== undefined && keyOf(job, key) === undefined) entries.set(key, value);
  }
  return { ...job, entries };
}

function reportTags(name: string, tags: CiNode | undefined, { problems }: JobContext): void {
  const items = flatItems(tags);
  const refuse = (found: string, why: string, fix: string) =>
    problems.push(problem('shape', 'error', tags?.at as FileLine, { found, why, fix }, { jobs: [name] }));
  if (tags?.kind === 'scalar') {
    const written = writtenOf(tags) ?? '';
    // An input of another type than its own is reported where it is given.
    if (!problems.some(({ id }) => id === 'pipelines/inputs'))
      refuse(`tags: ${written}`, 'tags are a list, and GitLab refuses a single value', `write [${written}]`);
    return;
  }
  const odd = items.find((item) => item.kind !== 'scalar' || typeof item.value !== 'string');
  if (tags !== undefined && odd !== undefined)
    refuse(
      `tags: ${writtenOf(odd) ?? odd.kind}`,
      'a tag is a text, and GitLab refuses other values',
      textFix(odd),
    );
  if (items.length >= TAGS_LIMIT)
    refuse(`${items.length} tags`, `GitLab takes fewer than ${TAGS_LIMIT}`, 'use fewer');
}

function textFix(odd: CiNode): string {
  if (odd.kind === 'scalar' && odd.value === null) return 'remove it';
  const written = writtenOf(odd);
  return written === undefined ? 'write a list of texts' : `write "${written}" in quotes`;
}

interface WantedTags {
  readonly tags: readonly string[];
  readonly open: string | undefined;
}

/** Variables are replaced once, before `rules:variables` are merged: a value that names another one stays as it is. */
function tagsOf(
  node: CiNode | undefined,
  { variables, variablesAt }: Pick<PipelineJob, 'variables' | 'variablesAt'>,
  job: CiTable,
  { given, workflowVariables, isOpenFile, problems }: JobContext,
): WantedTags {
  const late = variablesOfRules(keyOf(job, 'rules'));
  const isLate = (name: string) =>
    !given.has(name) &&
    (workflowVariables.has(name) || isFromOpenFile(variablesAt.get(name)?.file, job, isOpenFile));
  const expanded = textsIn(node).map((written) => ({ written, ...expandKnown(written, variables) }));
  for (const { written, text, open } of expanded) {
    if (text !== written && namesVariable(text)) problems.push(nested(written, text, node));
    for (const one of open.filter((name) => late.has(name))) problems.push(tooLate(one, node));
  }
  const open = expanded.flatMap((one) => [...one.open, ...namesIn(one.written).filter(isLate)]);
  const names = [...new Set(open)].map((name) => `$${name}`).join(', ');
  return {
    tags: [...new Set(expanded.map(({ text }) => text))],
    open: names === '' ? undefined : `the value of ${names} in its tags`,
  };
}

/** Names of variables in a text. */
function namesIn(text: string): readonly string[] {
  return expandKnown(text, new Map()).open;
}

function nested(written: string, text: string, node: CiNode | undefined): PipelineProblem {
  return problem('tag-variable', 'warning', node?.at as FileLine, {
    found: written,
    why: `GitLab replaces variables of tags once, so the job asks for the tag ${text} literally`,
    fix: 'write a variable whose value names no other',
  });
}

function tooLate(name: string, node: CiNode | undefined): PipelineProblem {
  return problem('tag-variable', 'warning', node?.at as FileLine, {
    found: `$${name}`,
    why: 'GitLab resolves tags before it merges rules:variables, so the value of the rule never reaches them',
    fix: 'set it in variables of the job, in a matrix or in workflow:rules, or write a job for each value',
  });
}

/** What the tags of a job depend on, if they are not known here. */
function openTags(
  own: CiTable,
  tags: CiNode | undefined,
  extended: Extended | undefined,
  { unread, isOpenFile }: JobContext,
): string | undefined {
  const missing = extended?.missing ?? [];
  const sources = tags === undefined ? [] : [tags, ...flatItems(tags)];
  const source = sources
    .map(({ at, origin = at.file }) => origin)
    .find((file) => isFromOpenFile(file, own, isOpenFile));
  if (source !== undefined) return `whether ${source} is included`;
  if (missing.length > 0 && !extended?.certain.has('tags')) return `what ${missing.join(', ')} brings`;
  if (keyOf(own, 'tags') !== undefined || unread.length === 0) return undefined;
  // What GitLab ships sets no default, and no tags where the file has one.
  const others = unread.filter(({ kind }) => kind !== 'template');
  const isPart = ['script', 'run'].every((key) => keyOf(own, key) === undefined);
  // A job that an include completes may get tags there, which count more than those of default.
  if (tags !== undefined && !isPart) return undefined;
  const from = isPart && tags === undefined ? unread : others;
  return from.length === 0 ? undefined : `what the include of ${from[0].name} brings`;
}

/** Whether a file may be left out while the script of the job stays. */
function isFromOpenFile(
  file: string | undefined,
  job: CiTable,
  isOpenFile: JobContext['isOpenFile'],
): boolean {
  const home = (keyOf(job, 'script') ?? keyOf(job, 'run') ?? job).at.file;
  return file !== undefined && isOpenFile(file) && !isOpenFile(home);
}

function imageOf(node: CiNode | undefined): string | undefined {
  return textOf(node) ?? textOf(keyOf(node, 'name'));
}

function servicesOf(node: CiNode | undefined): readonly JobServiceName[] {
  return flatItems(node).flatMap((one) => {
    const name = imageOf(one);
    return name === undefined ? [] : [{ name, alias: textOf(keyOf(one, 'alias')), at: one.at }];
  });
}

function policiesOf(table: CiTable): PipelineJob['pullPolicies'] {
  const images = [keyOf(table, 'image'), ...flatItems(keyOf(table, 'services'))];
  return images.flatMap((image) => {
    const node = keyOf(image, 'pull_policy');
    return node === undefined ? [] : [{ at: node.at, policies: textsIn(node) }];
  });
}

/** Where variables are set: in the job, its matrix or the top of the file. */
function placesOf(
  root: CiNode | undefined,
  own: CiNode | undefined,
  parallel: CiNode | undefined,
): ReadonlyMap<string, FileLine> {
  const rows = flatItems(keyOf(parallel, 'matrix')).filter((row): row is CiTable => row.kind === 'table');
  const tables = [root, ...rows, own].filter((one): one is CiTable => one?.kind === 'table');
  const [first, ...rest] = tables;
  if (first === undefined) return new Map();
  const all = rest.reduce(mergeTables, first);
  return new Map([...all.entries].map(([name, node]) => [name, node.at]));
}
