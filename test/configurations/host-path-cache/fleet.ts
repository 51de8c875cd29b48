import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  DISK,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNodes,
  propagated,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'host-path-cache',
    // Pod Security level baseline, which namespaces of jobs otherwise have, forbids hostPath.
    namespaces: [{ name: 'ci-jobs', podSecurity: 'privileged' }],
    sealedPullSecrets: ['hub-login'],
    runners: [
      {
        name: 'jobs',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 4,
        requestConcurrency: 4,
        jobNamespace: 'ci-jobs',
        jobImage: 'alpine:3.21',
        jobServiceAccount: { name: 'ci-jobs' },
        build: {
          cpu: { request: '100m', limit: '500m', maxRequest: '500m' },
          memory: { request: '128Mi', limit: '256Mi', maxRequest: '256Mi', maxLimit: '256Mi' },
        },
        helper: { memory: { request: '128Mi', limit: '256Mi' } },
        service: {
          cpu: { request: '100m', maxRequest: null },
          memory: { request: '128Mi', limit: '256Mi', maxRequest: null, maxLimit: null },
        },
        imagePullSecrets: ['hub-login'],
        job: {
          podAffinity: [{ prefer: 'together', matchLabels: { 'gitlab-project': '$CI_PROJECT_PATH_SLUG' } }],
        },
        volumes: [
          { mountPath: '/builds', emptyDir: { medium: 'Memory' } },
          { mountPath: '/cache', hostPath: '/var/lib/gitlab-runner/cache' },
        ],
        podLabels: { 'gitlab-project': '$CI_PROJECT_PATH_SLUG' },
        config: {
          runner: {
            builds_dir: '/builds',
            cache_dir: '/cache',
          },
        },
      },
    ],
  },
  differs: {
    jobs: [
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      propagated(['/builds', '/cache']),
      ALWAYS_PULLED,
      DISK,
      because(
        WHY.ceiling,
        'build.resources.requests.cpu: 100m -> 500m',
        'build.resources.requests.memory: 128Mi -> 256Mi',
      ),
      WAITS_FOR_NODES,
    ],
  },
};
