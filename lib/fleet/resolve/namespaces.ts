import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { ResolvedNamespace } from '../resolved-fleet';

/** Namespace of the managers, whose pods meet the strictest level. */
export function managerNamespace({ managerNamespace: name, runners }: NormalFleet): ResolvedNamespace {
  const podIdentity = runners.some(({ cache }) => cache?.identity === 'pod-identity');
  return { name, enforce: 'restricted', warn: 'restricted', podIdentity };
}

/** Namespaces of job pods, in the order in which runners name them. */
export function jobNamespaces(runners: readonly NormalRunner[]): readonly ResolvedNamespace[] {
  // A ServiceAccount of its own is how a job gets AWS credentials.
  const withAccount = new Set(
    runners
      .filter(({ serviceAccount }) => serviceAccount !== undefined)
      .map(({ jobNamespace }) => jobNamespace),
  );
  const namespaces = runners.map(({ jobNamespace: name, unsafeKind }): [string, ResolvedNamespace] => {
    const podIdentity = withAccount.has(name);
    return [
      name,
      unsafeKind === undefined
        ? { name, enforce: 'baseline', warn: 'restricted', podIdentity }
        : { name, enforce: 'privileged', warn: 'baseline', podIdentity },
    ];
  });
  return [...new Map(namespaces).values()];
}
