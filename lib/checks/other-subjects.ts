import {
  type Account,
  bindingsAmong,
  type GrantedRule,
  isAccount,
  isEveryone,
  type Role,
  roleOf,
  serviceAccountOf,
} from '../cluster/grants';
import type { Need } from '../cluster/manager-rights';
import { displayName, type Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner, Subject } from '../cluster/observe';
import type { Severity } from '../problem';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';
import { rightsOf, someRights, takesOver } from './powerful-rights';
import { RIGHTS_RULES } from './rights-rules';
import { OWN_ACCOUNT_FIX } from './shared-account';

const { finding } = RIGHTS_RULES;

/** Who else gets hold of tokens, jobs or managers: subjects of bindings that are not managers. */
export function otherSubjectFindings(needs: readonly Need[], { runners, manifests }: Subject): Finding[] {
  if (needs.length === 0) return [];
  const fleet = fleetOf(needs, runners);
  return bindingsAmong(manifests).flatMap((binding) => {
    const role = roleOf(binding, manifests);
    if (role.role === undefined && HARMLESS_ROLES.includes(role.roleName)) return [];
    const isHere = binding.namespace !== undefined && fleet.namespaces.has(binding.namespace);
    if (binding.kind === 'RoleBinding' && !isHere) return [];
    return listOf(binding.body.subjects)
      .map(fieldsOf)
      .flatMap((subject, index) => subjectFindings({ binding, role, subject, index }, fleet));
  });
}

/** What every API server lets everyone do: to see who they are, and what the API serves. */
const HARMLESS_ROLES: readonly string[] = [
  'system:basic-user',
  'system:discovery',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
];

/** What bindings are compared with. */
interface FleetAccess {
  readonly managers: readonly Account[];
  /** Namespaces of managers and jobs. */
  readonly namespaces: ReadonlySet<string>;
  readonly managerNamespaces: ReadonlySet<string>;
  /** Those whose job pods hold the token of their ServiceAccount. */
  readonly tokenNamespaces: ReadonlySet<string>;
  /** ServiceAccounts that jobs run as, as `namespace/name`. */
  readonly jobAccounts: ReadonlySet<string>;
}

function fleetOf(needs: readonly Need[], runners: readonly ObservedRunner[]): FleetAccess {
  const jobs = runners
    .filter(({ table }) => table.kubernetes.namespace_per_job !== true)
    .map(({ table }) => ({
      namespace: namespaceOfJobs({ table }),
      account: table.kubernetes.service_account || 'default',
      holdsToken: table.kubernetes.automount_service_account_token !== false,
    }));
  const managerNamespaces = new Set(needs.flatMap(({ account }) => account.namespace ?? []));
  return {
    managers: needs.map(({ account }) => account),
    namespaces: new Set([...jobs.map(({ namespace }) => namespace), ...managerNamespaces]),
    managerNamespaces,
    tokenNamespaces: new Set(jobs.filter(({ holdsToken }) => holdsToken).map(({ namespace }) => namespace)),
    jobAccounts: new Set(jobs.map(({ namespace, account }) => `${namespace}/${account}`)),
  };
}

interface BoundSubject {
  readonly binding: Manifest;
  readonly role: Role;
  readonly subject: Fields;
  readonly index: number;
}

function subjectFindings(bound: BoundSubject, fleet: FleetAccess): Finding[] {
  const { binding, role, subject } = bound;
  const rules = role.rules ?? [];
  const powerful = rightsOf(rules).filter(takesOver);
  const isUnknown = role.rules === undefined || role.isOpen;
  if (isEveryone(subject))
    return rules.length > 0 || isUnknown ? [everyone(bound, powerful.length > 0 || isUnknown)] : [];
  if (powerful.length === 0 && !isUnknown) return [];
  const severity = severityOf(subject, binding, rules, fleet);
  if (severity === undefined) return [];
  const where = binding.kind === 'ClusterRoleBinding' ? 'every namespace' : binding.namespace;
  const isOfJobs = jobsOf(subject, fleet) !== undefined;
  return [
    finding('other-subject', {
      severity,
      at: { manifest: binding, path: ['subjects', bound.index] },
      found: `${nameOf(subject)} by ${role.roleName}${powerful.length > 0 ? `: ${someRights(powerful)}` : ''}`,
      why: isOfJobs
        ? `jobs act with these rights in ${where}: whoever may start one gets hold of tokens or of what others run there`
        : `it is not a runner manager, and gets hold of tokens, jobs or managers in ${where} by these rights${isUnknown ? ': the role is not among the manifests, and may allow anything' : ''}`,
      fix: fixOf(bound, fleet),
    }),
  ];
}

