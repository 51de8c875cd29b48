import { edited, FLEET, without } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG } from './places';

const [NAME, NAMESPACE] = ['runner-arm64-spot-token', 'gitlab-runners'];
const BARE = without(FLEET, 'arm64-spot/sealedsecret');

function maker(apiVersion: string, kind: string, name: string, spec: string) {
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${NAMESPACE} }\nspec: ${spec}\n`;
  return [...BARE, { path: 'acme/maker.yaml', text }];
}

const MAKERS: readonly (readonly [what: string, files: typeof BARE])[] = [
  [
    'the operator of SOPS',
    maker(
      'isindir.github.com/v1alpha3',
      'SopsSecret',
      'sops',
      `{ secretTemplates: [{ name: ${NAME}, stringData: { token: "ENC[AES256_GCM,data:x]" } }] }`,
    ),
  ],
  [
    'the operator of Vault',
    maker(
      'secrets.hashicorp.com/v1beta1',
      'VaultDynamicSecret',
      'vault',
      `{ mount: ci, path: creds, destination: { create: true, name: ${NAME} } }`,
    ),
  ],
  [
    'the operator of 1Password',
    maker('onepassword.com/v1', 'OnePasswordItem', NAME, '{ itemPath: vaults/ci/items/runner }'),
  ],
  [
    'an ExternalSecret of the whole cluster',
    maker(
      'external-secrets.io/v1',
      'ClusterExternalSecret',
      'runners',
      `{ externalSecretName: ${NAME}, externalSecretSpec: { secretStoreRef: { name: x, kind: ClusterSecretStore } } }`,
    ),
  ],
  [
    'Infisical',
    maker(
      'secrets.infisical.com/v1alpha1',
      'InfisicalSecret',
      'infisical',
      `{ managedKubeSecretReferences: [{ secretName: ${NAME}, secretNamespace: ${NAMESPACE} }] }`,
    ),
  ],
];

describe('the Secret of a token that others make is not missing', () => {
  test.each(MAKERS)('by %s', (_, files) => {
    const ids = findingsIn(files).map(({ id }) => id);
    expect(ids.filter((id) => /^(secrets|needs)\//.test(id))).toEqual([]);
  });
});

describe('a Secret that is copied into other namespaces', () => {
  const sealed = (annotation: string) =>
    edited(
      FLEET,
      ['arm64-spot/sealedsecret.yaml', 'namespace: gitlab-runners', 'namespace: vault'],
      ['arm64-spot/sealedsecret.yaml', '  annotations:\n', `  annotations:\n    ${annotation}\n`],
    );
  const idsIn = (files: typeof FLEET) =>
    findingsIn(files)
      .map(({ id }) => id)
      .filter((id) => /^(secrets|needs)\//.test(id));

  test.each([
    'reflector.v1.k8s.emberstack.com/reflection-auto-enabled: "true"',
    'replicator.v1.mittwald.de/replicate-to: "gitlab-runners"',
  ])('is not in the wrong one: %s', (annotation) => {
    expect(idsIn(sealed(annotation))).not.toContain('secrets/other-namespace');
  });

  test('and one that is not copied is', () => {
    expect(idsIn(sealed('a: b'))).toContain('secrets/other-namespace');
  });
});

const pull = [
  CONFIG,
  'pull_policy = "always"',
  'pull_policy = "always"\n      image_pull_secrets = ["registry"]',
] as const;

describeCheck('needs', {
  fires: [
    {
      name: 'a pull Secret of jobs that nothing makes',
      changes: [pull],
      finds: ['needs/source', 'warning', /no object here is Secret\/gitlab-jobs\/registry or makes it/],
    },
    {
      name: 'a class of the driver that makes another Secret',
      files: maker(
        'secrets-store.csi.x-k8s.io/v1',
        'SecretProviderClass',
        'registry',
        '{ provider: aws, secretObjects: [{ secretName: other }] }',
      ),
      changes: [pull],
      finds: ['needs/source', 'warning', /Secret\/gitlab-jobs\/registry/],
    },
  ],
  quiet: [
    {
      name: 'a pull Secret that the operator of Vault makes',
      files: [
        ...edited(FLEET),
        {
          path: 'acme/vault.yaml',
          text: 'apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: { name: v, namespace: gitlab-jobs }\nspec: { destination: { name: registry, create: true } }\n',
        },
      ],
      changes: [pull],
    },
  ],
});
