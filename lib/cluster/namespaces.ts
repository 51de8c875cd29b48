import type { Manifest } from './manifest';
import type { Runner } from './runners';

/** The namespace in which jobs of a runner run, unless each has one of its own. */
export function namespaceOfJobs({ table }: Pick<Runner, 'table'>): string {
  return table.kubernetes.namespace || 'default';
}

/** The namespace of a manager. */
export function namespaceOfManager({ namespace }: Manifest): string {
  return namespace ?? 'default';
}

/** The namespaces of the jobs and of the manager of a runner, which may be the same one. */
export function namespacesOf(runner: Pick<Runner, 'table' | 'manager'>): readonly string[] {
  const { manager } = runner;
  return [namespaceOfJobs(runner), ...(manager ? [namespaceOfManager(manager)] : [])];
}
