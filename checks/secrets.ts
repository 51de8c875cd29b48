import type { FieldPath, Manifest } from '../manifests/manifest';
import { ciphertextFault, holdsPlainToken } from '../tokens/ciphertext';
import type { Check, ObservedRunner, Subject } from './check';
import { at, fieldsOf, listOf, textOf, textsOf } from './fields';
import type { Finding } from './finding';

/** Tokens come from sealed Secrets that exist, and stand nowhere in plain. */
export const secrets: Check = {
  id: 'secrets',
  title: 'Every token comes from a Secret that a sealed token becomes, and no token stands in plain.',
  run: (subject) => [
    ...subject.manifests.flatMap(plainFindings),
    ...subject.manifests
      .filter(({ kind }) => kind === 'SealedSecret')
      .flatMap((one) => sealedFindings(one, subject)),
    ...copiedFindings(subject.manifests),
    ...subject.runners.flatMap((runner) => referenceFindings(runner, subject)),
  ],
};

function plainFindings(manifest: Manifest): Finding[] {
  const found: Finding[] = [];
  const visit = (value: unknown, path: FieldPath) => {
    if (typeof value === 'string' && holdsPlainToken(value)) {
      found.push({
        rule: 'secrets',
        severity: 'error',
        manifest,
        path,
        found: 'a plain token (hidden)',
        why: 'everyone who can read the repository can use it',
        fix: 'revoke it in GitLab, seal a new one',
      });
    } else if (Array.isArray(value))
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    else for (const [key, item] of Object.entries(fieldsOf(value))) visit(item, [...path, key]);
  };
  visit(manifest.body, []);
  const { data, stringData } = manifest.body;
  if (manifest.kind === 'Secret' && (data !== undefined || stringData !== undefined)) {
    found.push({
      rule: 'secrets',
      severity: 'error',
      manifest,
      path: [data === undefined ? 'stringData' : 'data'],
      found: 'a Secret (values hidden)',
      why: 'base64 is no encryption: whoever reads the repository reads the Secret',
      fix: 'commit a SealedSecret or an ExternalSecret',
    });
  }
  return found;
}

function sealedFindings(manifest: Manifest, { settings }: Subject): Finding[] {
  const data = textsOf(at(manifest.body, ['spec', 'encryptedData']));
  const path: FieldPath = ['spec', 'encryptedData'];
  if (Object.keys(data).length === 0) {
    const why = 'sealed-secrets takes this as a Secret without keys and empties the live one';
    const fix = 'seal the token, or write a text that is no base64 as a placeholder';
    return [{ rule: 'secrets', severity: 'error', manifest, path, found: 'no key', why, fix }];
  }
  return Object.entries(data).flatMap(([key, text]) => {
    const fault = ciphertextFault(text);
    if (fault === undefined || holdsPlainToken(text)) return [];
    const base = { rule: 'secrets', manifest, path: [...path, key] };
    if (/[^A-Za-z0-9+/=\n]/.test(text)) {
      const why = 'the token is not sealed yet: the runner has no manager until it is';
      const severity = settings.strict ? ('error' as const) : ('note' as const);
      return [{ ...base, severity, found: 'a placeholder', why, fix: 'seal the token; see docs/tokens.md' }];
    }
    const why = `${fault}: the controller can't open it, and the Secret stays as it is`;
    return [
      { ...base, severity: 'error' as const, found: 'no ciphertext', why, fix: 'seal the token again' },
    ];
  });
}

function copiedFindings(manifests: readonly Manifest[]): Finding[] {
  const owners = new Map<string, Manifest>();
  return manifests
    .filter(({ kind }) => kind === 'SealedSecret')
    .flatMap((manifest) =>
      Object.entries(textsOf(at(manifest.body, ['spec', 'encryptedData']))).flatMap(([key, text]) => {
        const owner = owners.get(text);
        if (ciphertextFault(text) !== undefined) return [];
        owners.set(text, manifest);
        if (owner === undefined) return [];
        const why = `the same ciphertext stands in ${owner.name}: it is bound to one name, and each runner has a token of its own`;
        const path = ['spec', 'encryptedData', key];
        return [
          {
            rule: 'secrets',
            severity: 'error' as const,
            manifest,
            path,
            found: 'a copy',
            why,
            fix: 'seal the token of this runner',
          },
        ];
      }),
    );
}

