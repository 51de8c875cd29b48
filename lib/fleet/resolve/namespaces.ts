import type { RunnerProps } from '../props/runner';
import type { ResolvedNamespace } from '../resolved-fleet';
import { jobNamespace, looseKind } from './runner';

/** Namespace of the managers, whose pods meet the strictest level. */
export function managerNamespace(name: string, runners: readonly RunnerProps[]): ResolvedNamespace {
  const podIdentity = runners.some(({ cache }) => cache !== undefined && cache.identity !== 'irsa');
  return { name, enforce: 'restricted', warn: 'restricted', podIdentity };
}

/** Namespaces of job pods, in the order in which runners name them. */
export function jobNamespaces(runners: readonly RunnerProps[], prefix: string): ResolvedNamespace[] {
  const namespaces = new Map<string, ResolvedNamespace>();
  for (const runner of runners) {
    const name = jobNamespace(runner, prefix);
    // A ServiceAccount of its own is how a job gets AWS credentials.
    const podIdentity = runner.serviceAccount !== undefined || (namespaces.get(name)?.podIdentity ?? false);
    namespaces.set(
      name,
      looseKind(runner)
        ? { name, enforce: 'privileged', warn: 'baseline', podIdentity }
        : { name, enforce: 'baseline', warn: 'restricted', podIdentity },
    );
  }
  return [...namespaces.values()];
}
