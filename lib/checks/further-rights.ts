import { allows, type Grant, grantsOf } from '../cluster/grants';
import type { Need } from '../cluster/manager-rights';
import { displayName, type Manifest } from '../cluster/manifest';
import { holdsVariable } from '../values/run-time-variable';
import type { Finding } from './finding';
import { rightsOf, someRights, takesOver } from './powerful-rights';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

/**
 * What managers may do beyond the namespaces of their jobs, and by roles that nobody can look at: rights that no single
 * role shows. What everyone is granted is reported once, by rights/everyone.
 */
export function furtherFindings(needs: readonly Need[], manifests: readonly Manifest[]): Finding[] {
  const managers = new Map<Manifest, Need[]>();
  for (const need of needs) managers.set(need.manager, [...(managers.get(need.manager) ?? []), need]);
  const found = [...managers].flatMap(([manager, own]) => {
    const grants = grantsOf(own[0].account, manifests).filter(({ isOfEveryone }) => !isOfEveryone);
    const namespaces = own.map(({ namespace }) => namespace);
    return [
      ...grants
        .filter((grant) => !own.some((need) => isMeantFor(grant, need) || lacksAll(need)))
        .flatMap((grant) => elsewhere(manager, grant, namespaces)),
      ...grants.flatMap((grant) => clusterWide(manager, grant, own)),
      ...grants.flatMap((grant) => unseen(manager, grant, own)),
    ];
  });
  // Managers that share an account share what it may.
  return [...new Map(found.map((one) => [`${one.id} ${displayName(one.at.manifest)}`, one])).values()];
}

/**
 * Whether a RoleBinding in a namespace without jobs gives what a manager lacks in one in which nothing is bound: they stand in
 * the wrong place, which `rights/missing` says.
 */
export function isMeantFor({ binding, rules = [] }: Grant, { grants, rights, namespace }: Need): boolean {
  if (grants.length > 0 || namespace === undefined || binding.kind !== 'RoleBinding') return false;
  const firm = rights.filter(({ without }) => without === undefined);
  return firm.length > 0 && firm.every((right) => allows(rules, right));
}

/** Whether jobs have namespaces of their own and a manager has no right there: rights/missing says so. */
function lacksAll({ namespace, grants }: Need): boolean {
  return namespace === undefined && grants.length === 0;
}

/** Rights in a namespace in which none of its jobs runs. */
function elsewhere(
  manager: Manifest,
  { binding, rules, roleName }: Grant,
  namespaces: readonly (string | undefined)[],
): Finding[] {
  const { namespace } = binding;
  if (binding.kind !== 'RoleBinding' || namespace === undefined || namespaces.includes(namespace)) return [];
  // A variable may stand for it.
  if (namespaces.some(holdsVariable)) return [];
  if (rules !== undefined && rules.length === 0) return [];
  const powerful = rightsOf(rules ?? []).filter(takesOver);
  const isTokens = namespace === manager.namespace ? ', where the tokens of runners are' : '';
  return [
    finding('elsewhere', {
      severity: powerful.length > 0 ? 'error' : 'warning',
      at: { manifest: binding, path: ['subjects'] },
      found: `${roleName} in ${namespace}${powerful.length > 0 ? `: ${someRights(powerful)}` : ''}`,
      why: `no job of ${manager.name} runs in ${namespace}${isTokens}: whoever takes the manager over has these rights there${rules === undefined ? ', whatever they are: the role is not among the manifests' : ''}`,
      fix: `remove its ServiceAccount from ${displayName(binding)}`,
    }),
  ];
}

/** Rights that jobs need in their namespace, in all of them. */
function clusterWide(manager: Manifest, { binding, rules, role }: Grant, own: readonly Need[]): Finding[] {
  const isNeeded = own.some(({ namespace }) => namespace === undefined);
  if (binding.kind !== 'ClusterRoleBinding' || role === undefined || rules === undefined || isNeeded)
    return [];
  // A wildcard is reported as one.
  if (rightsOf(rules).some(({ resource }) => resource === '*')) return [];
  const used = own.flatMap(({ rights }) => rights).filter((right) => allows(rules, right));
  if (used.length === 0) return [];
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))].join(' and ');
  return [
    finding('cluster-wide', {
      severity: 'warning',
      at: { manifest: binding, path: ['roleRef', 'name'] },
      found: someRights(used),
      why: `${manager.name} needs these rights in ${namespaces}, and has them in every namespace: whoever takes the manager over takes tokens and pods of the whole cluster`,
      fix: `bind the role by a RoleBinding in ${namespaces}`,
    }),
  ];
}

/** Roles that others make, where what a manager needs comes from elsewhere. */
function unseen(
  manager: Manifest,
  { binding, rules, isOpen, roleName }: Grant,
  own: readonly Need[],
): Finding[] {
  const isHere = (need: Need) => need.grants.some((one) => one.binding === binding);
  if ((rules !== undefined && !isOpen) || !own.some(isHere)) return [];
  const isSatisfied = ({ rights, grants }: Need) => {
    const known = grants.flatMap((one) => (one.isOpen ? [] : (one.rules ?? [])));
    return rights.every((right) => right.byJobs || allows(known, right));
  };
  if (!own.every(isSatisfied)) return [];
  const what = isOpen ? 'others add to it' : 'it is not among the manifests';
  return [
    finding('further-role', {
      severity: 'warning',
      at: { manifest: binding, path: ['roleRef', 'name'] },
      found: roleName,
      why: `${manager.name} has every right that its config needs without this role, and what the role allows is not known, because ${what}: it may be anything`,
      fix: `remove its ServiceAccount from ${displayName(binding)}, or check it together with the role`,
    }),
  ];
}
