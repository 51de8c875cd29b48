import type { Configuration } from '../configuration';
import {
  because,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  pinnedAlpine,
  propagated,
  SERVICE,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'either',
    gitlabUrl: 'https://gitlab.example.com',
    nodePoolDefaults: {
      instanceCategories: ['t'],
      minGeneration: 3,
      requirements: [
        {
          key: 'node.kubernetes.io/instance-type',
          operator: 'In',
          values: ['t3.medium', 't3.large', 't3.xlarge', 't3a.medium', 't3a.large', 't3a.xlarge'],
        },
      ],
    },
    existing: [
      'ConfigMap/gitlab-jobs-privileged/ci-scripts',
      'PersistentVolumeClaim/gitlab-jobs-privileged/cache',
    ],
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'spot-first',
        managers: 2,
        concurrency: 10,
        privileged: true,
        jobServiceAccount: { name: 'gitlab-runner' },
        cache: { bucket: 'acme-runner-cache', region: 'ap-southeast-1', shared: true },
        build: {
          cpu: { request: '100m', limit: '1', maxRequest: '1' },
          memory: { request: '128Mi', limit: '1Gi', maxRequest: '1Gi', maxLimit: '1Gi' },
        },
        podLabels: { app: 'gitlab-runner', type: 'ci-job' },
        job: {
          allowedImages: ['alpine:*', 'ubuntu:*', 'docker:*', 'registry.example.com/*'],
          allowedServices: ['docker:*', 'registry.example.com/*'],
        },
        volumes: [
          { mountPath: '/scripts', configMap: 'ci-scripts', readOnly: true },
          { mountPath: '/cache', claim: 'cache' },
        ],
      },
    ],
  },
  warns: { 'fits/few-spot-types': 'the source names six types' },
  differs: {
    docker: [
      ownNamespace('gitlab-runner', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'either'),
      linux('amd64'),
      pinnedAlpine('alpine:latest'),
      NOT_DISRUPTED,
      NO_TOKEN,
      PRIVILEGED,
      propagated(['/cache']),
      DISK,
      HELPER,
      SERVICE,
      because(
        'Karpenter does not read it, and it asks for the contrary of do-not-disrupt',
        'annotations.cluster-autoscaler.kubernetes.io/safe-to-evict: true -> none',
      ),
      because(
        WHY.ceiling,
        'build.resources.requests.cpu: 100m -> 1',
        'build.resources.requests.memory: 128Mi -> 1Gi',
      ),
      because(
        WHY.tag,
        'helper+init-permissions.image: gitlab/gitlab-runner-helper:x86_64-latest -> registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.3.0',
      ),
      because(
        WHY.nodes,
        'nodeSelector.workload-type: ci -> none',
        'tolerations.workload-type=ci:NoSchedule: Equal -> none',
      ),
      WAITS_FOR_NODES,
      because(
        'managers get credentials from outside the config',
        'config.cache.s3.AuthenticationType: none -> iam',
      ),
      because('it is the default address', 'config.cache.s3.ServerAddress: s3.amazonaws.com -> none'),
      because(
        'a service may be any image otherwise',
        'config.kubernetes.allowed_services: none -> ["docker:*","registry.example.com/*"]',
      ),
    ],
  },
};
