import type { Configuration } from '../configuration';
import {
  BUILD,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  pinnedAlpine,
  SERVICE,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'terminals',
    gitlabUrl: 'https://gitlab.internal.example.com',
    network: { metricsFrom: ['monitoring'] },
    runners: [
      {
        name: 'plain',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 3,
        sessionServer: {
          advertiseAddress: 'terminals.internal.example.com:443',
          timeout: '30m',
          fromCidrs: ['10.20.1.10/32'],
        },
      },
    ],
  },
  differs: {
    plain: [
      ownNamespace('gitlab-runner', 'gitlab-jobs'),
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      pinnedAlpine('alpine'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      WAITS_FOR_NODES,
    ],
  },
};
