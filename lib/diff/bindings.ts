import type { Manifest } from '../cluster/manifest';
import { namespaceOfManager } from '../cluster/namespaces';
import { podSpecOf } from '../cluster/workloads';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import type { Comparison } from './rule';

/** An account of a namespace. */
interface Account {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Accounts of managers that a binding names before and not after, for example `namespace/name`; those aside that another binding to
 * the same rights names.
 */
export function unboundAccounts(
  before: Manifest,
  after: Manifest,
  comparison: Comparison,
): readonly string[] {
  if (!isBinding(before) || !isBinding(after)) return [];
  const others = comparison.after.manifests.filter(
    (one) => isBinding(one) && roleOf(one) === roleOf(after) && reaches(one, before),
  );
  const accounts = managerAccounts(comparison).filter((account) => names(before, account));
  return accounts
    .filter((account) => !others.some((binding) => names(binding, account)))
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

function isBinding({ kind }: Manifest): boolean {
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
}

function roleOf({ body }: Manifest): string {
  return JSON.stringify([at(body, ['roleRef', 'kind']), at(body, ['roleRef', 'name'])]);
}

/** Whether a binding gives its rights where another one does. */
function reaches(binding: Manifest, other: Manifest): boolean {
  return binding.kind === 'ClusterRoleBinding' || binding.namespace === other.namespace;
}

/** Accounts of managers that still run jobs once the change is applied: those of the later revision, and of the earlier. */
function managerAccounts({ before, after }: Comparison): readonly Account[] {
  const accounts = new Map<string, Account>();
  for (const { manager } of [...before.runners, ...after.runners]) {
    if (manager === undefined) continue;
    const { serviceAccountName, serviceAccount } = podSpecOf(manager);
    const name = textOf(serviceAccountName) ?? textOf(serviceAccount) ?? 'default';
    const account = { namespace: namespaceOfManager(manager), name };
    accounts.set(`${account.namespace}/${name}`, account);
  }
  return [...accounts.values()];
}

/** Whether a binding names an account: by itself, or by a group that it belongs to. */
function names({ body, namespace: own }: Manifest, { namespace, name }: Account): boolean {
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return listOf(body.subjects).some((subject) => {
    const { kind, name: of, namespace: where = own ?? 'default' } = fieldsOf(subject);
    if (kind === 'Group') return groups.includes(String(of));
    if (kind === 'User') return of === `system:serviceaccount:${namespace}:${name}`;
    return kind === 'ServiceAccount' && of === name && where === namespace;
  });
}
