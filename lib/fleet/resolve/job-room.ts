import { demandsOf, podRoom, quotaRoom } from '../../gitlab-runner/namespace-room';
import type { NormalFleet } from '../normal-fleet';
import type { ResolvedNamespace, ResolvedRunner } from '../resolved-fleet';

/**
 * What admission lets into a namespace of jobs: one pod of the largest job with all its services, and as many at once as its
 * runners may start.
 */
export function jobRoom(
  namespace: string,
  { jobNamespaces: settings, runners }: NormalFleet,
  resolved: readonly ResolvedRunner[],
): Pick<ResolvedNamespace, 'limitRange' | 'quota'> {
  const own = resolved.flatMap(({ jobNamespace, managers }, index) =>
    jobNamespace === namespace
      ? [{ config: managers[0].config, managers: managers.length, services: runners[index].maxServices }]
      : [],
  );
  const demands = demandsOf(own);
  if (demands === undefined) return { limitRange: undefined, quota: undefined };
  const limitRange = settings.limitRange ? podRoom(demands) : undefined;
  const quota = settings.resourceQuota ? quotaRoom(demands, settings.quotaFactor, limitRange) : undefined;
  return { limitRange, quota };
}
