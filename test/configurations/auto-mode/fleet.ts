import type { Configuration } from '../configuration';
import {
  BUILD,
  because,
  DISK,
  HELPER,
  linux,
  NOT_DISRUPTED,
  NOT_PRIVILEGED,
  ownNamespace,
  pinnedAlpine,
  SERVICE,
  TOKEN_OF_ACCOUNT,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'auto-mode',
    managerNodes: { nodeSelector: { 'karpenter.sh/nodepool': 'gitlab-main' } },
    existingPools: [{ pool: 'spot', nodeSelector: { 'karpenter.sh/nodepool': 'gitlab-spot' } }],
    existing: ['ServiceAccount/gitlab-jobs/gitlab-runner'],
    runners: [
      {
        name: 'spot',
        arch: 'amd64',
        capacity: 'spot',
        pool: 'spot',
        concurrency: 10,
        serviceAccount: 'gitlab-runner',
      },
    ],
  },
  differs: {
    spot: [
      ownNamespace('gitlab', 'gitlab-jobs'),
      linux('amd64'),
      pinnedAlpine('alpine:latest'),
      NOT_DISRUPTED,
      TOKEN_OF_ACCOUNT,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      DISK,
      BUILD,
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
