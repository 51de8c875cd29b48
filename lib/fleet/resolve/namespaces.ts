import type { NormalFleet } from '../normal-fleet';
import type { ResolvedNamespace, ResolvedRunner } from '../resolved-fleet';
import { jobRoom } from './job-room';

/** Namespace of the managers, whose pods meet the strictest level. */
export function managerNamespace({ managerNamespace: name, runners }: NormalFleet): ResolvedNamespace {
  const podIdentity = runners.some(({ cache }) => cache?.identity === 'pod-identity');
  const unbounded = { limitRange: undefined, quota: undefined };
  return { name, enforce: 'restricted', podIdentity, ...unbounded };
}

/** Namespaces of job pods, in the order in which runners name them. */
export function jobNamespaces(
  fleet: NormalFleet,
  resolved: readonly ResolvedRunner[],
): readonly ResolvedNamespace[] {
  const { runners } = fleet;
  // A ServiceAccount of its own is how a job gets AWS credentials.
  const withAccount = new Set(
    runners
      .filter(({ serviceAccount }) => serviceAccount !== undefined)
      .map(({ jobNamespace }) => jobNamespace),
  );
  const kinds = new Map(runners.map(({ jobNamespace, unsafeKind }) => [jobNamespace, unsafeKind]));
  return [...kinds].map(([name, unsafeKind]) => ({
    name,
    enforce: unsafeKind === undefined ? 'baseline' : 'privileged',
    podIdentity: withAccount.has(name),
    ...jobRoom(name, fleet, resolved),
  }));
}