/** Who takes the rights of a manager away stops its jobs. */
function fixOf({ subject, binding }: BoundSubject, fleet: FleetAccess): string {
  return isManager(subject, fleet) ? OWN_ACCOUNT_FIX : `remove it from ${displayName(binding)}`;
}

function everyone({ binding, role, subject, index }: BoundSubject, isPowerful: boolean): Finding {
  const where = binding.kind === 'ClusterRoleBinding' ? 'every namespace' : binding.namespace;
  return finding('everyone', {
    severity: isPowerful ? 'error' : 'warning',
    at: { manifest: binding, path: ['subjects', index] },
    found: `${nameOf(subject)} by ${role.roleName}`,
    why: `everyone who reaches the API server, or every pod of the cluster, job pods included, has these rights in ${where}`,
    fix: 'name the ServiceAccounts that need them',
  });
}

/** How bad it is that a subject has rights that take over; undefined where it is meant to, or is no business of a fleet. */
function severityOf(
  subject: Fields,
  binding: Manifest,
  rules: readonly GrantedRule[],
  fleet: FleetAccess,
): Severity | undefined {
  const namespace = namespaceOf(subject);
  const isOfManagers = namespace !== undefined && fleet.managerNamespaces.has(namespace);
  const jobs = jobsOf(subject, fleet);
  // Jobs that run as a manager may do what it may.
  if (isManager(subject, fleet)) return jobs !== undefined && isRunBy(subject, fleet) ? 'warning' : undefined;
  if (jobs === 'all') return isOfManagers ? 'warning' : 'error';
  if (jobs === 'some') return 'warning';
  // What a group of managers is granted is reported with the managers.
  if (isOfManagers && subject.kind === 'Group') return undefined;
  const isNear = namespace !== undefined && fleet.namespaces.has(namespace);
  return isNear || binding.kind === 'RoleBinding' ? 'warning' : strangerSeverity(subject, rules);
}

/** Controllers of a cluster have their rights from elsewhere; a person, or one that may do all, is worth a line. */
function strangerSeverity(subject: Fields, rules: readonly GrantedRule[]): Severity | undefined {
  if (isControlPlane(subject)) return undefined;
  const isAll = rightsOf(rules).some(({ resource, verb }) => resource === '*' && verb === '*');
  return serviceAccountOf(subject) === undefined || isAll ? 'note' : undefined;
}

/** The namespace of a ServiceAccount, or of those of a group. */
function namespaceOf(subject: Fields): string | undefined {
  return serviceAccountOf(subject)?.namespace ?? groupNamespace(subject);
}

/** Whether jobs hold the token of a subject: all of a namespace, or those of a runner that says so. */
function jobsOf(subject: Fields, fleet: FleetAccess): 'all' | 'some' | undefined {
  const namespace = namespaceOf(subject);
  if (namespace === undefined || !fleet.tokenNamespaces.has(namespace)) return undefined;
  const account = serviceAccountOf(subject);
  if (account === undefined || account.name === 'default') return 'all';
  return isRunBy(subject, fleet) ? 'some' : undefined;
}

function isManager(subject: Fields, { managers }: FleetAccess): boolean {
  return managers.some((one) => isAccount(subject, one));
}

function isRunBy(subject: Fields, { jobAccounts }: FleetAccess): boolean {
  const account = serviceAccountOf(subject);
  return account !== undefined && jobAccounts.has(`${account.namespace}/${account.name}`);
}

/** The namespace whose ServiceAccounts a group holds. */
function groupNamespace({ kind, name }: Fields): string | undefined {
  return kind === 'Group' ? /^system:serviceaccounts:(.+)$/.exec(textOf(name) ?? '')?.[1] : undefined;
}

function isControlPlane(subject: Fields): boolean {
  const account = serviceAccountOf(subject);
  return account === undefined
    ? /^system:/.test(textOf(subject.name) ?? '')
    : account.namespace === 'kube-system';
}

function nameOf({ kind, name, namespace }: Fields): string {
  return [kind, namespace, name].flatMap((part) => textOf(part) ?? []).join('/');
}
