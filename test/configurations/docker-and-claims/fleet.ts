import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  BUILD,
  because,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  pinned,
  SERVICE,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

const TO_GITLAB = { namespace: 'gitlab', podLabels: { app: 'webservice' }, ports: [8181] };

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
        privileged: true,
        jobImage: 'ubuntu:26.04',
        config: {
          runner: {
            environment: [
              'DOCKER_HOST=tcp://localhost:2376',
              'DOCKER_DRIVER=overlay2',
              'DOCKER_TLS_CERTDIR=/certs',
              'DOCKER_TLS_VERIFY=1',
              'DOCKER_CERT_PATH=/certs/client',
            ],
            kubernetes: {
              services: [{ name: 'docker:28.3-dind', alias: 'dind' }],
              volumes: {
                config_map: [
                  {
                    name: 'acme-ca',
                    mount_path: '/etc/ssl/certs/ca-certificates.crt',
                    sub_path: 'ca-certificates.crt',
                    items: { 'ca-certificates.crt': 'ca-certificates.crt' },
                  },
                ],
                pvc: [{ name: 'gitlab-cache', mount_path: '/cache', mount_propagation: 'None' }],
                empty_dir: [{ name: 'dind-certs', mount_path: '/certs', medium: 'Memory' }],
              },
            },
          },
        },
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
      PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      pinned('docker:dind', 'docker:28.3-dind', 'dind'),
      because(WHY.pull, 'dind.imagePullPolicy: IfNotPresent -> Always'),
      because(
        WHY.disk,
        'dind.resources.limits.ephemeral-storage: none -> 10Gi',
        'dind.resources.requests.ephemeral-storage: none -> 1Gi',
      ),
      because(
        WHY.size,
        'dind.resources.limits.memory: none -> 2Gi',
        'dind.resources.requests.cpu: none -> 1',
        'dind.resources.requests.cpu: none -> 250m',
        'dind.resources.requests.memory: none -> 2Gi',
        'dind.resources.requests.memory: none -> 512Mi',
      ),
      because(WHY.escalation, 'dind.securityContext.allowPrivilegeEscalation: none -> true'),
      WAITS_FOR_NODES,
      because(
        'jobs choose no namespace: there is one',
        'config.kubernetes.namespace_overwrite_allowed: gitlab-runner -> none',
      ),
    ],
  },
};
