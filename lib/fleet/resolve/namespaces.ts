import type { NormalFleet } from '../normal-fleet';
import type { PodSecurityLevel, ResolvedNamespace, ResolvedRunner } from '../resolved-fleet';
import { jobRoom } from './job-room';
import { mayHavePodIdentity } from './job-service-accounts';

const UNBOUNDED = { limitRange: undefined, quota: undefined };

/** Namespace of the managers, whose pods meet the strictest level. */
export function managerNamespace(fleet: NormalFleet): ResolvedNamespace {
  const podIdentity = fleet.runners.some(({ cache }) => cache?.identity === 'pod-identity');
  return { ...namespace(fleet, fleet.managerNamespace, 'restricted'), podIdentity, ...UNBOUNDED };
}

/** Namespaces of job pods, in the order in which runners name them. */
export function jobNamespaces(
  fleet: NormalFleet,
  resolved: readonly ResolvedRunner[],
): readonly ResolvedNamespace[] {
  const { runners } = fleet;
  // A ServiceAccount of its own is how a job gets AWS credentials.
  const withAccount = new Set(runners.filter(mayHavePodIdentity).map(({ jobNamespace }) => jobNamespace));
  const kinds = new Map(runners.map(({ jobNamespace, unsafeKind }) => [jobNamespace, unsafeKind]));
  return [...kinds].map(([name, unsafeKind]) => {
    const own = namespace(fleet, name, unsafeKind === undefined ? 'baseline' : 'privileged');
    // What bounds a namespace bounds pods of others, too.
    const room = own.isShared ? UNBOUNDED : jobRoom(name, fleet, resolved);
    return { ...own, podIdentity: withAccount.has(name), ...room };
  });
}

function namespace(
  { namespaces }: NormalFleet,
  name: string,
  needed: PodSecurityLevel,
): Pick<ResolvedNamespace, 'name' | 'isRendered' | 'isShared' | 'enforce'> {
  const said = namespaces.find((one) => one.name === name);
  if (said === undefined) return { name, isRendered: true, isShared: false, enforce: needed };
  const { existing, shared, podSecurity } = said;
  return {
    name,
    isRendered: !existing,
    isShared: shared,
    enforce: podSecurity === undefined ? needed : podSecurity,
  };
}
