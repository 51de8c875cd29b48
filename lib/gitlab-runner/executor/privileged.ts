import type { KubernetesTable } from '../config/toml';

const CONTEXTS = [
  'build_container_security_context',
  'helper_container_security_context',
  'service_container_security_context',
  'init_permissions_container_security_context',
] as const;

/** The key that makes containers of jobs privileged: all of them, or those of one kind; undefined without any. */
export function privilegedBy(kubernetes: KubernetesTable): string | undefined {
  const kinds = CONTEXTS.filter((key) => (kubernetes[key]?.privileged ?? kubernetes.privileged) === true);
  const own = kinds.find((key) => kubernetes[key]?.privileged === true);
  if (kinds.length === 0) return undefined;
  return kubernetes.privileged === true || own === undefined ? 'privileged' : `${own}.privileged`;
}
