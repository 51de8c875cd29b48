import { allows, bindingsAmong, type Grant, grantsOf } from '../cluster/grants';
import { isOfChart } from '../cluster/helm-values';
import { type Need, needsOf } from '../cluster/manager-rights';
import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { formatRight, type NeededRight, type Right } from '../gitlab-runner/permissions';
import { fieldsOf, listOf, textOf } from '../values/record';
import { holdsVariable } from '../values/run-time-variable';
import { builtInNameFindings } from './built-in-names';
import type { Check } from './check';
import { configRightsFindings } from './config-rights';
import { excessFindings } from './excess-rights';
import type { Finding } from './finding';
import { furtherFindings, isMeantFor } from './further-rights';
import { tokenFindings } from './manager-token';
import { otherSubjectFindings } from './other-subjects';
import { RIGHTS_RULES } from './rights-rules';
import { sharedAccountFindings } from './shared-account';

const { finding, ...group } = RIGHTS_RULES;

/** The manager may do in the job namespace what its config needs, and nothing else. */
export const rights: Check = {
  ...group,
  run: (subject) => {
    const needs = needsOf(subject);
    return [
      ...missingFindings(needs, subject),
      ...tokenFindings(subject),
      ...configRightsFindings(subject),
      ...excessFindings(needs),
      ...furtherFindings(needs, subject.manifests),
      ...otherSubjectFindings(needs, subject),
      ...sharedAccountFindings(subject),
      ...builtInNameFindings(subject.manifests),
    ];
  },
};

function missingFindings(needs: readonly Need[], { manifests }: Subject): Finding[] {
  const lacking = new Map<string, { need: Need; missing: NeededRight[]; managers: Set<string> }>();
  const found: Finding[] = [];
  for (const need of needs) {
    if (grantsOf(need.account, manifests).length === 0) {
      found.push(unbound(need, manifests));
      continue;
    }
    const rules = need.grants.flatMap((grant) => grant.rules ?? []);
    const missing = need.rights.filter((right) => !allows(rules, right));
    const unknown = need.grants.filter(({ rules: known, isOpen }) => known === undefined || isOpen);
    if (missing.every(({ byJobs }) => byJobs && unknown.length > 0)) continue;
    if (holdsVariable(need.namespace)) {
      found.push(unknownNamespace(need));
      continue;
    }
    if (unknown.length > 0) {
      found.push(unknownRole(need, unknown[0]));
      continue;
    }
    const role = roleToChange(need);
    const place = role ? displayName(role) : displayName(need.manager);
    const key = JSON.stringify([place, need.namespace, missing.map(formatRight)]);
    const known = lacking.get(key) ?? { need, missing, managers: new Set<string>() };
    known.managers.add(need.manager.name);
    lacking.set(key, known);
  }
  return [
    ...uniqueBy(found),
    ...[...lacking.values()].flatMap(({ need, missing, managers }) =>
      lackFindings(need, missing, [...managers].join(', '), manifests),
    ),
  ];
}

/** One finding for one place: managers have an entry for each namespace of their jobs. */
function uniqueBy(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((one) => [`${one.id} ${displayName(one.at.manifest)} ${one.found}`, one]),
  );
  return [...seen.values()];
}

function roleToChange({ grants }: Need): Manifest | undefined {
  return grants.find(({ role }) => role !== undefined)?.role;
}

function accountPath({ manager }: Need) {
  return { manifest: manager, path: ['spec', 'template', 'spec', 'serviceAccountName'] };
}

/** No binding names the account: wrong where one is meant for it, not proved where there is none of that kind. */
function unbound(need: Need, manifests: readonly Manifest[]): Finding {
  const { account, manager, namespace } = need;
  const meant = bindingsAmong(manifests).find(
    (binding) =>
      binding.namespace === (namespace ?? '') ||
      listOf(binding.body.subjects).some((subject) => {
        const { kind, name, namespace: of } = fieldsOf(subject);
        return kind === 'ServiceAccount' && (name === account.name || of === manager.namespace);
      }),
  );
  const base = { at: accountPath(need), found: account.name };
  if (meant === undefined) {
    return finding('unknown-binding', {
      ...base,
      severity: 'note',
      notProved: true,
      why: 'no RoleBinding among the manifests is for this ServiceAccount: that the manager may start job pods is not proved',
      fix: 'check it together with the RoleBinding and its Role',
    });
  }
  return finding('unbound', {
    ...base,
    severity: 'error',
    why: `no RoleBinding names this ServiceAccount of ${manager.namespace ?? 'its namespace'}, and ${displayName(meant)} names another: the manager may not start a pod, and every job fails`,
    fix: 'bind it to a Role in the job namespace, with the namespace of the ServiceAccount in the subject',
  });
}

