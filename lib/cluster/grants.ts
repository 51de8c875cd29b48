import type { Right } from '../gitlab-runner/permissions';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { AGGREGATED, BUILT_IN_ROLES, type Rule } from './built-in-roles';
import { selects } from './label-selector';
import type { Manifest } from './manifest';
import { objectsNamed, ofKind } from './of-kind';

/** A ServiceAccount; its namespace is unknown where its pod leaves it to the context. */
export interface Account {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** A binding that gives an account the rights of a role. */
export interface Grant {
  readonly binding: Manifest;
  /** Whether it names a group that everyone is in, and neither the account nor its namespace. */
  readonly isOfEveryone: boolean;
  readonly roleName: string;
  /** The role, where it is among the manifests. */
  readonly role: Manifest | undefined;
  /** What the role allows as far as it is known; undefined where nothing of it is. */
  readonly rules: readonly GrantedRule[] | undefined;
  /** Whether roles that are not among the manifests may add to it. */
  readonly isOpen: boolean;
}

export interface GrantedRule extends Rule {
  /** Whether it holds for named objects alone, which no object is that a runner makes. */
  readonly isNamed: boolean;
}

/** The account of a pod spec. `serviceAccount` is its old name, which the API server still reads. */
export function accountOf(spec: Fields): string {
  return textOf(spec.serviceAccountName) || textOf(spec.serviceAccount) || 'default';
}

/** Bindings of an account that hold in a namespace; in all of them alone for undefined. */
export function grantsIn(
  account: Account,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): readonly Grant[] {
  return grantsOf(account, manifests).filter(
    ({ binding }) =>
      binding.kind === 'ClusterRoleBinding' ||
      (namespace !== undefined && (binding.namespace === undefined || binding.namespace === namespace)),
  );
}

const named = new WeakMap<readonly Manifest[], ReadonlyMap<string, ReadonlySet<Manifest>>>();

/** Bindings that name an account, or any group, in their order: every manager asks. */
function bindingsNaming({ name, namespace }: Account, manifests: readonly Manifest[]): readonly Manifest[] {
  const index = named.get(manifests) ?? bySubject(manifests);
  named.set(manifests, index);
  const keys = [name, `system:serviceaccount:${namespace}:${name}`, ANY_GROUP];
  const found = new Set(keys.flatMap((key) => [...(index.get(key) ?? [])]));
  return found.size < 2 ? [...found] : bindingsAmong(manifests).filter((one) => found.has(one));
}

/** No name of a subject. */
const ANY_GROUP = '';

function bySubject(manifests: readonly Manifest[]): ReadonlyMap<string, ReadonlySet<Manifest>> {
  const index = new Map<string, Set<Manifest>>();
  for (const binding of bindingsAmong(manifests)) {
    for (const { kind, name } of listOf(binding.body.subjects).map(fieldsOf)) {
      const key = kind === 'Group' ? ANY_GROUP : String(name);
      index.set(key, (index.get(key) ?? new Set()).add(binding));
    }
  }
  return index;
}

/** All bindings of an account. */
export function grantsOf(account: Account, manifests: readonly Manifest[]): readonly Grant[] {
  return bindingsNaming(account, manifests).flatMap((binding) => {
    const subjects = listOf(binding.body.subjects).map(fieldsOf);
    const own = subjects.filter((one) => isAccount(one, account) || isGroupOf(one, account));
    if (own.length === 0) return [];
    return [{ binding, isOfEveryone: own.every(isEveryone), ...roleOf(binding, manifests) }];
  });
}

/** RoleBindings and ClusterRoleBindings. */
export function bindingsAmong(manifests: readonly Manifest[]): readonly Manifest[] {
  return ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => ofKind(manifests, kind));
}

