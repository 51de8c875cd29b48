import { DOCKER_IN_DOCKER_DEFAULTS, RUNNER_DEFAULTS } from '../defaults';
import type { NormalRunner, SaidRunner } from '../normal-fleet';
import type { NormalDockerInDocker } from '../normal-jobs';
import { DOCKER_CLIENT_IMAGE } from '../versions';
import { fillDefaults } from './merge-settings';

/** The daemon of a runner's jobs, and the defaults that follow from it. */
export function normaliseDockerInDocker(
  said: SaidRunner,
): Pick<NormalRunner, 'dockerInDocker' | 'jobImage' | 'maxServices'> {
  const dockerInDocker = said.dockerInDocker && filled(said.dockerInDocker);
  const allowsOthers = dockerInDocker === undefined || dockerInDocker.allowedServices.length > 0;
  return {
    dockerInDocker,
    jobImage: said.jobImage ?? (dockerInDocker ? DOCKER_CLIENT_IMAGE : RUNNER_DEFAULTS.jobImage),
    maxServices: said.maxServices ?? (allowsOthers ? RUNNER_DEFAULTS.maxServices : 0),
  };
}

function filled(said: Required<SaidRunner>['dockerInDocker']): NormalDockerInDocker {
  const { registryMirror, mtu, ...others } = said;
  return { ...fillDefaults(DOCKER_IN_DOCKER_DEFAULTS, others), registryMirror, mtu };
}
