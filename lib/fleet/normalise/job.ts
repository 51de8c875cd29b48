import { RUNNER_KEY } from '../../contract';
import { JOB_DEFAULTS, POD_AFFINITY_DEFAULTS } from '../defaults';
import type { NormalJob } from '../normal-jobs';
import type { JobProps } from '../props/job';
import { fillDefaults } from './merge-settings';

/** What every job of a runner is given. */
export function normaliseJob(said: JobProps = {}, runner: string): NormalJob {
  const { environment, services, allowedImages, allowedServices, hostAliases } = fillDefaults(
    JOB_DEFAULTS,
    said,
  );
  const { preGetSourcesScript, postGetSourcesScript, preBuildScript, postBuildScript } = said;
  return {
    environment,
    scripts: { preGetSourcesScript, postGetSourcesScript, preBuildScript, postBuildScript },
    services,
    allowedImages,
    allowedServices,
    priorityClassName: said.priorityClassName,
    runtimeClassName: said.runtimeClassName,
    hostAliases,
    podAffinity: (said.podAffinity ?? []).map((one) => ({
      ...fillDefaults(POD_AFFINITY_DEFAULTS, one),
      // Labels that are said replace this one: they would otherwise have to be on the same pods.
      matchLabels: one.matchLabels ?? { [RUNNER_KEY]: runner },
    })),
  };
}
