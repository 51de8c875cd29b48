import type { KubernetesTable } from '../config/toml';

/**
 * As whom a container runs: what its own security context says, then that of the pod, then the job, where the config allows
 * the user or the group. The runner ignores one that is not allowed, and says so in the job's log alone.
 * @see gitlab-runner executors/kubernetes/kubernetes.go, getSecurityContextWithUIDGID
 */
export function userOf(
  kubernetes: KubernetesTable,
  own: NonNullable<KubernetesTable['build_container_security_context']>,
  wanted = '',
): { readonly runAsUser?: number; readonly runAsGroup?: number } {
  const { pod_security_context: pod = {}, allowed_users: users, allowed_groups: groups } = kubernetes;
  const [user = '', group = ''] = wanted.split(/:(.*)/s);
  const runAsUser = own.run_as_user ?? pod.run_as_user ?? allowed(user, users);
  const runAsGroup = own.run_as_group ?? pod.run_as_group ?? allowed(group, groups);
  return { ...(runAsUser !== undefined && { runAsUser }), ...(runAsGroup !== undefined && { runAsGroup }) };
}

/** Any but 0 is allowed without a list. */
function allowed(id: string, list: readonly string[] = []): number | undefined {
  if (!/^\d+$/.test(id)) return undefined;
  return list.includes(id) || (list.length === 0 && Number(id) !== 0) ? Number(id) : undefined;
}