/** Kinds that a Secret comes from, with the way to its name where it isn't the object's own. */
const SOURCES: Record<string, FieldPath> = {
  SealedSecret: ['metadata', 'name'],
  ExternalSecret: ['spec', 'target', 'name'],
};

function referenceFindings(runner: ObservedRunner, { manifests }: Subject): Finding[] {
  const { manager } = runner;
  const variable = /^\$\{?(\w+)\}?$/.exec(runner.table.token ?? '')?.[1];
  if (!manager || variable === undefined) return [];
  const [containerIndex, envIndex] = findVariable(runner, variable);
  const container: FieldPath = ['spec', 'template', 'spec', 'containers'];
  if (envIndex < 0) {
    const why = `the config expands ${variable}, which the container does not have: the runner skips the entry`;
    return [
      finding(manager, [...container, 0, 'env'], 'no such variable', why, `add ${variable} from a Secret`),
    ];
  }
  const path: FieldPath = [...container, containerIndex, 'env', envIndex, 'valueFrom', 'secretKeyRef'];
  const reference = fieldsOf(at(manager.body, path));
  const name = textOf(reference.name);
  if (name === undefined) {
    const why = `${variable} does not come from a Secret`;
    return [finding(manager, path.slice(0, -2), 'another source', why, 'write valueFrom.secretKeyRef')];
  }
  const sources = manifests.filter(
    ({ kind, body, name: own }) => (textOf(at(body, SOURCES[kind] ?? [])) ?? own) === name && kind in SOURCES,
  );
  return [
    ...sourceFindings(manager, path, name, sources),
    ...keyFindings(manager, path, textOf(reference.key) ?? '', sources),
  ];
}

function sourceFindings(
  manager: Manifest,
  path: FieldPath,
  name: string,
  sources: readonly Manifest[],
): Finding[] {
  if (sources.some(({ namespace }) => namespace === manager.namespace)) return [];
  if (sources.length > 0) {
    const why = `the sealed token is in ${sources[0].namespace}, the manager in ${manager.namespace}: it never gets the Secret`;
    return [finding(manager, [...path, 'name'], name, why, 'seal it for the namespace of the manager')];
  }
  const why =
    'no SealedSecret or ExternalSecret here becomes this Secret; unless somebody else makes it, the manager never starts';
  return [
    {
      ...finding(
        manager,
        [...path, 'name'],
        name,
        why,
        'add one of that name, or silence this with the reason',
      ),
      severity: 'warning',
    },
  ];
}

function keyFindings(
  manager: Manifest,
  path: FieldPath,
  key: string,
  sources: readonly Manifest[],
): Finding[] {
  const sealed = sources.find(
    ({ kind, namespace }) => kind === 'SealedSecret' && namespace === manager.namespace,
  );
  if (!sealed) return [];
  const keys = Object.keys(textsOf(at(sealed.body, ['spec', 'encryptedData'])));
  if (keys.length === 0 || keys.includes(key)) return [];
  const why = `the Secret will have the keys ${keys.join(', ')}: the container waits for ever`;
  return [finding(manager, [...path, 'key'], key, why, `write ${keys[0]}`)];
}

function findVariable(runner: ObservedRunner, variable: string): [number, number] {
  for (const [index, container] of listOf(runner.managerPod.containers).entries()) {
    const env = listOf(fieldsOf(container).env).findIndex((one) => fieldsOf(one).name === variable);
    if (env >= 0) return [index, env];
  }
  return [-1, -1];
}

function finding(manifest: Manifest, path: FieldPath, found: string, why: string, fix: string): Finding {
  return { rule: 'secrets', severity: 'error', manifest, path, found, why, fix };
}
