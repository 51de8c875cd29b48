import { DEFAULT_CHECK_SETTINGS } from '../../lib/cluster/observe';
import { fakeCiphertext } from '../ciphertext';
import { edited, FLEET, textOf } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT, SEALED } from './places';
import { FROM_STORE, UNSEALED } from './token-from-store';

describeCheck('secrets', {
  fires: [
    {
      name: 'a token whose Secret has another key',
      changes: [[DEPLOYMENT, '                  key: token-', '                  key: old-token-']],
      finds: ['secrets/missing-key', 'error', /the container waits indefinitely/],
    },
    {
      name: 'a sealed token in another namespace',
      changes: [[SEALED, '  namespace: gitlab-runners', '  namespace: elsewhere']],
      finds: ['secrets/other-namespace', 'error', /the sealed token is in elsewhere/],
    },
    {
      name: 'a Secret that nothing here becomes',
      changes: [[SEALED, '  name: runner-arm64-spot-token\n', '  name: another\n']],
      finds: [
        'secrets/no-source',
        'warning',
        /no SealedSecret, ExternalSecret or the like here becomes this Secret/,
      ],
    },
    {
      name: 'a variable that the container lacks',
      changes: [[CONFIG, '${GITLAB_RUNNER_TOKEN}', '${OTHER_TOKEN}']],
      finds: ['secrets/no-variable', 'error', /expands OTHER_TOKEN, which the container does not have/],
    },
    {
      name: 'a ciphertext that is cut off',
      changes: [[SEALED, fakeCiphertext(3), fakeCiphertext(3).slice(0, 400)]],
      finds: ['secrets/bad-ciphertext', 'error', /cut off/],
    },
    {
      name: 'the ciphertext of another runner',
      changes: [[SEALED, fakeCiphertext(3), fakeCiphertext(1)]],
      finds: ['secrets/copied-ciphertext', 'error', /the same ciphertext is in runner-amd64-spot-token/],
    },
    {
      name: 'an empty encryptedData',
      changes: [[SEALED, /encryptedData:\n.*\n/, 'encryptedData: {}\n']],
      finds: ['secrets/empty-sealed-secret', 'error', /empties the live one/],
    },
    {
      name: 'a template that takes the place of a sealed token',
      changes: [
        [
          SEALED,
          '    type: Opaque\n',
          `    type: Opaque\n    data:\n      ${/encryptedData:\n +(\S+):/.exec(textOf(SEALED))?.[1]}: ""\n`,
        ],
      ],
      finds: [
        'secrets/template-overwrites',
        'error',
        /the template takes the place of what is sealed under this key/,
      ],
    },
    {
      name: 'a field of sealed-secrets that is no longer opened',
      changes: [[SEALED, 'spec:\n', 'spec:\n  data: eA==\n']],
      finds: ['secrets/legacy-data', 'error', /opens no SealedSecret with this field/],
    },
  ],
  quiet: [
    {
      name: 'a template with another key',
      changes: [[SEALED, '    type: Opaque\n', '    type: Opaque\n    data:\n      note: text\n']],
    },
  ],
});

test('a plain token is found wherever it stands, and never shown', () => {
  const token = `glrt-${'x'.repeat(20)}`;
  const findings = findingsIn(edited(FLEET, [CONFIG, '${GITLAB_RUNNER_TOKEN}', token]));
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: expect.stringMatching(/^secrets\//),
      severity: 'error',
      found: 'a plain token (hidden)',
    }),
  );
  expect(JSON.stringify(findings.map(({ found, why, fix }) => [found, why, fix]))).not.toContain(token);
});

