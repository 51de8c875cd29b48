import { OVERWRITES } from '../../cluster/job-choices';
import { displayName } from '../../cluster/manifest';
import type { ObservedRunner } from '../../cluster/observe';
import { matchesGlob } from '../../values/glob';
import { linearPattern } from '../../values/linear-pattern';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import type { Comparison, Rule } from '../rule';
import { all } from './all-names';
import { isKnownRunner, peersOf } from './peers';
import { runnerPairs } from './runner-pairs';

/** Configs that let jobs have more, or that run more in every job. */
export const jobChoices: Rule = {
  id: 'job-choices',
  title: 'A config.toml that leaves more to jobs, or runs other code in each of them, opens what it held.',
  run: (comparison) =>
    runnerPairs(comparison).flatMap(({ before, after }) => {
      const [old, now] = [before, after].map((runner) => fieldsOf(runner?.table));
      const usual = peersOf(after, comparison.before).map(({ table }) => fieldsOf(table));
      const known = before ? [old] : usual;
      const parts = [
        ...patternParts(old, now),
        ...listParts(known, now),
        ...switchParts(old, now),
        ...pullParts(known, now),
        ...labelParts(known, now),
        ...otherParts(known[0], now, before !== undefined),
        ...lostParts(known, now),
        ...(before?.name === after.name || isKnownRunner(after, comparison.before)
          ? []
          : accountParts(now, comparison)),
      ];
      if (parts.length === 0) return [];
      const what = `Jobs of the runner get more: ${all(parts)}.`;
      const why = 'It is what anybody who may push to a project of this runner can use.';
      return [{ id: 'job-choices', weight: 'security', object: nameOf(after), what, why }];
    }),
};

function nameOf({ config }: ObservedRunner): string {
  return displayName(config.manifest);
}

const KUBERNETES = (table: Fields) => fieldsOf(table.kubernetes);

function patternParts(before: Fields, after: Fields): string[] {
  return OVERWRITES.flatMap((key) => {
    const [old, now] = [before, after].map((table) => textOf(KUBERNETES(table)[key]) ?? '');
    if (now === '' || now === old || isNarrower(now, old)) return [];
    return [`${key} is ${now}, before ${old === '' ? 'nothing' : old}`];
  });
}

/** Whether every value that a pattern allows is one that another one allows too, as far as that shows. */
function isNarrower(now: string, old: string): boolean {
  if (old === '') return false;
  if (['.*', '^.*$', '.+', '^.+$'].includes(old)) return true;
  // One that can't be compiled here is not known to be wider.
  const pattern = linearPattern(old);
  return (pattern && literalsOf(now)?.every((value) => pattern.test(value))) ?? false;
}

/** The values of a pattern that lists them, for example `^(a|b)$`. */
function literalsOf(pattern: string): readonly string[] | undefined {
  const inner = /^\^(?:\((?:\?:)?([^()]*)\)|([^()|]*))\$$/.exec(pattern);
  const values = (inner?.[1] ?? inner?.[2])?.split('|');
  const isLiteral = (text: string) => /^(?:[\w=:/, -]|\\[.\-/])*$/.test(text);
  return values?.every(isLiteral) ? values.map((value) => value.replaceAll('\\', '')) : undefined;
}

/** Lists that allow everything where they are empty, with what that is. */
const LISTS = {
  allowed_images: 'any image',
  allowed_services: 'any image of a service',
  allowed_users: 'any user but root',
  allowed_groups: 'any group but root',
  allowed_pull_policies: 'what pull_policy says',
} as const;

/** @param before tables of which each is to be as wide for a new one to be nothing new */
function listParts(before: readonly Fields[], after: Fields): string[] {
  return Object.entries(LISTS).flatMap(([key, anything]) => {
    const now = listOf(KUBERNETES(after)[key]).map(String);
    const olds = before.map((table) => listOf(KUBERNETES(table)[key]).map(String));
    if (olds.length === 0 || olds.some((old) => !isWider(key, now, old))) return [];
    const show = (list: readonly string[]) => (list.length === 0 ? anything : all(list, ', '));
    return [`${key} allows ${show(now)}, before ${show(olds[0])}`];
  });
}

function isWider(key: string, now: readonly string[], old: readonly string[]): boolean {
  if (key === 'allowed_pull_policies')
    return now.some((policy) => policy !== 'always' && !old.includes(policy));
  const isOfIds = key === 'allowed_users' || key === 'allowed_groups';
  // The executor makes a number of what a job says, so that 00 is root too.
  if (old.length === 0) return isOfIds && now.some((id) => /^0+$/.test(id));
  return now.length === 0 || now.some((one) => !old.some((pattern) => holdsPattern(pattern, one)));
}

/** Whether a pattern of images holds all that another one allows. */
function holdsPattern(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (!/[*?{}[\]\\]/.test(narrow)) return matchesGlob(wide, narrow, '/');
  const [, prefix] = /^([^*?{}[\]\\]*)\*\*$/.exec(wide) ?? [];
  return prefix !== undefined && narrow.startsWith(prefix);
}

/** Settings of one word that open something, each with the values that do. */
const SWITCHES: readonly (readonly [path: readonly string[], opens: unknown, does: string])[] = [
  [['kubernetes', 'bearer_token_overwrite_allowed'], true, 'they may bring the token that makes their pods'],
  [['cache', 'Shared'], true, 'they share their cache with those of other runners'],
  [['cache', 's3', 'Insecure'], true, 'their cache travels unencrypted'],
];

