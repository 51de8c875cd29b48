import type { Configuration } from '../configuration';
import {
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
  pinnedAlpine,
  SERVICE,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
  WHY,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'second',
    gitlabUrl: 'http://gitlab.example.com',
    managerNodes: { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'acme-workers' } },
    runners: [
      {
        name: 'graviton',
        arch: 'arm64',
        capacity: 'on-demand',
        concurrency: 10,
        tags: ['graviton-images'],
        exactTags: true,
      },
    ],
  },
  differs: {
    graviton: [
      ownNamespace('gitlab-runner', 'gitlab-jobs'),
      ownNodes('jobs', 'on-demand'),
      linux('arm64'),
      pinnedAlpine('alpine'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      because(WHY.pull, 'helper+init-permissions+svc-0.imagePullPolicy: IfNotPresent -> Always'),
      WAITS_FOR_NODES,
      because('it is the address of GitLab', 'config.clone_url: http://gitlab.example.com/ -> none'),
    ],
  },
};
