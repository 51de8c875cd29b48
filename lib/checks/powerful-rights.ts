import type { GrantedRule } from '../cluster/grants';
import { formatRight, type Right } from '../gitlab-runner/permissions';

const ROLES = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];
const READS = ['get', 'list', 'watch'];
const WRITES = ['create', 'patch', 'update'];

/** Rights that lead to those of others. */
export function isDangerous({ resource, verb }: Right): boolean {
  if (['impersonate', 'escalate', 'bind'].includes(verb)) return true;
  if (resource === 'nodes/proxy' || (resource === 'serviceaccounts/token' && verb === 'create')) return true;
  return ROLES.includes(resource) && !READS.includes(verb);
}

/** Verbs by which someone gets hold of tokens, jobs or managers, by resource. */
const TAKES_OVER: Readonly<Record<string, readonly string[]>> = {
  secrets: [...READS, ...WRITES],
  configmaps: WRITES,
  pods: WRITES,
  'pods/attach': ['create', 'get'],
  'pods/ephemeralcontainers': WRITES,
  'pods/exec': ['create', 'get'],
  deployments: WRITES,
  statefulsets: WRITES,
  daemonsets: WRITES,
  replicasets: WRITES,
  replicationcontrollers: WRITES,
  jobs: WRITES,
  cronjobs: WRITES,
  namespaces: WRITES,
  networkpolicies: [...WRITES, 'delete', 'deletecollection'],
};

/** Whether whoever has a right in a namespace gets hold of tokens, jobs or managers there. */
export function takesOver(right: Right): boolean {
  if (right.resource === '*') return true;
  const verbs = Object.hasOwn(TAKES_OVER, right.resource) ? TAKES_OVER[right.resource] : [];
  return isDangerous(right) || (right.verb === '*' ? verbs.length > 0 : verbs.includes(right.verb));
}

/** Every right of rules, each once. */
export function rightsOf(rules: readonly GrantedRule[]): Right[] {
  const found = new Map<string, Right>();
  for (const { apiGroups, resources, verbs } of rules) {
    for (const apiGroup of apiGroups)
      for (const resource of resources)
        for (const verb of verbs) found.set(`${apiGroup} ${resource} ${verb}`, { apiGroup, resource, verb });
  }
  return [...found.values()];
}

/** Some rights for people: the first of them, and how many more. */
export function someRights(rights: readonly Right[]): string {
  const names = [...new Set(rights.map(formatRight))];
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
