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
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'large',
    gitlabUrl: 'https://gitlab.example.com',
    nodeClass: {
      rootVolume: { size: '80Gi' },
      kubelet: { maxPods: 110 },
      tags: { application: 'gitlab-runners' },
    },
    nodePoolDefaults: {
      maxCpu: 23,
      requirements: [{ key: 'karpenter.k8s.aws/instance-memory', operator: 'Gt', values: ['8000'] }],
      consolidateAfter: '1h',
      expireAfter: '6h',
    },
    runners: [
      {
        name: 'docker',
        arch: 'amd64',
        capacity: 'spot-first',
        concurrency: 10,
        privileged: true,
        jobImage: 'docker:20.10.16',
        manager: { helperImage: 'registry.example.com/gitlab-runner-helper:x86_64-v19.3.0' },
        build: {
          cpu: { request: '1', limit: '6', maxRequest: '6' },
          memory: { request: '1Gi', limit: '8Gi', maxRequest: '8Gi', maxLimit: '8Gi' },
        },
        service: {
          cpu: { request: '1', limit: '6' },
          memory: { request: '1Gi', limit: '5Gi', maxRequest: '5Gi', maxLimit: '5Gi' },
        },
        helper: {
          cpu: { request: '500m', limit: '3500m' },
          memory: { request: '1000Mi', limit: '4000Mi' },
        },
        podLabels: { 'acme.example/kind': 'ci' },
      },
    ],
  },
  differs: {
    docker: [
      ownNamespace('gitlab-runner', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'either'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      because(
        WHY.ceiling,
        'build+svc-0.resources.requests.cpu: 1 -> 6',
        'build.resources.requests.memory: 1Gi -> 8Gi',
        'svc-0.resources.requests.memory: 1Gi -> 5Gi',
      ),
      because(
        'the helper is of the release of its manager',
        'helper+init-permissions.image: registry.example.com/gitlab-runner:runner-2 -> registry.example.com/gitlab-runner-helper:x86_64-v19.3.0',
      ),
      because(
        WHY.nodes,
        'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: [{"matchExpressions":[{"key":"acme.example/nodes","operator":"In","values":["gitlab-runners"]}]}] -> none',
        'tolerations.acme.example/nodes=gitlab-runners:NoSchedule: Equal -> none',
      ),
      WAITS_FOR_NODES,
    ],
  },
};
