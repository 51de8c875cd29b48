import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  BUILD,
  because,
  DISK,
  HELPER,
  linux,
  NOT_DISRUPTED,
  ownNamespace,
  ownNodes,
  PRIVILEGED,
  SERVICE,
  TOKEN_OF_ACCOUNT,
} from '../wanted';

export const configuration: Configuration = {
  fleet: {
    name: 'deploy',
    existing: [
      'ServiceAccount/gitlab-jobs-privileged/gitlab-runner-sa',
      'Secret/gitlab-jobs-privileged/kubeconfig',
    ],
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
        serviceAccount: 'gitlab-runner-sa',
        config: {
          runner: {
            feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true },
            kubernetes: {
              pod_spec: [
                {
                  name: 'kubeconfig',
                  patch_type: 'strategic',
                  patch: `containers:
  - name: build
    volumeMounts:
      - name: kubeconfig-volume
        mountPath: /tmp/kubeconfig
        subPath: KUBECONFIG
volumes:
  - name: kubeconfig-volume
    secret:
      secretName: kubeconfig
`,
                },
              ],
            },
          },
        },
      },
    ],
  },
  differs: {
    deploy: [
      ownNamespace('gitlab', 'gitlab-jobs-privileged'),
      ownNodes('privileged', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      TOKEN_OF_ACCOUNT,
      PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      because(
        'a flag is set in the table of flags, where no job changes it',
        'config.environment.FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true -> none',
        'config.feature_flags.FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: none -> true',
      ),
    ],
  },
};
