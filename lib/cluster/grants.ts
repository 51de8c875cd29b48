import type { Right } from '../gitlab-runner/permissions';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { AGGREGATED, BUILT_IN_ROLES, type Rule } from './built-in-roles';
import { selects } from './label-selector';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';

/** A ServiceAccount; its namespace is unknown where its pod leaves it to the context. */
export interface Account {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** A binding that gives an account the rights of a role. */
export interface Grant {
  readonly binding: Manifest;
  /** Whether it names the account itself, and not a group that it is in. */
  readonly isDirect: boolean;
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

/** All bindings of an account. */
export function grantsOf(account: Account, manifests: readonly Manifest[]): readonly Grant[] {
  return bindingsAmong(manifests).flatMap((binding) => {
    const subjects = listOf(binding.body.subjects).map(fieldsOf);
    const isDirect = subjects.some((one) => isAccount(one, account));
    if (!isDirect && !subjects.some((one) => isGroupOf(one, account))) return [];
    return [{ binding, isDirect, ...roleOf(binding, manifests) }];
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

function isAccount({ kind, name, namespace }: Fields, account: Account): boolean {
  if (kind === 'ServiceAccount')
    return name === account.name && (namespace === account.namespace || account.namespace === undefined);
  const full = `system:serviceaccount:${account.namespace}:${account.name}`;
  return kind === 'User' && name === full;
}

/** Groups that every ServiceAccount is in. */
function isGroupOf({ kind, name }: Fields, { namespace }: Account): boolean {
  if (kind !== 'Group') return false;
  const all = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return (
    all.includes(String(name)) ||
    (namespace === undefined && String(name).startsWith('system:serviceaccounts:'))
  );
}

type Role = Pick<Grant, 'roleName' | 'role' | 'rules' | 'isOpen'>;

function roleOf(binding: Manifest, manifests: readonly Manifest[]): Role {
  const kind = textOf(at(binding.body, ['roleRef', 'kind']));
  const roleName = textOf(at(binding.body, ['roleRef', 'name'])) ?? '';
  const role = ofKind(manifests, kind ?? '').find(
    (one) =>
      one.name === roleName &&
      (kind === 'ClusterRole' ||
        one.namespace === binding.namespace ||
        one.namespace === undefined ||
        binding.namespace === undefined),
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
  const selectors = listOf(at(role?.body, ['aggregationRule', 'clusterRoleSelectors'])).map(fieldsOf);
  if (role !== undefined) {
    const own = rulesOf(role);
    const isOpen = selectors.length > 0;
    return {
      rules: [...own, ...added((labels) => selectors.some((one) => selects(one, labels)))],
      isOpen,
    };
  }
  if (!Object.hasOwn(BUILT_IN_ROLES, name)) return { rules: undefined, isOpen: false };
  const labels = (AGGREGATED[name] ?? []).map((one) => `rbac.authorization.k8s.io/aggregate-to-${one}`);
  const builtIn = BUILT_IN_ROLES[name].map((rule) => ({ ...rule, isNamed: false }));
  return { rules: [...builtIn, ...added((own) => labels.some((one) => own[one] === 'true'))], isOpen: false };
}

/** The rules of a Role or ClusterRole, as they stand there. */
export function rulesOf({ body }: Manifest): GrantedRule[] {
  const texts = (value: unknown) => listOf(value).map(String);
  return listOf(body.rules).map((one) => {
    const { apiGroups, resources, verbs, resourceNames } = fieldsOf(one);
    return {
      apiGroups: texts(apiGroups),
      resources: texts(resources),
      verbs: texts(verbs),
      isNamed: listOf(resourceNames).length > 0,
    };
  });
}
