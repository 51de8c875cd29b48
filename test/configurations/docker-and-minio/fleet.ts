import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  DISK,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  propagated,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'docker',
    gitlabUrl: 'https://gitlab.example.com',
    network: { jobEgress: [{ namespace: 'minio', ports: [9000] }] },
    existing: ['Secret/gitlab-runners/minio-credentials'],
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 10,
        privileged: true,
        jobImage: 'ubuntu:20.04',
        jobServiceAccount: { name: 'ci-worker', roleArn: 'arn:aws:iam::123456789012:role/acme-ci-worker' },
        cache: {
          server: 'minio.minio.svc.cluster.local:9000',
          insecure: true,
          bucket: 'runner',
          region: 'us-east-1',
          path: 'runner',
          shared: true,
          credentialsSecret: 'minio-credentials',
        },
        build: { cpu: { request: '100m' }, memory: { request: '128Mi' } },
        service: { memory: { request: '256Mi' } },
        helper: { cpu: { request: '50m' }, memory: { request: '16Mi' } },
        volumes: [{ mountPath: '/certs/client', emptyDir: { medium: 'Memory' } }],
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
      propagated(['/certs/client']),
      ALWAYS_PULLED,
      DISK,
      because(
        WHY.size,
        'build.resources.limits.memory: none -> 4Gi',
        'helper+init-permissions.resources.limits.memory: none -> 512Mi',
        'svc-0.resources.limits.memory: none -> 2Gi',
      ),
      because(
        WHY.ceiling,
        'build.resources.requests.cpu: 100m -> 4',
        'build.resources.requests.memory: 128Mi -> 4Gi',
        'svc-0.resources.requests.cpu: 250m -> 1',
        'svc-0.resources.requests.memory: 256Mi -> 2Gi',
      ),
      because(
        'managers get credentials from outside the config',
        'config.cache.s3.AuthenticationType: none -> iam',
      ),
      because(
        'MinIO ignores it, and signatures need one',
        'config.cache.s3.BucketLocation: none -> us-east-1',
      ),
      because(
        'the store has a namespace of its own',
        'config.cache.s3.ServerAddress: store:9000 -> minio.minio.svc.cluster.local:9000',
      ),
      because(
        'the source waits 17 hours for a pod, which is a slip',
        'config.kubernetes.poll_timeout: 60044 -> 600',
      ),
    ],
  },
};
