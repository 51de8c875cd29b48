import { fakeCiphertext } from '../ciphertext';
import { type Change, FLEET } from '../fixtures/files';
import { describeCheck } from './cases';
import { DEPLOYMENT, SEALED } from './places';
import { FROM_STORE } from './token-from-store';

/** A variable of the manager, besides its own. */
const withVariable = (value: string): Change => [
  DEPLOYMENT,
  '            - name: HOME\n',
  `            - name: DEPLOY_PASSWORD\n              ${value}\n            - name: HOME\n`,
];
const fromStore = (from: string | RegExp, to: string) => ({
  files: FROM_STORE,
  changes: [['amd64-spot/externalsecret.yaml', from, to]] as readonly Change[],
});

describeCheck('secrets', {
  fires: [
    {
      name: 'a private key in a ConfigMap',
      files: [
        ...FLEET,
        {
          path: 'acme/settings.yaml',
          text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: gitlab-jobs }\ndata:\n  key: |\n    -----BEGIN ${'OPENSSH'} PRIVATE KEY-----\n    b3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n    -----END OPENSSH PRIVATE KEY-----\n`,
        },
      ],
      finds: ['secrets/plain-credential', 'error', /\(hidden\)\. everyone who can read the repository/],
    },
    {
      name: 'a password in a variable',
      changes: [withVariable('value: hunter2')],
      finds: ['secrets/plain-variable', 'warning', /found DEPLOY_PASSWORD \(value hidden\)/],
    },
    {
      name: 'a token that is not sealed yet',
      changes: [[SEALED, fakeCiphertext(3), 'not sealed yet']],
      finds: ['secrets/unsealed', 'note', /found a placeholder\. .*npx runner-fleet tokens/s],
    },
    {
      name: 'a pull secret that is not sealed yet',
      changes: [
        [SEALED, fakeCiphertext(3), 'not sealed yet'],
        [SEALED, 'type: Opaque', 'type: kubernetes.io/dockerconfigjson'],
      ],
      finds: ['secrets/unsealed', 'note', /the pull secret is not sealed yet: runners that pull with it/],
    },
    {
      name: 'the variable of the token with a value of its own',
      changes: [[DEPLOYMENT, /valueFrom:\n +secretKeyRef:\n +key: .*\n +name: .*\n/, 'value: ""\n']],
      finds: ['secrets/not-from-secret', 'error', /GITLAB_RUNNER_TOKEN does not come from a Secret/],
    },
    {
      name: 'an ExternalSecret of a version that is gone',
      ...fromStore('external-secrets.io/v1', 'external-secrets.io/v1beta1'),
      finds: ['secrets/external-version', 'error', /found external-secrets.io\/v1beta1/],
    },
    {
      name: 'an ExternalSecret without a store',
      ...fromStore(/ {2}secretStoreRef:\n.*\n.*\n/, ''),
      finds: ['secrets/external-store', 'error', /nothing to read the token from/],
    },
    {
      name: 'an ExternalSecret that reads nothing',
      ...fromStore(/ {2}data:\n.*\n.*\n.*\n/, '  data: []\n'),
      finds: ['secrets/external-data', 'error', /the Secret has no key/],
    },
    {
      name: 'an ExternalSecret that waits for a Secret',
      ...fromStore('creationPolicy: Owner', 'creationPolicy: Merge'),
      finds: ['secrets/external-policy', 'warning', /found Merge\. .*Fix: write Owner/s],
    },
  ],
  quiet: [
    { name: 'a token from a store', files: FROM_STORE },
    {
      name: 'a password that comes from a Secret',
      changes: [
        withVariable('valueFrom: { secretKeyRef: { name: runner-arm64-spot-token, key: token-35596488 } }'),
      ],
    },
  ],
});
