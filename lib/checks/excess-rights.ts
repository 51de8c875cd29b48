import { allows, type Grant, type GrantedRule } from '../cluster/grants';
import type { Need } from '../cluster/manager-rights';
import { DOCUMENTED_RIGHTS, formatRight, type Right, STANDING_RIGHTS } from '../gitlab-runner/permissions';
import type { Severity } from '../problem';
import type { FieldOfManifest, Finding } from './finding';
import { isDangerous, rightsOf } from './powerful-rights';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

/** A role that managers are bound to, with what they need of it. */
interface UsedRole {
  readonly at: FieldOfManifest;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly rules: readonly GrantedRule[];
  isClusterWide: boolean;
  readonly needed: GrantedRule[];
}

/**
 * What roles hold beyond what any manager that is bound to them needs, and beyond what features of the executor use in the
 * job namespace: rights to those outlive the config that uses them. Each role once.
 */
export function excessFindings(needs: readonly Need[]): Finding[] {
  const roles = new Map<string, UsedRole>();
  for (const need of needs) {
    // What everyone is granted is reported once, by rights/everyone.
    for (const grant of need.grants.filter(({ isOfEveryone }) => !isOfEveryone)) {
      if (grant.rules === undefined) continue;
      const key = JSON.stringify([
        grant.roleName,
        grant.role?.namespace,
        grant.role?.file ?? grant.binding.name,
      ]);
      const known = roles.get(key) ?? usedRole(grant, grant.rules);
      known.isClusterWide ||= grant.binding.kind === 'ClusterRoleBinding';
      known.needed.push(...need.rights.map(asRule), ...need.clusterRights.map(asRule));
      roles.set(key, known);
    }
  }
  return [...roles.values()].flatMap((role) => (role.isBuiltIn ? builtInFindings(role) : roleFindings(role)));
}

function usedRole({ role, roleName, binding }: Grant, rules: readonly GrantedRule[]): UsedRole {
  const at = role ? { manifest: role, path: ['rules'] } : { manifest: binding, path: ['roleRef', 'name'] };
  return {
    at,
    name: roleName,
    isBuiltIn: role === undefined,
    rules,
    isClusterWide: false,
    needed: STANDING_RIGHTS.map(asRule),
  };
}

function asRule({ apiGroup, resource, verb }: Right): GrantedRule {
  return { apiGroups: [apiGroup], resources: [resource], verbs: [verb], isNamed: false };
}

function builtInFindings({ at, name, isClusterWide }: UsedRole): Finding[] {
  const scope = isClusterWide ? 'the whole cluster' : 'its namespace';
  if (name === 'cluster-admin') {
    return [
      finding('wildcard', {
        severity: isClusterWide ? 'error' : 'warning',
        at,
        found: name,
        why: `whoever takes the manager over owns ${scope}`,
        fix: 'bind a Role that names the resources and verbs that the features need',
      }),
    ];
  }
  return [
    finding('excess', {
      severity: 'warning',
      at,
      found: name,
      why: `the built-in ClusterRole has far more rights in ${scope} than the features of the config use; whoever takes the manager over has them`,
      fix: 'bind a Role that names the resources and verbs that the features need',
    }),
  ];
}

function roleFindings({ at, rules, isClusterWide, needed }: UsedRole): Finding[] {
  const excess = rightsOf(rules).filter((right) => !allows(needed, right));
  const wild = excess.filter(({ apiGroup, resource, verb }) => [apiGroup, resource, verb].includes('*'));
  const named = excess.filter((right) => !wild.includes(right));
  const dangerous = named.filter(isDangerous);
  const plain = named.filter((right) => !dangerous.includes(right));
  return [
    ...finds('dangerous', at, dangerous, 'error'),
    ...finds('wildcard', at, wild, isClusterWide ? 'error' : 'warning'),
    ...finds('excess', at, plain, plain.every(isDocumented) ? 'note' : 'warning'),
  ];
}

const WHY = {
  dangerous:
    'by these rights whoever takes the manager over gets those of other accounts, or of nodes; no feature of the config uses them',
  wildcard: 'a wildcard grants whatever there is, now and later',
  excess:
    'no feature of the executor uses these rights for this config; whoever takes the manager over has them',
} as const;

function finds(
  rule: keyof typeof WHY,
  at: FieldOfManifest,
  rights: readonly Right[],
  severity: Severity,
): Finding[] {
  if (rights.length === 0) return [];
  const names = rights.map(formatRight).join(', ');
  const fix =
    rule === 'wildcard' ? 'name the resources and verbs that the features need' : 'remove them from the role';
  return [finding(rule, { severity, at, found: names, why: WHY[rule], fix })];
}

function isDocumented({ apiGroup, resource, verb }: Right): boolean {
  const name = apiGroup === '' ? resource : `${apiGroup}/${resource}`;
  return Object.hasOwn(DOCUMENTED_RIGHTS, name) && DOCUMENTED_RIGHTS[name].includes(verb);
}
