import type { Configuration } from '../configuration';
import {
  because,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  NOT_PRIVILEGED,
  ownNamespace,
  pinnedAlpine,
  SERVICE,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'auto-mode',
    managerNodes: {
      nodeSelector: { 'karpenter.sh/nodepool': 'ci-managers' },
      tolerations: { 'acme.example/for=managers': 'NoSchedule' },
    },
    existingPools: [
      {
        pool: 'spot',
        nodeSelector: { 'karpenter.sh/nodepool': 'ci-spot' },
        tolerations: { 'acme.example/for=jobs': 'NoSchedule' },
      },
    ],
    runners: [
      {
        name: 'spot',
        arch: 'amd64',
        capacity: 'spot',
        pool: 'spot',
        concurrency: 10,
        jobServiceAccount: { name: 'gitlab-runner' },
        // The largest type has four vCPUs, of which the helper and the node need some.
        build: { cpu: { maxRequest: '3' } },
      },
    ],
  },
  warns: {
    'auto-mode/no-limits': 'the pools of the source have none',
    'fits/few-spot-types': 'the pool of the source has six types',
  },
  differs: {
    spot: [
      ownNamespace('gitlab', 'gitlab-jobs'),
      linux('amd64'),
      pinnedAlpine('alpine:latest'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      DISK,
      because(
        WHY.size,
        'build.resources.limits.memory: none -> 4Gi',
        'build.resources.requests.cpu: none -> 1',
        'build.resources.requests.cpu: none -> 3',
        'build.resources.requests.memory: none -> 2Gi',
        'build.resources.requests.memory: none -> 4Gi',
      ),
      because(
        'without a taint any pod of the cluster shares the nodes of jobs',
        'tolerations.acme.example/for=jobs:NoSchedule: none -> Equal',
      ),
      HELPER,
      SERVICE,
      because(WHY.pull, 'helper+init-permissions+svc-0.imagePullPolicy: IfNotPresent -> Always'),
      because(
        'jobs of a Spot runner never run on demand, and the other way round',
        'nodeSelector.karpenter.sh/capacity-type: none -> spot',
      ),
      WAITS_FOR_NODES,
    ],
  },
};