/** Whether rules allow something; names of objects are left out. */
export function allows(rules: readonly GrantedRule[], { apiGroup, resource, verb }: Right): boolean {
  const [, subresource] = resource.split('/');
  const resources = ['*', resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return rules.some(
    (rule) =>
      !rule.isNamed &&
      rule.apiGroups.some((one) => one === '*' || one === apiGroup) &&
      rule.resources.some((one) => resources.includes(one)) &&
      rule.verbs.some((one) => one === '*' || one === verb),
  );
}

/** Whether a subject names an account; one whose namespace is unknown, by its name alone. */
export function isAccount(subject: Fields, account: Account): boolean {
  const found = serviceAccountOf(subject);
  return (
    found?.name === account.name && (found.namespace === account.namespace || account.namespace === undefined)
  );
}

/** The ServiceAccount that a subject names, by its name or as a user. */
export function serviceAccountOf({
  kind,
  name,
  namespace,
}: Fields): (Required<Account> & { readonly namespace: string }) | undefined {
  const text = textOf(name) ?? '';
  if (kind === 'ServiceAccount') return { name: text, namespace: textOf(namespace) ?? '' };
  const [, of, own] = /^system:serviceaccount:([^:]+):(.+)$/.exec(kind === 'User' ? text : '') ?? [];
  return of === undefined ? undefined : { name: own, namespace: of };
}

const ALL_ACCOUNTS = ['system:authenticated', 'system:serviceaccounts'];
const ANYBODY = ['system:unauthenticated', 'system:anonymous'];

/** Whether a subject is everyone: all ServiceAccounts, all who have signed in, or who have not. */
export function isEveryone({ kind, name }: Fields): boolean {
  return kind !== 'ServiceAccount' && [...ALL_ACCOUNTS, ...ANYBODY].includes(textOf(name) ?? '');
}

/** Groups that every ServiceAccount is in. */
function isGroupOf({ kind, name }: Fields, { namespace }: Account): boolean {
  if (kind !== 'Group') return false;
  const all = [...ALL_ACCOUNTS, `system:serviceaccounts:${namespace}`];
  return (
    all.includes(String(name)) ||
    (namespace === undefined && String(name).startsWith('system:serviceaccounts:'))
  );
}

/** What a binding refers to. */
export type Role = Pick<Grant, 'roleName' | 'role' | 'rules' | 'isOpen'>;

/** The role that a binding refers to, as far as it is known. */
export function roleOf(binding: Manifest, manifests: readonly Manifest[]): Role {
  const kind = textOf(at(binding.body, ['roleRef', 'kind']));
  const roleName = textOf(at(binding.body, ['roleRef', 'name'])) ?? '';
  const role = objectsNamed(manifests, kind ?? '', roleName).find(
    (one) =>
      kind === 'ClusterRole' ||
      one.namespace === binding.namespace ||
      one.namespace === undefined ||
      binding.namespace === undefined,
  );
  if (kind === 'ClusterRole') return { roleName, role, ...clusterRules(roleName, role, manifests) };
  return { roleName, role, rules: role && rulesOf(role), isOpen: false };
}

/** The rules of a ClusterRole, with those that others add to it by their labels. */
function clusterRules(
  name: string,
  role: Manifest | undefined,
  manifests: readonly Manifest[],
): Pick<Grant, 'rules' | 'isOpen'> {
  const others = ofKind(manifests, 'ClusterRole');
  const added = (isTaken: (labels: Readonly<Record<string, string>>) => boolean) =>
    others.filter(({ body }) => isTaken(textsOf(at(body, ['metadata', 'labels'])))).flatMap(rulesOf);
  const labels = (Object.hasOwn(AGGREGATED, name) ? AGGREGATED[name] : []).map(
    (one) => `rbac.authorization.k8s.io/aggregate-to-${one}`,
  );
  // The API server restores what is taken from its own roles.
  const builtIn = (Object.hasOwn(BUILT_IN_ROLES, name) ? BUILT_IN_ROLES[name] : []).map((rule) => ({
    ...rule,
    isNamed: false,
  }));
  const known = [...builtIn, ...added((own) => labels.some((one) => own[one] === 'true'))];
  if (role === undefined) return { rules: builtIn.length > 0 ? known : undefined, isOpen: false };
  const selectors = listOf(at(role.body, ['aggregationRule', 'clusterRoleSelectors'])).map(fieldsOf);
  // The API server puts what it aggregates in the place of the rules that stand there.
  const isAggregated = fieldsOf(role.body.aggregationRule).clusterRoleSelectors !== undefined;
  const own = isAggregated ? added((its) => selectors.some((one) => selects(one, its))) : rulesOf(role);
  return { rules: [...known, ...own], isOpen: selectors.length > 0 && builtIn.length === 0 };
}

/** The rules of a Role or ClusterRole, as they stand there. */
export function rulesOf({ body }: Manifest): GrantedRule[] {
  const texts = (value: unknown) => listOf(value).map(String);
  return listOf(body.rules).map((one) => {
    const { apiGroups, resources, verbs, resourceNames, nonResourceURLs } = fieldsOf(one);
    const paths = texts(nonResourceURLs).map((path) => (path === '*' ? '/*' : path));
    return {
      apiGroups: paths.length > 0 ? [''] : texts(apiGroups),
      resources: paths.length > 0 ? paths : texts(resources),
      verbs: texts(verbs),
      isNamed: listOf(resourceNames).length > 0,
    };
  });
}
