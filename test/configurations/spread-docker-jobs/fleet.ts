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
  pinnedAlpine,
  SERVICE,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'spread',
    gitlabUrl: 'https://gitlab.example.com',
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 4,
        privileged: true,
        build: {
          cpu: { request: '500m', limit: '2', maxRequest: '2' },
          memory: { request: '1Gi', limit: '4Gi' },
        },
        helper: { cpu: { limit: '500m' }, memory: { request: '128Mi', limit: '256Mi' } },
        podLabels: { 'gitlab-runner': 'true' },
        job: { podAffinity: [{ prefer: 'apart', matchLabels: { 'gitlab-runner': 'true' } }] },
      },
    ],
  },
  differs: {
    docker: [
      ownNamespace('gitlab-runner', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'on-demand'),
      linux('amd64'),
      pinnedAlpine('alpine:latest'),
      NOT_DISRUPTED,
      NO_TOKEN,
      PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      SERVICE,
      because(
        WHY.ceiling,
        'build.resources.requests.cpu: 500m -> 2',
        'build.resources.requests.memory: 1Gi -> 4Gi',
      ),
      WAITS_FOR_NODES,
    ],
  },
};