function switchParts(before: Fields, after: Fields): string[] {
  const opened = SWITCHES.filter(([path, opens]) => at(after, path) === opens && at(before, path) !== opens);
  return opened.map(([, , does]) => does);
}

/** @param before tables of which each holds jobs to images that they may pull for a new one to be laxer */
function pullParts(before: readonly Fields[], after: Fields): string[] {
  const policies = policiesOf(after);
  // The first policy is tried first; those after it are what happens when it fails.
  const isLaxer = (old: readonly string[]) =>
    (old.every(isAlways) && !policies.every(isAlways)) || (isAlways(old[0]) && !isAlways(policies[0]));
  if (before.length === 0 || !before.map(policiesOf).every(isLaxer)) return [];
  return [`pull_policy is ${policies.join(', ')}: they may use images that others pulled to the node`];
}

/** The policies of a config. The API server makes IfNotPresent of none, for an image with a tag. */
function policiesOf(table: Fields): readonly string[] {
  const policies = [KUBERNETES(table).pull_policy ?? []].flat().map(String);
  return policies.some((policy) => policy !== '') ? policies : ['not set, which is if-not-present'];
}

const isAlways = (policy: string) => policy === 'always';

/**
 * Labels of job pods whose value a job chooses by a variable: what network policies and Fargate profiles select.
 * @param before tables of which each has none of them for a label to be new
 */
function labelParts(before: readonly Fields[], after: Fields): string[] {
  const chosenIn = (table: Fields) =>
    Object.entries(textsOf(KUBERNETES(table).pod_labels))
      .filter(([, value]) => value.includes('$'))
      .map(([key, value]) => `${key} = ${value}`);
  const known = new Set(before.flatMap(chosenIn));
  const chosen = before.length === 0 ? [] : chosenIn(after).filter((label) => !known.has(label));
  return chosen.length === 0 ? [] : [`they choose labels of their pods: ${all(chosen, ', ')}`];
}

/** The account of a new runner: whoever may use the runner has its rights, whether others had them or nobody. */
function accountParts(after: Fields, { before }: Comparison): string[] {
  const account = textOf(KUBERNETES(after).service_account) ?? '';
  if (before.runners.length === 0 || account === '' || account === 'default') return [];
  return [`the rights of the ServiceAccount ${account}`];
}

/** Code that runs in every job, and where its names resolve. */
const CODE = [
  'pre_get_sources_script',
  'post_get_sources_script',
  'pre_clone_script',
  'post_clone_script',
  'pre_build_script',
  'post_build_script',
];
const NAMES = ['host_aliases', 'dns_policy', 'dns_config'];
/** Variables that change how code is fetched and run, as lines of `environment`. */
export const POWERFUL =
  /^(GIT_(SSL|CONFIG|SSH|PROXY|EXEC)\w*|NODE_TLS_REJECT_UNAUTHORIZED|LD_\w+|PATH|BASH_ENV|ENV|\w*_PROXY|\w*_proxy|KUBERNETES_\w*OVERWRITE\w*|DOCKER_HOST|CI_SERVER_TLS\w*)=/;

/** Names of the variables of `environment` that change how code is fetched and run. */
function powerfulIn({ environment }: Fields): readonly string[] {
  return listOf(environment).flatMap((line) =>
    POWERFUL.test(String(line)) ? String(line).split('=')[0] : [],
  );
}

/**
 * What every job had, and has no more: a script may check what is built, names may lead jobs to where they are allowed, and a
 * variable may say whom they trust.
 * @param before tables of which each has it, for a new one to lack it
 */
function lostParts(before: readonly Fields[], after: Fields): string[] {
  const isLost = (value: (table: Fields) => unknown) =>
    before.length > 0 && before.every((table) => isSet(value(table))) && !isSet(value(after));
  const scripts = CODE.filter((key) => isLost((table) => table[key]));
  const names = NAMES.filter((key) => isLost((table) => KUBERNETES(table)[key]));
  const [first, ...others] = before.map(powerfulIn);
  const now = powerfulIn(after);
  const variables = (first ?? []).filter(
    (name) => !now.includes(name) && others.every((list) => list.includes(name)),
  );
  return [
    ...scripts.map((key) => `${key} no longer runs in each of them`),
    ...names.map((key) => `${key} no longer says where names lead`),
    ...(variables.length > 0 ? [`the environment no longer sets ${all([...new Set(variables)], ', ')}`] : []),
  ];
}

function isSet(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function otherParts(before: Fields | undefined, after: Fields, isKnown: boolean): string[] {
  const isOther = (value: (table: Fields) => unknown) =>
    value(after) !== undefined && JSON.stringify(value(after)) !== JSON.stringify(before && value(before));
  const scripts = CODE.filter((key) => after[key] !== '' && isOther((table) => table[key]));
  const names = NAMES.filter((key) => isOther((table) => KUBERNETES(table)[key]));
  const known = listOf(before?.environment).map(String);
  const variables = listOf(after.environment)
    .map(String)
    .filter((one) => POWERFUL.test(one) && !known.includes(one))
    .map((one) => one.split('=')[0]);
  const [old, now] = [before, after].map((table) => textOf(table?.url) ?? '');
  return [
    ...scripts.map((key) => `${key} is other code, which runs in each of them`),
    ...(isKnown || names.length > 0 ? names : []).map((key) => `${key} says anew where names lead`),
    ...(variables.length > 0 ? [`the environment sets ${all(variables, ', ')}`] : []),
    ...(now.startsWith('http://') && !old.startsWith('http://')
      ? ['url is http: their tokens travel unencrypted']
      : []),
  ];
}
