import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { unfetchedFiles } from '../cluster/provider-classes';
import { areTogether, keysOf, sourcesOf } from '../cluster/secret-sources';
import { EXISTING_SECRET_ANNOTATION } from '../contract';
import { ciphertextFault, sealedTokenFault } from '../sealed-secrets/ciphertext';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { isEmptyKey } from './empty-keys';
import type { Finding } from './finding';
import { SECRET_RULES } from './secret-rules';

/** Whether the Secret that a manager reads its token from comes from somewhere, with that key. */
export function referenceFindings(runner: ObservedRunner, { manifests }: Subject): Finding[] {
  const { manager } = runner;
  const variable = /^\$\{?(\w+)\}?$/.exec(runner.table.token ?? '')?.[1];
  if (!manager || variable === undefined) return [];
  const [containerIndex, envIndex] = findVariable(runner, variable);
  const container: FieldPath = ['spec', 'template', 'spec', 'containers'];
  if (envIndex < 0) {
    // What a Secret brings as a whole stands in no manifest.
    const hasWholeSecret = listOf(runner.managerPod.containers).some(
      (one) => listOf(fieldsOf(one).envFrom).length > 0,
    );
    if (hasWholeSecret) return [];
    const why = `the config expands ${variable}, which the container does not have: the runner skips the entry`;
    return [
      error(
        'no-variable',
        manager,
        [...container, 0, 'env'],
        'no such variable',
        why,
        `add ${variable} from a Secret`,
      ),
    ];
  }
  const path: FieldPath = [...container, containerIndex, 'env', envIndex, 'valueFrom', 'secretKeyRef'];
  const reference = fieldsOf(at(manager.body, path));
  const name = textOf(reference.name);
  if (name === undefined) {
    const why = `${variable} does not come from a Secret`;
    return [
      error(
        'not-from-secret',
        manager,
        path.slice(0, -2),
        'another source',
        why,
        'write valueFrom.secretKeyRef',
      ),
    ];
  }
  const sources = sourcesOf(name, manifests);
  return [
    ...sourceFindings(manager, path, name, sources),
    ...keyFindings(manager, path, { name, key: textOf(reference.key) ?? '' }, sources),
  ];
}

function sourceFindings(
  manager: Manifest,
  path: FieldPath,
  name: string,
  sources: readonly Manifest[],
): Finding[] {
  if (at(manager.body, ['metadata', 'annotations', EXISTING_SECRET_ANNOTATION]) === name) return [];
  if (sources.some((one) => areTogether(one, manager))) return [];
  if (sources.length > 0) {
    const { kind, namespace } = sources[0];
    const what = kind === 'SealedSecret' ? 'sealed token' : kind;
    const why = `the ${what} is in ${namespace}, the manager in ${manager.namespace}: it never gets the Secret`;
    return [
      error(
        'other-namespace',
        manager,
        [...path, 'name'],
        name,
        why,
        'make it for the namespace of the manager',
      ),
    ];
  }
  const why =
    'no SealedSecret, ExternalSecret or the like here becomes this Secret; unless it is created elsewhere, the manager never starts';
  return [
    {
      ...error(
        'no-source',
        manager,
        [...path, 'name'],
        name,
        why,
        `add one of that name, or annotate the Deployment with ${EXISTING_SECRET_ANNOTATION}: ${name}`,
      ),
      severity: 'warning',
    },
  ];
}

function keyFindings(
  manager: Manifest,
  path: FieldPath,
  { name, key }: { readonly name: string; readonly key: string },
  sources: readonly Manifest[],
): Finding[] {
  const source = sources.find((one) => areTogether(one, manager));
  const keys = source === undefined ? undefined : keysOf(source, name);
  if (source === undefined || keys === undefined || keys.length === 0) return [];
  if (isEmptyKey(source, key)) {
    const why = `what the manager reads its token from is an empty text, which no GitLab accepts: the runner of ${source.kind} ${source.name} takes no job`;
    return [error('empty-token', manager, [...path, 'key'], key, why, 'put the token there')];
  }
  const fault = shortTokenFault(source, key);
  if (fault !== undefined) {
    const fix = 'seal the token again';
    return [error('bad-ciphertext', source, ['spec', 'encryptedData', key], 'no token', fault, fix)];
  }
  if (keys.includes(key)) return [];
  const why = `the Secret will have the keys ${keys.join(', ')}: the container waits indefinitely`;
  return [error('missing-key', manager, [...path, 'key'], key, why, `write ${keys[0]}`)];
}

