import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  BUILD,
  because,
  DISK,
  defaultImage,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  SERVICE,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'deploy',
    existing: ['Secret/gitlab-jobs-privileged/kubeconfig'],
    runners: [
      {
        name: 'deploy',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 10,
        privileged: true,
        protected: true,
        tags: ['deploy'],
        exactTags: true,
        jobServiceAccount: { name: 'gitlab-runner-sa' },
        volumes: [{ mountPath: '/tmp/kubeconfig', secret: 'kubeconfig', subPath: 'KUBECONFIG' }],
      },
    ],
  },
  differs: {
    deploy: [
      ownNamespace('gitlab', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      PRIVILEGED,
      ALWAYS_PULLED,
      defaultImage(),
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      because(
        'a volume is in every container of the job',
        'helper+init-permissions+svc-0.volumeMounts./tmp/kubeconfig.of: none -> at /tmp/kubeconfig',
        'helper+init-permissions+svc-0.volumeMounts./tmp/kubeconfig.subPath: none -> KUBECONFIG',
      ),
      because(
        'no patch of the pod is left',
        'config.environment.FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true -> none',
      ),
    ],
  },
};
