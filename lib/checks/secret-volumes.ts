import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { areTogether, keysOf, sourcesOf } from '../cluster/secret-sources';
import type { FieldPath } from '../values/field-path';
import { fieldsOf, listOf, textOf } from '../values/record';
import { isEmptyKey } from './empty-keys';
import type { Finding } from './finding';
import { SECRET_RULES } from './secret-rules';

const { finding } = SECRET_RULES;

/** A Secret that a volume of a manager mounts. */
interface MountedSecret {
  readonly path: FieldPath;
  readonly name: string;
  /** Keys that are mounted, with the names of their files; undefined for all of them. */
  readonly items: readonly { readonly key: string; readonly file: string }[] | undefined;
}

/** Whether Secrets that volumes of managers mount come from somewhere, with the keys that are listed, and hold a token. */
export function volumeSecretFindings({ runners, manifests }: Subject): Finding[] {
  const managers = new Map<Manifest, ObservedRunner>();
  for (const runner of runners) if (runner.manager) managers.set(runner.manager, runner);
  return [...managers].flatMap(([manager, { managerPod }]) => {
    const mounted = mountedSecrets(managerPod.volumes);
    return [
      ...mounted.flatMap((one) => secretFindings(manager, one, manifests)),
      ...emptyTokenFindings(manager, mounted, manifests),
    ];
  });
}

function mountedSecrets(volumes: unknown): MountedSecret[] {
  return listOf(volumes).flatMap((volume, index) => {
    const path: FieldPath = ['spec', 'template', 'spec', 'volumes', index];
    const { secret, projected } = fieldsOf(volume);
    const sources = listOf(fieldsOf(projected).sources);
    return [
      ...readSecret(secret, 'secretName', [...path, 'secret']),
      ...sources.flatMap((source, place) =>
        readSecret(fieldsOf(source).secret, 'name', [...path, 'projected', 'sources', place, 'secret']),
      ),
    ];
  });
}

function readSecret(value: unknown, nameKey: 'name' | 'secretName', path: FieldPath): MountedSecret[] {
  const { [nameKey]: name, items, optional } = fieldsOf(value);
  // Without an optional Secret, or a key of it, the pod starts all the same.
  if (typeof name !== 'string' || optional === true) return [];
  const listed = listOf(items).map((item) => {
    const { key, path: file } = fieldsOf(item);
    return { key: textOf(key) ?? '', file: textOf(file) ?? '' };
  });
  return [{ path: [...path, nameKey], name, items: listed.length > 0 ? listed : undefined }];
}

function secretFindings(
  manager: Manifest,
  { path, name, items }: MountedSecret,
  manifests: readonly Manifest[],
): Finding[] {
  const at = { manifest: manager, path };
  const all = sourcesOf(name, manifests);
  const sources = all.filter((one) => areTogether(one, manager));
  if (sources.length > 0) return keyFindings(at, name, items, sources);
  if (all.length > 0) {
    return [
      finding('other-namespace', {
        severity: 'error',
        at,
        found: name,
        why: `the ${all[0].kind} is in ${all[0].namespace}, the manager in ${manager.namespace}: it never gets the Secret, and stays in ContainerCreating`,
        fix: 'make it for the namespace of the manager',
      }),
    ];
  }
  // One that nothing here makes is a finding of the group needs.
  return [];
}

function keyFindings(
  at: Finding['at'],
  name: string,
  items: MountedSecret['items'],
  sources: readonly Manifest[],
): Finding[] {
  const known = sources.map((source) => keysOf(source, name));
  const keys = known.flatMap((one) => one ?? []);
  if (items === undefined || known.includes(undefined) || keys.length === 0) return [];
  const missing = items.map(({ key }) => key).filter((key) => !keys.includes(key));
  if (missing.length === 0) return [];
  return [
    finding('missing-key', {
      severity: 'error',
      at,
      found: missing.join(', '),
      why: `the Secret will have the keys ${keys.join(', ')}: the volume can not be mounted, and the manager stays in ContainerCreating`,
      fix: 'list keys that the Secret has, or add these to it',
    }),
  ];
}

/** Files that the entrypoint of GitLab's chart reads a token from: one of them has to hold it. */
const TOKEN_FILES = ['runner-token', 'runner-registration-token'];

function emptyTokenFindings(
  manager: Manifest,
  mounted: readonly MountedSecret[],
  manifests: readonly Manifest[],
): Finding[] {
  const files = mounted.flatMap(({ path, name, items }) =>
    sourcesOf(name, manifests)
      .filter((one) => areTogether(one, manager))
      .flatMap((source) =>
        (items ?? (keysOf(source, name) ?? []).map((key) => ({ key, file: key })))
          .filter(({ file }) => TOKEN_FILES.includes(file))
          .map(({ key, file }) => ({ path, name, file, isEmpty: isEmptyKey(source, key) })),
      ),
  );
  if (files.length === 0 || files.some(({ isEmpty }) => !isEmpty)) return [];
  const [{ path, name }] = files;
  return [
    finding('empty-token', {
      severity: 'error',
      at: { manifest: manager, path },
      found: `${name}: ${files.map(({ file }) => file).join(', ')}`,
      why: 'what the manager reads its token from is an empty text, which no GitLab accepts: it registers no runner',
      fix: 'put the token under runner-token',
    }),
  ];
}