describe('tokens that come from a store', () => {
  const found = (from: string | RegExp, to: string) =>
    findingsIn(edited(FROM_STORE, ['amd64-spot/externalsecret.yaml', from, to]));

  test('are as good as sealed ones', () => {
    expect(findingsIn(FROM_STORE)).toEqual([]);
  });

  test.each([
    ['another key', /secretKey: token\n/, 'secretKey: other\n', 'error', /Secret will have the keys other/],
    [
      'another namespace',
      /namespace: gitlab-runners/,
      'namespace: vault',
      'error',
      /ExternalSecret is in vault/,
    ],
    [
      'another target',
      /name: runner-amd64-spot-token\n {4}template/,
      'name: x\n    template',
      'warning',
      /becomes this Secret/,
    ],
    [
      'a version that nobody serves',
      /external-secrets.io\/v1/,
      'external-secrets.io/v1beta1',
      'error',
      /serves external-secrets.io\/v1 alone/,
    ],
    ['no store', / {4}name: aws\n/, '', 'error', /without a store/],
    ['nothing to read', /data:\n(?: {4}.*\n)+/, 'data: []\n', 'error', /nothing is read/],
    [
      'a Secret that it does not make',
      /creationPolicy: Owner/,
      'creationPolicy: Merge',
      'warning',
      /waits for one that is there/,
    ],
  ] as const)('with %s do not become the Secret of the manager', (_, from, to, severity, why) => {
    expect(found(from, to)).toContainEqual(
      expect.objectContaining({
        id: expect.stringMatching(/^secrets\//),
        severity,
        why: expect.stringMatching(why),
      }),
    );
  });

  test('may bring keys that only the store knows', () => {
    expect(found(/data:\n(?: {4}.*\n)+/, 'dataFrom:\n    - extract:\n        key: x\n')).toEqual([]);
  });
});

test('a Secret that exists is known by the annotation of its Deployment, and by its name alone', () => {
  const annotated = (secret: string) =>
    edited(UNSEALED, [
      'amd64-spot/deployment.yaml',
      '  annotations:\n',
      `  annotations:\n    gitlab-runner-fleet/existing-secret: ${secret}\n`,
    ]);
  expect(findingsIn(annotated('runner-amd64-spot-token'))).toEqual([]);
  expect(findingsIn(annotated('another'))).toEqual([
    expect.objectContaining({ id: expect.stringMatching(/^secrets\//), severity: 'warning' }),
  ]);
});

test('a Secret with values is an error, whatever the values are', () => {
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\n  namespace: gitlab-runners\ndata:\n  token: c2VjcmV0\n';
  expect(findingsIn([...FLEET, { path: 'secret.yaml', text: secret }])).toEqual([
    expect.objectContaining({
      id: expect.stringMatching(/^secrets\//),
      severity: 'error',
      found: 'a Secret (values hidden)',
    }),
  ]);
});

test('a placeholder is a note, and an error when checks are strict', () => {
  const unsealed = edited(FLEET, [SEALED, fakeCiphertext(3), 'not sealed yet']);
  expect(findingsIn(unsealed)).toEqual([
    expect.objectContaining({ id: expect.stringMatching(/^secrets\//), severity: 'note' }),
  ]);
  expect(findingsIn(unsealed, { ...DEFAULT_CHECK_SETTINGS, strict: true })).toEqual([
    expect.objectContaining({ id: expect.stringMatching(/^secrets\//), severity: 'error' }),
  ]);
});

describe('Secrets among the manifests', () => {
  const secret = (body: string, labels = '{}') => ({
    path: 'acme/secret.yaml',
    text: `apiVersion: v1\nkind: Secret\nmetadata: { name: other, namespace: gitlab-runners, labels: ${labels} }\n${body}\n`,
  });
  const found = (body: string, labels?: string) =>
    findingsIn([...FLEET, secret(body, labels)]).map(({ id, severity }) => [id, severity]);
  const sops = 'sops: { version: 3.11.0, mac: "ENC[AES256_GCM,data:x]" }';

  test.each([
    ['is empty', 'data: { token: "" }'],
    ['is filled in by Flux', 'stringData: { token: "${TOKEN}" }'],
    ['is encrypted by SOPS', `stringData: { token: "ENC[AES256_GCM,data:x,iv:y]" }\n${sops}`],
  ])('are fine where what they hold %s', (_, body) => {
    expect(found(body)).toEqual([]);
  });

  test('are errors where SOPS left a value as it is', () => {
    expect(found(`stringData: { token: open }\n${sops}`)).toEqual([['secrets/plain-secret', 'error']]);
  });

  test('are one error where they hold a token, whoever made them', () => {
    const data = Buffer.from(`glrt-${'x'.repeat(20)}`).toString('base64');
    expect(found(`data: { token: ${data} }`, '{ heritage: Helm }')).toEqual([
      ['secrets/plain-token', 'error'],
    ]);
  });

  test('that Helm has rendered are worth a look', () => {
    expect(found('data: { password: c2VjcmV0 }', '{ heritage: Helm }')).toEqual([
      ['secrets/plain-secret', 'warning'],
    ]);
  });
});

test('a SealedSecret is right as kubeseal prints it', () => {
  const printed = edited(FLEET, [SEALED, 'metadata:\n', 'metadata:\n  creationTimestamp: null\n']);
  expect(findingsIn(printed)).toEqual([]);
});

test('an empty text that is sealed for a token is an error of the token, and no broken ciphertext', () => {
  const bytes = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(528, 7)]);
  const found = findingsIn(edited(FLEET, [SEALED, fakeCiphertext(3), bytes.toString('base64')]));
  expect(found.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['secrets/empty-token error']);
});

describe('a Secret that a volume of the manager mounts', () => {
  const mounting = (source: string) =>
    findingsIn(
      edited(FLEET, [
        DEPLOYMENT,
        /( +)volumes:\n/,
        `$1volumes:\n$1  - name: more\n$1    projected: { sources: [{ secret: ${source} }] }\n`,
      ]),
    ).map(({ id, severity }) => [id, severity]);

  test.each([
    [
      'has other keys than are listed',
      '{ name: runner-arm64-spot-token, items: [{ key: x, path: x }] }',
      'secrets/missing-key',
      'error',
    ],
    ['is made by nothing here', '{ name: elsewhere }', 'needs/source', 'warning'],
  ])('is told where it %s', (_, source, id, severity) => {
    expect(mounting(source)).toEqual([[id, severity]]);
  });

  test('may be absent where it is optional', () => {
    expect(mounting('{ name: elsewhere, optional: true }')).toEqual([]);
  });
});