/** Why what is sealed under a key can not be a token, by its length; undefined where it can, or is reported otherwise. */
function shortTokenFault({ kind, body }: Manifest, key: string): string | undefined {
  const text = kind === 'SealedSecret' ? textOf(at(body, ['spec', 'encryptedData', key])) : undefined;
  if (text === undefined || ciphertextFault(text) !== undefined) return undefined;
  return sealedTokenFault(text);
}

/**
 * What keeps an ExternalSecret from becoming a Secret.
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export function externalFindings(manifest: Manifest): Finding[] {
  const spec = fieldsOf(manifest.body.spec);
  const found: Finding[] = [];
  if (manifest.apiVersion !== 'external-secrets.io/v1') {
    const why = 'the operator serves external-secrets.io/v1 alone since 0.17';
    found.push(
      error(
        'external-version',
        manifest,
        ['apiVersion'],
        manifest.apiVersion,
        why,
        'write external-secrets.io/v1',
      ),
    );
  }
  const hasStores = [...listOf(spec.data), ...listOf(spec.dataFrom)].some(
    (one) => 'sourceRef' in fieldsOf(one),
  );
  if (textOf(fieldsOf(spec.secretStoreRef).name) === undefined && !hasStores) {
    const why = 'without a store there is nothing to read the token from';
    found.push(
      error(
        'external-store',
        manifest,
        ['spec', 'secretStoreRef'],
        'no name',
        why,
        'name a ClusterSecretStore',
      ),
    );
  }
  if (spec.dataFrom === undefined && listOf(spec.data).length === 0) {
    const why = 'nothing is read: the Secret has no key';
    found.push(
      error(
        'external-data',
        manifest,
        ['spec', 'data'],
        'no entry',
        why,
        'name the key of the token in the store',
      ),
    );
  }
  const policy = textOf(at(spec, ['target', 'creationPolicy']));
  if (policy === 'None' || policy === 'Merge') {
    const why = 'the operator does not make the Secret itself, but waits for one that is there';
    found.push({
      ...error('external-policy', manifest, ['spec', 'target', 'creationPolicy'], policy, why, 'write Owner'),
      severity: 'warning',
    });
  }
  return found;
}

/** What keeps a SecretProviderClass from becoming a Secret. */
export function providerFindings(manifest: Manifest): Finding[] {
  return unfetchedFiles(manifest).map(({ path, file, fetched }) =>
    error(
      'provider-object',
      manifest,
      path,
      file || 'nothing',
      `the class fetches ${fetched.length === 0 ? 'nothing' : fetched.join(', ')}: without a file of this name the driver makes no Secret, and pods that need it never start`,
      'write the name of a file: an objectAlias, or the objectName, in which AWS has an underscore for each slash',
    ),
  );
}

function findVariable(runner: ObservedRunner, variable: string): [number, number] {
  for (const [index, container] of listOf(runner.managerPod.containers).entries()) {
    // Of two with one name, the last holds.
    const env = listOf(fieldsOf(container).env)
      .map((one) => fieldsOf(one).name)
      .lastIndexOf(variable);
    if (env >= 0) return [index, env];
  }
  return [-1, -1];
}

type What = Parameters<typeof SECRET_RULES.finding>[0];

function error(
  what: What,
  manifest: Manifest,
  path: FieldPath,
  found: string,
  why: string,
  fix: string,
): Finding {
  return SECRET_RULES.finding(what, { severity: 'error', at: { manifest, path }, found, why, fix });
}
