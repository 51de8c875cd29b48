import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
import { syncedKeys } from './provider-classes';
import { isSopsCiphertext } from './sops';

/**
 * Kinds that a Secret comes from, with the ways to its name; `*` stands for each item of a list. Where nothing stands there, and
 * `own` does not say otherwise, it has the name of the object.
 */
const SOURCES: Readonly<Record<string, { readonly names?: readonly FieldPath[]; readonly own?: false }>> = {
  Secret: {},
  SealedSecret: {},
  ExternalSecret: { names: [['spec', 'target', 'name']] },
  ClusterExternalSecret: {
    names: [
      ['spec', 'externalSecretSpec', 'target', 'name'],
      ['spec', 'externalSecretName'],
    ],
  },
  // Of HashiCorp's operator, and of others for Vault.
  VaultStaticSecret: { names: [['spec', 'destination', 'name']] },
  VaultDynamicSecret: { names: [['spec', 'destination', 'name']] },
  VaultPKISecret: { names: [['spec', 'destination', 'name']] },
  VaultSecret: { names: [['spec', 'output', 'name']] },
  OnePasswordItem: {},
  SopsSecret: { names: [['spec', 'secretTemplates', '*', 'name']], own: false },
  // Of the driver that mounts secrets of a store, while a pod mounts them.
  SecretProviderClass: { names: [['spec', 'secretObjects', '*', 'secretName']], own: false },
  AzureKeyVaultSecret: { names: [['spec', 'output', 'secret', 'name']], own: false },
  InfisicalSecret: {
    names: [
      ['spec', 'managedSecretReference', 'secretName'],
      ['spec', 'managedKubeSecretReferences', '*', 'secretName'],
    ],
    own: false,
  },
  DopplerSecret: { names: [['spec', 'managedSecret', 'name']], own: false },
  BitwardenSecret: { names: [['spec', 'secretName']], own: false },
  Certificate: { names: [['spec', 'secretName']], own: false },
};

/** Kinds that Secrets come from. */
export const SECRET_KINDS: readonly string[] = Object.keys(SOURCES);

const indexes = new WeakMap<readonly Manifest[], ReadonlyMap<string, readonly Manifest[]>>();

/** What a Secret of a name is made by, in whatever namespace. */
export function sourcesOf(name: string, manifests: readonly Manifest[]): readonly Manifest[] {
  const index = indexes.get(manifests) ?? byName(manifests);
  indexes.set(manifests, index);
  return index.get(name) ?? [];
}

function byName(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const found = new Map<string, Manifest[]>();
  for (const manifest of Object.keys(SOURCES).flatMap((kind) => ofKind(manifests, kind))) {
    const source = isCopied(manifest) ? { ...manifest, namespace: undefined } : manifest;
    for (const name of namesOf(manifest)) found.set(name, [...(found.get(name) ?? []), source]);
  }
  return found;
}

/** Fields by which an object makes its Secret in another namespace than its own. */
const ELSEWHERE: readonly FieldPath[] = [
  ['spec', 'managedSecretReference', 'secretNamespace'],
  ['spec', 'managedKubeSecretReferences', '*', 'secretNamespace'],
  ['spec', 'managedSecret', 'namespace'],
];
/** Annotations by which Reflector and Replicator copy a Secret into other namespaces. */
const COPIES = /^(reflector\.v1\.k8s\.emberstack\.com\/reflection-|replicator\.v1\.mittwald\.de\/replicat)/;

/** Whether a Secret comes to be in namespaces that its object is not in. */
function isCopied({ body }: Manifest): boolean {
  const annotations = [
    ['metadata'],
    ['spec', 'template', 'metadata'],
    ['spec', 'target', 'template', 'metadata'],
  ];
  return (
    ELSEWHERE.some((path) => textsAt(body, path).length > 0) ||
    annotations.some((path) =>
      Object.keys(textsOf(at(body, [...path, 'annotations']))).some((key) => COPIES.test(key)),
    )
  );
}

/** Names of the Secrets that an object is or becomes. */
function namesOf({ kind, name, body }: Manifest): readonly string[] {
  const { names = [], own } = SOURCES[kind];
  const said = names.flatMap((path) => textsAt(body, path));
  return said.length === 0 && own !== false ? [name] : [...new Set(said)];
}

function textsAt(value: unknown, [step, ...rest]: FieldPath): readonly string[] {
  if (step === undefined) return [textOf(value) ?? ''].filter(Boolean);
  if (step === '*') return listOf(value).flatMap((item) => textsAt(item, rest));
  return textsAt(at(value, [step]), rest);
}

/** Whether two objects are in one namespace, as far as it is known; one that names none goes where the others go. */
export function areTogether(one: Manifest, other: Manifest): boolean {
  return one.namespace === other.namespace || one.namespace === undefined || other.namespace === undefined;
}

/**
 * Keys that a Secret will have, undefined where only a store knows them.
 *
 * @param secret name of the Secret, of which its object may make several
 */
export function keysOf(manifest: Manifest, secret: string): string[] | undefined {
  const { kind, body } = manifest;
  if (kind === 'SecretProviderClass') return syncedKeys(manifest, secret);
  if (kind === 'Secret') return Object.keys({ ...fieldsOf(body.data), ...fieldsOf(body.stringData) });
  if (kind === 'SealedSecret') {
    const template = fieldsOf(at(body, ['spec', 'template', 'data']));
    return Object.keys({ ...textsOf(at(body, ['spec', 'encryptedData'])), ...template });
  }
  const isOpen =
    kind !== 'ExternalSecret' ||
    at(body, ['spec', 'dataFrom']) !== undefined ||
    at(body, ['spec', 'target', 'template', 'data']) !== undefined;
  if (isOpen) return undefined;
  return listOf(at(body, ['spec', 'data'])).flatMap((one) => textOf(fieldsOf(one).secretKey) ?? []);
}

/** What someone still has to fill in: an expression of Helm, Flux, envsubst or a plugin, or a word that says so. */
const TEMPLATED =
  /^(\$\{[^}]*\}|\$\w+|\{\{[\s\S]*\}\}|<[^>]*>|(ref\+|vault:)\S+|(change|replace)[-_ ]?me|todo|x{3,})$/i;

/** Values of a Secret that can be read there: not empty, not encrypted, and no expression that is filled in later. */
export function openKeysOf({ body }: Manifest): string[] {
  const decoded = Object.entries(textsOf(body.data)).map(([key, text]) => [
    key,
    isOpen(text) ? Buffer.from(text, 'base64').toString('latin1') : '',
  ]);
  const plain = Object.entries(textsOf(body.stringData));
  return [...decoded, ...plain].filter(([, text]) => isOpen(text)).map(([key]) => key);
}

function isOpen(text: string): boolean {
  return text.trim() !== '' && !isSopsCiphertext(text) && !TEMPLATED.test(text.trim());
}

/** Whether Helm has rendered an object, so that it is made anew for each release and need not be in a repository. */
export function isOfHelm({ body }: Manifest): boolean {
  const labels = textsOf(at(body, ['metadata', 'labels']));
  return (
    labels['app.kubernetes.io/managed-by'] === 'Helm' ||
    labels.heritage === 'Helm' ||
    labels['helm.sh/chart'] !== undefined
  );
}
