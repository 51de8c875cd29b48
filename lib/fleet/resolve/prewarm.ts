import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { parseRunnerVersion, wantsUnsetKeys } from '../../gitlab-runner/features';
import { quantityOf } from '../../values/quantity';
import { prewarmPriorityName } from '../names';
import type { JobResources, NormalFleet, NormalRange, NormalRunner } from '../normal-fleet';

/** How long pause pods stay when they are too many; the runner's own default is no time at all. */
const IDLE_TIME = '10m';

/** Jobs that each manager of a runner holds room for; each keeps pause pods of its own. Undefined without held room. */
export function prewarmedJobs({ prewarm, managers }: NormalRunner): number | undefined {
  return prewarm && Math.ceil(prewarm.jobs / managers);
}

/**
 * `[runners.kubernetes.autoscaler]` of one manager. A pause pod asks for what the build container asks for and leaves
 * the helper and a Docker daemon out, so that a job needs the room of more than one: as many more are held.
 */
export function prewarmTable(
  { prewarm, managers, resources, dockerInDocker, runnerVersion }: NormalRunner,
  { prefix }: NormalFleet,
): KubernetesTable['autoscaler'] {
  if (prewarm === undefined) return undefined;
  const { hours, jobs, timezone } = prewarm;
  const pods = Math.ceil(Math.ceil(jobs / managers) * surplus(resources, dockerInDocker !== undefined));
  return {
    max_pause_pods: pods,
    pause_pod_priority_class_name: prewarmPriorityName(prefix),
    policy: [
      {
        periods: [...hours],
        timezone,
        idle_count: pods,
        idle_time: IDLE_TIME,
        // It means nothing to pause pods.
        ...(setsAllKeys(runnerVersion) && { preemptive_mode: false }),
      },
    ],
  };
}

/** Whether keys are written that say what holds without them, for the schema of a release. */
export function setsAllKeys(runnerVersion: string): boolean {
  const release = parseRunnerVersion(runnerVersion);
  return release !== undefined && wantsUnsetKeys(release);
}

/** How many times the request of the build container a whole job pod asks for, of the resource where it is more. */
function surplus({ build, helper, service }: JobResources, hasDaemon: boolean): number {
  const others = hasDaemon ? [helper, service] : [helper];
  const times = (['cpu', 'memory'] as const).map((resource) =>
    timesOf(
      build[resource],
      others.map((one) => one[resource]),
    ),
  );
  return Math.max(...times);
}

function timesOf(build: NormalRange, others: readonly NormalRange[]): number {
  const amounts = [build, ...others].map(({ request }) =>
    request === undefined ? 0 : Number(quantityOf(request)),
  );
  const [own] = amounts;
  return own > 0 ? amounts.reduce((sum, one) => sum + one) / own : 1;
}
