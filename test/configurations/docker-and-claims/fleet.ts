import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

const TO_GITLAB = { namespace: 'gitlab', podLabels: { app: 'webservice' }, ports: [8181] };

/** What the daemon mounts in both. */
const MOUNTS: readonly (readonly [path: string, field: string, value: string])[] = [
  ['/builds', 'of', 'at /builds'],
  ['/cache', 'mountPropagation', 'None'],
  ['/cache', 'of', 'at /cache'],
  ['/etc/ssl/certs/ca-certificates.crt', 'of', 'at /etc/ssl/certs/ca-certificates.crt'],
  ['/etc/ssl/certs/ca-certificates.crt', 'subPath', 'ca-certificates.crt'],
  ['/logs-<project>-<job>', 'of', 'at /logs-<project>-<job>'],
  ['/scripts-<project>-<job>', 'of', 'at /scripts-<project>-<job>'],
];

const sizeOfBuild = (container: string): readonly string[] =>
  [
    'limits.ephemeral-storage: none -> 20Gi',
    'limits.memory: none -> 4Gi',
    'requests.cpu: none -> 1',
    'requests.cpu: none -> 4',
    'requests.ephemeral-storage: none -> 20Gi',
    'requests.ephemeral-storage: none -> 5Gi',
    'requests.memory: none -> 2Gi',
    'requests.memory: none -> 4Gi',
  ].map((line) => `${container}.resources.${line}`);

export const configuration: Configuration = {
  fleet: {
    name: 'docker',
    gitlabUrl: 'http://gitlab-webservice-default.gitlab:8181',
    network: { managerEgress: [TO_GITLAB], jobEgress: [TO_GITLAB], metricsFrom: ['monitoring'] },
    existing: [
      'ConfigMap/gitlab-jobs-privileged/acme-ca',
      'PersistentVolumeClaim/gitlab-jobs-privileged/gitlab-cache',
    ],
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 6,
        requestConcurrency: 3,
        jobImage: 'ubuntu:26.04',
        dockerInDocker: { image: 'docker:28.3-dind', allowedServices: ['**'] },
        job: { environment: { DOCKER_DRIVER: 'overlay2' } },
        volumes: [
          {
            mountPath: '/etc/ssl/certs/ca-certificates.crt',
            configMap: 'acme-ca',
            subPath: 'ca-certificates.crt',
            items: { 'ca-certificates.crt': 'ca-certificates.crt' },
          },
          { mountPath: '/cache', claim: 'gitlab-cache' },
        ],
      },
    ],
  },
  differs: {
    docker: [
      ownNamespace('gitlab-runner', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      ALWAYS_PULLED,
      because(WHY.rights, 'securityContext.seccompProfile.type: none -> RuntimeDefault'),
      because(
        'only the daemon needs privileges',
        'build+helper+init-permissions.securityContext.allowPrivilegeEscalation: none -> false',
        'build+helper+init-permissions.securityContext.privileged: true -> false',
      ),
      because(WHY.escalation, 'svc-0.securityContext.allowPrivilegeEscalation: none -> true'),
      because(
        'jobs do with a small container, since images are built by the daemon, a service, which gets the size of a build',
        'build.resources.limits.ephemeral-storage: none -> 10Gi',
        'build.resources.limits.memory: none -> 2Gi',
        'build.resources.requests.cpu: none -> 1',
        'build.resources.requests.cpu: none -> 250m',
        'build.resources.requests.ephemeral-storage: none -> 1Gi',
        'build.resources.requests.memory: none -> 2Gi',
        'build.resources.requests.memory: none -> 512Mi',
        ...sizeOfBuild('svc-0'),
      ),
      HELPER,
      because(
        WHY.disk,
        'helper+init-permissions.resources.limits.ephemeral-storage: none -> 10Gi',
        'helper+init-permissions.resources.requests.ephemeral-storage: none -> 1Gi',
      ),
      because(
        'the daemon is called docker, as its certificate has it',
        'config.environment.DOCKER_HOST: tcp://localhost:2376 -> tcp://docker:2376',
        'dind.image: docker:dind -> none',
        'dind.imagePullPolicy: IfNotPresent -> none',
        'dind.securityContext.capabilities.drop: ["NET_RAW"] -> none',
        'dind.securityContext.privileged: true -> none',
        'dind.volumeMounts./certs.of: at /certs -> none',
        ...MOUNTS.map(([path, field, value]) => `dind.volumeMounts.${path}.${field}: ${value} -> none`),
        'docker.image: none -> docker:28.3-dind',
        'docker.imagePullPolicy: none -> Always',
        'docker.securityContext.allowPrivilegeEscalation: none -> true',
        'docker.securityContext.capabilities.drop: none -> ["NET_RAW"]',
        'docker.securityContext.privileged: none -> true',
        'docker.volumeMounts./certs/client.mountPropagation: none -> None',
        'docker.volumeMounts./certs/client.of: none -> at /certs/client',
        'docker.volumeMounts./var/lib/docker.mountPropagation: none -> None',
        'docker.volumeMounts./var/lib/docker.of: none -> at /var/lib/docker',
        ...MOUNTS.map(([path, field, value]) => `docker.volumeMounts.${path}.${field}: none -> ${value}`),
        ...sizeOfBuild('docker'),
      ),
      because(
        'jobs see the certificates of a client and not the key of the daemon, and its layers count against limits of disk',
        'build+helper+init-permissions+svc-0.volumeMounts./certs.of: at /certs -> none',
        'build+helper+init-permissions+svc-0.volumeMounts./certs/client.mountPropagation: none -> None',
        'build+helper+init-permissions+svc-0.volumeMounts./certs/client.of: none -> at /certs/client',
        'build+helper+init-permissions+svc-0.volumeMounts./var/lib/docker.mountPropagation: none -> None',
        'build+helper+init-permissions+svc-0.volumeMounts./var/lib/docker.of: none -> at /var/lib/docker',
        'volumes.at /certs.emptyDir.medium: Memory -> none',
        'volumes.at /certs.of: emptyDir -> none',
        'volumes.at /certs/client.emptyDir.medium: none -> Memory',
        'volumes.at /certs/client.of: none -> emptyDir',
        'volumes.at /var/lib/docker.of: none -> emptyDir',
      ),
      because(
        'services are privileged, so that a list says which may run',
        'config.kubernetes.allowed_services: none -> ["docker:28.3-dind","**"]',
      ),
      WAITS_FOR_NODES,
      because(
        'jobs choose no namespace: there is one',
        'config.kubernetes.namespace_overwrite_allowed: gitlab-runner -> none',
      ),
    ],
  },
};