/** Where jobs run is filled in later, and so is where rights are needed. */
function unknownNamespace(need: Need): Finding {
  return finding('unknown-binding', {
    at: accountPath(need),
    found: need.namespace ?? '',
    severity: 'note',
    notProved: true,
    why: 'a variable stands for the namespace of jobs, and its value is not here: that the manager may start job pods there is not proved',
    fix: 'check what is rendered with its values',
  });
}

function unknownRole({ manager }: Need, { binding, roleName }: Grant): Finding {
  const kind = textOf(fieldsOf(binding.body.roleRef).kind) ?? 'Role';
  return finding('unknown-role', {
    severity: 'note',
    notProved: true,
    at: { manifest: binding, path: ['roleRef', 'name'] },
    found: roleName,
    why: `the ${kind} ${roleName} is not among the manifests, or others add to it: that ${manager.name} has all its rights is not proved`,
    fix: `check it together with the ${kind}`,
  });
}

function lackFindings(
  need: Need,
  missing: readonly NeededRight[],
  managers: string,
  manifests: Subject['manifests'],
): Finding[] {
  const role = roleToChange(need);
  const at = role ? { manifest: role, path: ['rules'] } : accountPath(need);
  const firm = missing.filter(({ without }) => without === undefined);
  const soft = missing.filter(({ without }) => without !== undefined);
  const names = (rights: readonly Right[]) => rights.map(formatRight).join(', ');
  if (firm.length > 0) return [misplaced(need, managers, manifests) ?? lackOf(need, firm, managers, at)];
  return [
    finding('missing-optional', {
      severity: soft.every(({ byJobs }) => byJobs) ? 'note' : 'warning',
      at,
      found: `without ${names(soft)}`,
      why: `the executor of ${managers} goes on without: ${[...new Set(soft.map(({ without }) => without))].join('; ')}`,
      fix: `add ${names(soft)}`,
    }),
  ];
}

/** Rights that are all given, in a namespace in which no job runs; undefined where that is not it. */
function misplaced(need: Need, managers: string, manifests: Subject['manifests']): Finding | undefined {
  const { account, namespace, manager } = need;
  const grant = grantsOf(account, manifests).find((one) => isMeantFor(one, need));
  if (grant === undefined) return undefined;
  const { binding, roleName } = grant;
  return finding('missing', {
    severity: 'error',
    at: { manifest: binding, path: ['metadata', 'namespace'] },
    found: `${roleName} in ${binding.namespace}`,
    why: `jobs of ${managers} run in ${namespace}, where nothing is bound to its ServiceAccount: it may not start a pod there, and every job fails; in ${binding.namespace} no job runs`,
    fix: isOfChart(manager.body)
      ? `set runners.jobNamespace: ${namespace} in the values of the chart, which puts the Role and the RoleBinding there`
      : `move ${displayName(binding)} and its Role to ${namespace}`,
  });
}

function lackOf(need: Need, firm: readonly NeededRight[], managers: string, at: Finding['at']): Finding {
  const names = firm.map(formatRight).join(', ');
  const base = { severity: 'error' as const, at, found: `without ${names}` };
  if (need.namespace === undefined) {
    return finding('missing', {
      ...base,
      why: `namespace_per_job makes a namespace for each job of ${managers}, and a Role holds in one alone: jobs fail for want of these rights in all namespaces`,
      fix: 'bind a ClusterRole with these rights by a ClusterRoleBinding, or leave namespace_per_job out',
    });
  }
  const elsewhere = need.grants.length === 0 ? ', where no RoleBinding names its ServiceAccount' : '';
  return finding('missing', {
    ...base,
    why: `the config of ${managers} needs these rights in ${need.namespace}${elsewhere}: jobs fail or lose what depends on them`,
    fix: `add ${names}`,
  });
}
