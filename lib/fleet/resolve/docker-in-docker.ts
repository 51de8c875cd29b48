import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { DOCKER } from '../names';
import type { NormalRunner } from '../normal-fleet';
import type { NormalDockerInDocker } from '../normal-jobs';
import { emptyDir } from './job-volumes';

/** The entry point of the daemon makes certificates in this folder, and then requires them of clients. */
const CERTIFICATES = 'DOCKER_TLS_CERTDIR=/certs';

/** Variables by which the client of a job finds the daemon. */
export function dockerClient({ dockerInDocker }: NormalRunner): readonly string[] {
  if (dockerInDocker === undefined) return [];
  return [
    `DOCKER_HOST=tcp://${DOCKER.alias}:${DOCKER.port}`,
    CERTIFICATES,
    'DOCKER_TLS_VERIFY=1',
    `DOCKER_CERT_PATH=${DOCKER.certificates.path}`,
  ];
}

/** Hosts that a job reaches without its proxy, which does not know services of the pod. */
export function dockerHosts({ dockerInDocker }: NormalRunner): readonly string[] {
  return dockerInDocker === undefined ? [] : [DOCKER.alias];
}

/**
 * The daemon as a service of every job. Only services are privileged. A job waits until it listens. Its layers
 * have a volume: a volume that the image declares does not count against disk limits.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/128500
 */
export function dockerService({ dockerInDocker, runnerVersion }: NormalRunner): KubernetesTable {
  if (dockerInDocker === undefined) return {};
  const { image, allowedServices } = dockerInDocker;
  const command = daemonArguments(dockerInDocker);
  return {
    allowed_services: [image, ...allowedServices],
    services: [
      {
        name: image,
        alias: DOCKER.alias,
        ...(command.length > 0 && { command }),
        // Also here, where no variable of a job can override it.
        environment: [CERTIFICATES, `HEALTHCHECK_TCP_PORT=${DOCKER.port}`],
      },
    ],
    service_container_security_context: { privileged: true, allow_privilege_escalation: true },
    volumes: {
      empty_dir: [
        emptyDir(DOCKER.certificates, runnerVersion, { medium: 'Memory' }),
        emptyDir(DOCKER.layers, runnerVersion),
      ],
    },
  };
}

/** The entry point appends these to `dockerd`. `--mtu` alone does not apply to networks that a job creates. */
function daemonArguments({ registryMirror, mtu }: NormalDockerInDocker): string[] {
  return [
    ...(registryMirror === undefined ? [] : [`--registry-mirror=${registryMirror}`]),
    ...(mtu === undefined
      ? []
      : [`--mtu=${mtu}`, `--default-network-opt=bridge=com.docker.network.driver.mtu=${mtu}`]),
  ];
}
