import { RUNNER_KEY } from '../../contract';
import { secondsOf } from '../../values/duration';
import type { NormalFleet } from '../normal-fleet';
import type { ManagerPlace, ResolvedOrphanCleanup, ResolvedRunner } from '../resolved-fleet';
import { managerPlace } from './manager-place';
import { managerNamespace } from './namespaces';
import { API_SERVER } from './network';

/** Grace period of pods whose config says none. */
const USUAL_GRACE_SECONDS = 30;

/**
 * What deletes the job pods that their manager has left behind. The runner gives each pod a deadline of its own, the time-out of
 * its job, which counts from the moment that the pod starts; it starts within the poll timeout, or its manager gives it up.
 */
export function resolveOrphanCleanup(
  fleet: NormalFleet,
  runners: readonly ResolvedRunner[],
): ResolvedOrphanCleanup | undefined {
  const { orphanCleanup: cleanup, name } = fleet;
  if (cleanup === undefined) return undefined;
  const { grace, image, imagePullSecrets, schedule } = cleanup;
  return {
    schedule,
    image,
    imagePullSecrets,
    namespaces: [...new Set(runners.map(({ jobNamespace }) => jobNamespace))],
    // Of each fleet its own pods, of whichever runner: also of one that is no longer described.
    selector: `app.kubernetes.io/managed-by=gitlab-runner,app.kubernetes.io/part-of=${name},${RUNNER_KEY}`,
    longestJobSeconds: Math.max(...runners.map(({ gitlab }) => gitlab.maximumTimeoutSeconds)),
    spareSeconds: Math.max(...runners.map(waitingSeconds)) + secondsOf(grace),
    place: placeOf(fleet),
    egress: managerNamespace(fleet).isShared ? API_SERVER : undefined,
  };
}

/** Seconds that a job pod may wait for its start, and take to stop. */
function waitingSeconds({ managers: [{ config }] }: ResolvedRunner): number {
  const { poll_timeout: poll = 0, pod_termination_grace_period_seconds: grace = USUAL_GRACE_SECONDS } =
    config.runners[0].kubernetes;
  return poll + grace;
}

/** Beside the managers, on nodes that no job runs on. The image is for both architectures; Fargate has one. */
function placeOf(fleet: NormalFleet): ManagerPlace {
  const place = managerPlace(fleet);
  const onFargate = fleet.managerNodes === undefined && fleet.managerPool === undefined;
  return onFargate
    ? { ...place, nodeSelector: { 'kubernetes.io/arch': 'amd64', ...place.nodeSelector } }
    : place;
}
