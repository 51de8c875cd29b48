import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

/** The fixture's ServiceAccounts turn the token off, and its pods on again. */
const UNSET: Change = [DEPLOYMENT, '      automountServiceAccountToken: true\n', ''];
const OFF: Change = [DEPLOYMENT, 'automountServiceAccountToken: true', 'automountServiceAccountToken: false'];

describeCheck('rights', {
  fires: [
    {
      name: 'a ServiceAccount that keeps its token, of which the pod says nothing',
      changes: [UNSET],
      finds: ['rights/no-token', 'error', /pods of runner-arm64-spot get no token.*every job fails/s],
    },
    {
      name: 'a pod that wants no token',
      changes: [OFF, ['arm64-spot/serviceaccount.yaml', 'Token: false', 'Token: true']],
      finds: ['rights/no-token', 'error', /Fix: write automountServiceAccountToken: true/],
    },
  ],
  quiet: [
    {
      name: 'a token that the pod lets be, and its ServiceAccount gives',
      changes: [UNSET, ['arm64-spot/serviceaccount.yaml', 'Token: false', 'Token: true']],
    },
    {
      name: 'a token by a projected volume',
      changes: [
        OFF,
        [
          DEPLOYMENT,
          '          volumeMounts:\n',
          '          volumeMounts:\n            - mountPath: /var/run/secrets/kubernetes.io/serviceaccount\n              name: token\n',
        ],
        [
          DEPLOYMENT,
          '      volumes:\n',
          '      volumes:\n        - name: token\n          projected: { sources: [{ serviceAccountToken: { path: token, expirationSeconds: 3600 } }] }\n',
        ],
      ],
    },
    {
      name: 'a kubeconfig',
      changes: [
        OFF,
        [
          DEPLOYMENT,
          '          env:\n',
          '          env:\n            - { name: KUBECONFIG, value: /home/gitlab-runner/config }\n',
        ],
      ],
    },
    {
      name: 'an API server that config.toml names',
      changes: [
        OFF,
        [
          CONFIG,
          '      namespace = "gitlab-jobs"\n',
          '      namespace = "gitlab-jobs"\n      host = "https://api.example.com"\n',
        ],
      ],
    },
  ],
});
