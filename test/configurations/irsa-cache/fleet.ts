import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  DISK,
  defaultImage,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  UNPRIVILEGED,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'irsa',
    gitlabUrl: 'https://gitlab.example.com',
    runners: [
      {
        name: 'plain',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 10,
        jobServiceAccount: { name: 'gitlab-runner' },
        cache: {
          bucket: 'acme-cache',
          region: 'ap-southeast-1',
          identity: 'irsa',
          roleArn: 'arn:aws:iam::123456789012:role/acme-cache',
        },
        build: { cpu: { request: '500m' }, memory: { request: '500Mi' } },
        service: {
          cpu: { request: '150m', limit: '1000m' },
          memory: { request: '350Mi', limit: '2000Mi', maxRequest: '2000Mi', maxLimit: '2000Mi' },
        },
        helper: {
          cpu: { request: '150m', limit: '1500m' },
          memory: { request: '375Mi', limit: '1500Mi' },
        },
        job: { environment: { HOME: '/tmp' } },
        config: { runner: { builds_dir: '/tmp' } },
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
      ALWAYS_PULLED,
      defaultImage(),
      DISK,
      because(WHY.size, 'build.resources.limits.memory: none -> 4Gi'),
      because(
        WHY.ceiling,
        'build.resources.requests.cpu: 500m -> 4',
        'build.resources.requests.memory: 500Mi -> 4Gi',
        'svc-0.resources.requests.cpu: 150m -> 1000m',
        'svc-0.resources.requests.memory: 350Mi -> 2000Mi',
      ),
      because(WHY.nodes, 'tolerations.cicd=true:NoSchedule: Equal -> none'),
      because('nothing reads this variable', 'config.environment.builds_dir: /tmp -> none'),
    ],
  },
};
