import type { Change } from '../fixtures/files';
import { FLEET, without } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const [SECRET, KEY] = ['runner-arm64-spot-token', 'token-35596488'];

interface Class {
  readonly name?: string;
  readonly namespace?: string;
  readonly objects?: readonly object[];
  readonly file?: string;
  readonly key?: string;
  readonly provider?: string;
}

const OBJECTS = [{ objectName: 'ci/runner', objectType: 'secretsmanager', objectAlias: 'token' }];

/** A class that makes the Secret of the token, in place of the SealedSecret. */
function withClass({
  name = 'tokens',
  namespace = 'gitlab-runners',
  objects = OBJECTS,
  file = 'token',
  key = KEY,
  provider = 'aws',
}: Class = {}) {
  const text = JSON.stringify({
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name, namespace },
    spec: {
      provider,
      parameters: { objects: JSON.stringify(objects) },
      secretObjects: [
        { secretName: 'other', type: 'Opaque', data: [{ objectName: file, key: 'other' }] },
        { secretName: SECRET, type: 'Opaque', data: [{ objectName: file, key }] },
      ],
    },
  });
  return [...without(FLEET, 'arm64-spot/sealedsecret'), { path: 'acme/class.yaml', text }];
}

const VOLUME: Change = [
  DEPLOYMENT,
  '      volumes:\n',
  '      volumes:\n        - { name: store, csi: { driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: { secretProviderClass: tokens } } }\n',
];
const MOUNT: Change = [
  DEPLOYMENT,
  '          volumeMounts:\n',
  '          volumeMounts:\n            - { name: store, mountPath: /mnt/store, readOnly: true }\n',
];
/** A volume of jobs from a class. */
const OF_JOBS: Change = [
  CONFIG,
  /( +)(\[runners.kubernetes.node_selector\])/,
  [
    '$1[[runners.kubernetes.volumes.csi]]',
    '$1  name = "store"',
    '$1  mount_path = "/mnt/store"',
    '$1  driver = "secrets-store.csi.k8s.io"',
    '$1  [runners.kubernetes.volumes.csi.volume_attributes]',
    '$1    secretProviderClass = "tokens"',
    '$1$2',
  ].join('\n'),
];

describeCheck('needs', {
  fires: [
    {
      name: 'a token from a class that no pod mounts',
      files: withClass(),
      finds: [
        'needs/not-synced',
        'error',
        /found runner-arm64-spot-token. SecretProviderClass\/gitlab-runners\/tokens makes this Secret while a pod mounts/,
      ],
    },
    {
      name: 'a volume of the class that no container mounts',
      files: withClass(),
      changes: [VOLUME],
      finds: ['needs/not-synced', 'error', /no pod here does/],
    },
    {
      name: 'a manager that mounts a class which is not there',
      changes: [VOLUME, MOUNT],
      finds: [
        'needs/provider-class',
        'warning',
        /no object here is SecretProviderClass\/gitlab-runners\/tokens .* the pod never starts/,
      ],
    },
    {
      name: 'jobs that mount a class of another namespace',
      files: withClass(),
      changes: [OF_JOBS],
      finds: ['needs/provider-class', 'warning', /SecretProviderClass\/gitlab-jobs\/tokens/],
    },
  ],
  quiet: [
    { name: 'a token from a class that the manager mounts', files: withClass(), changes: [VOLUME, MOUNT] },
    {
      name: 'a token from a class whose objects Flux fills in',
      files: withClass({ objects: [{ objectName: '${TOKEN_NAME}' }], file: 'anything' }),
      changes: [VOLUME, MOUNT],
    },
    {
      name: 'a file of AWS with underscores in place of slashes',
      files: withClass({
        objects: [{ objectName: 'ci/runner', objectType: 'secretsmanager' }],
        file: 'ci_runner',
      }),
      changes: [VOLUME, MOUNT],
    },
    {
      name: 'a part of an object of AWS',
      files: withClass({
        objects: [
          {
            objectName: 'ci/runner',
            objectType: 'secretsmanager',
            jmesPath: [{ path: 'token', objectAlias: 't' }],
          },
        ],
        file: 't',
      }),
      changes: [VOLUME, MOUNT],
    },
    {
      name: 'objects of a provider that nobody reads here',
      files: withClass({ provider: 'gcp', objects: [], file: 'x' }),
      changes: [VOLUME, MOUNT],
    },
  ],
});

describeCheck('secrets', {
  fires: [
    {
      name: 'a file that the class does not fetch',
      files: withClass({ file: 'tokn' }),
      changes: [VOLUME, MOUNT],
      finds: ['secrets/provider-object', 'error', /found tokn. the class fetches token/],
    },
    {
      name: 'a name of AWS with its slash',
      files: withClass({
        objects: [{ objectName: 'ci/runner', objectType: 'secretsmanager' }],
        file: 'ci/runner',
      }),
      changes: [VOLUME, MOUNT],
      finds: ['secrets/provider-object', 'error', /the class fetches ci_runner/],
    },
    {
      name: 'a key that the Secret of a class lacks',
      files: withClass({ key: 'password' }),
      changes: [VOLUME, MOUNT],
      finds: ['secrets/missing-key', 'error', /will have the keys password/],
    },
  ],
  quiet: [{ name: 'a class that the manager mounts', files: withClass(), changes: [VOLUME, MOUNT] }],
});
