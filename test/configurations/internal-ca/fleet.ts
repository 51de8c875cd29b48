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
  NOT_PRIVILEGED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  SERVICE,
  UNPRIVILEGED,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'internal',
    gitlabUrl: 'https://gitlab.internal.example.com',
    gitlabCa: { secret: 'acme-ca', jobs: true },
    existing: [
      'Secret/gitlab-runners/acme-ca',
      'Secret/gitlab-jobs/acme-ca',
      'Secret/gitlab-jobs-privileged/acme-ca',
      'Secret/gitlab-runners/s3-access',
      'Secret/gitlab-runners/privileged-s3-access',
    ],
    runnerDefaults: {
      concurrency: 10,
      jobImage: 'ubuntu:22.04',
      cache: {
        server: 's3.internal.example.com:9000',
        bucket: 'gitlab-runner',
        region: 'eu-west-1',
        path: 'runner',
        shared: true,
        credentialsSecret: 's3-access',
      },
    },
    runners: [
      { name: 'plain', arch: 'amd64', capacity: 'on-demand' },
      {
        name: 'privileged',
        arch: 'amd64',
        capacity: 'on-demand',
        privileged: true,
        tags: ['docker'],
        exactTags: true,
        cache: {
          bucket: 'privileged-runner',
          region: 'eu-west-1',
          credentialsSecret: 'privileged-s3-access',
        },
        config: {
          runner: {
            kubernetes: {
              volumes: {
                empty_dir: [{ name: 'docker-certs', mount_path: '/certs/client', medium: 'Memory' }],
              },
            },
          },
        },
      },
    ],
  },
  differs: {
    plain: [
      ownNamespace('gitlab-runner', 'gitlab-jobs'),
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      because(
        'an unprivileged job has no Docker daemon to share certificates with',
        'build+helper+init-permissions+svc-0.volumeMounts./certs/client.name: docker-certs -> none',
        'volumes.docker-certs.emptyDir.medium: Memory -> none',
      ),
      because(
        'the CA is where `gitlabCa` puts it, and variables name it: no script installs it',
        'build+helper+init-permissions+svc-0.volumeMounts./etc/gitlab-ca.name: none -> acme-ca',
        'build+helper+init-permissions+svc-0.volumeMounts./etc/gitlab-ca.readOnly: none -> true',
        'build+helper+init-permissions+svc-0.volumeMounts./usr/local/share/ca-certificates.name: acme-ca -> none',
        'build+helper+init-permissions+svc-0.volumeMounts./usr/local/share/ca-certificates.readOnly: true -> none',
        'volumes.acme-ca.secret.items: none -> [{"key":"ca.crt","path":"ca.crt"}]',
      ),
    ],
    privileged: [
      ownNamespace('privileged-runner', 'gitlab-jobs-privileged'),
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
      because(
        'the CA is where `gitlabCa` puts it, and variables name it: no script installs it',
        'build+helper+init-permissions+svc-0.volumeMounts./etc/gitlab-ca.name: none -> acme-ca',
        'build+helper+init-permissions+svc-0.volumeMounts./etc/gitlab-ca.readOnly: none -> true',
        'build+helper+init-permissions+svc-0.volumeMounts./usr/local/share/ca-certificates.name: acme-ca -> none',
        'build+helper+init-permissions+svc-0.volumeMounts./usr/local/share/ca-certificates.readOnly: true -> none',
        'volumes.acme-ca.secret.items: none -> [{"key":"ca.crt","path":"ca.crt"}]',
      ),
    ],
  },
};
