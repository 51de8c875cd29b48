import { at, isTable, listOf, textOf } from '../../values/record';
import { nearestName } from '../../values/suggest';
import type { Faults } from '../fault';
import { MANAGER_CONTAINER } from '../names';

const IDENTITY = ['apiVersion', 'kind', 'status'];
const IDENTITY_METADATA = ['name', 'namespace', 'generateName'];

/** Names of the objects that can be patched at a place, by kind. */
export type Patchable = Readonly<Record<string, readonly string[]>>;

/**
 * Reports patches of what is not rendered here, and patches that would make another object of it.
 *
 * @param elsewhere keys of inherited patches that name objects of others
 */
export function checkPatches(
  faults: Faults,
  patches: { readonly [key: string]: unknown } | undefined,
  patchable: Patchable,
  elsewhere: readonly string[] = [],
): void {
  for (const [key, patch] of Object.entries(patches ?? {})) {
    if (elsewhere.includes(key)) continue;
    const place = `patches.${key.includes('/') ? JSON.stringify(key) : key}`;
    if (!checkTarget(faults, place, key, patchable)) continue;
    if (isTable(patch)) checkPatch(faults, place, key.split('/')[0], patch);
    else {
      const rule = 'a patch is a part of the object, as it would stand in YAML';
      faults.add(place, patch, rule, 'write { spec: { ... } }');
    }
  }
}

/** Whether the key of a patch, `<Kind>` or `<Kind>/<name>`, is that of an object here. */
export function isPatchable(key: string, patchable: Patchable): boolean {
  const [kind, ...rest] = key.split('/');
  const names = Object.hasOwn(patchable, kind) ? patchable[kind] : [];
  return rest.length === 0 ? names.length > 0 : names.includes(rest.join('/'));
}

function checkTarget(faults: Faults, place: string, key: string, patchable: Patchable): boolean {
  if (isPatchable(key, patchable)) return true;
  const [kind, ...rest] = key.split('/');
  const kinds = Object.keys(patchable).filter((one) => patchable[one].length > 0);
  if (!kinds.includes(kind)) {
    const near = nearestName(kind, kinds);
    const fix = near ? `write ${[near, ...rest].join('/')}` : 'patch one of them';
    faults.add(place, key, `kinds rendered here are ${kinds.join(', ')}`, fix);
    return false;
  }
  const names = patchable[kind];
  const near = nearestName(rest.join('/'), names) ?? names[0];
  const rule = `there is no ${kind} of this name here; there is ${names.join(', ')}`;
  faults.add(place, key, rule, `write "${kind}/${near}"`);
  return false;
}

function checkPatch(faults: Faults, place: string, kind: string, patch: Record<string, unknown>): void {
  const { metadata = {}, spec = {} } = patch;
  if (!isTable(metadata) || !isTable(spec)) {
    const emptied = ['metadata', 'spec'].filter((key) => key in patch && !isTable(patch[key]));
    const rule = 'a patch changes parts of an object, it does not empty it';
    faults.add(place, emptied.join(', '), rule, 'patch the fields below');
    return;
  }
  if (kind === 'SealedSecret') checkSealedPatch(faults, place, metadata, spec);
  if (kind === 'Deployment' && 'replicas' in spec) {
    const rule = 'a manager is one process, with a system id of its own; without a token it is none';
    faults.add(place, 'spec.replicas', rule, 'write managers: <number> in the runner');
  }
  if (kind === 'Deployment') checkContainers(faults, place, spec);
  const touched = [
    ...IDENTITY.filter((key) => key in patch),
    ...IDENTITY_METADATA.filter((key) => key in metadata).map((key) => `metadata.${key}`),
  ];
  if (touched.length === 0) return;
  const rule = 'a patch changes an object, it does not make another one of it';
  faults.add(place, touched.join(', '), rule, 'leave these fields out');
}

/** Containers by what list they stand in. */
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  containers: [MANAGER_CONTAINER],
  initContainers: [],
};

/** A name that no container has adds one, which then needs an image. */
function checkContainers(faults: Faults, place: string, spec: Record<string, unknown>): void {
  for (const [list, names] of Object.entries(CONTAINERS)) {
    for (const container of listOf(at(spec, ['template', 'spec', list]))) {
      const name = textOf(at(container, ['name']));
      if (name === undefined || names.includes(name) || at(container, ['image']) !== undefined) continue;
      const there = names.length > 0 ? `there is ${names.join(', ')}` : 'there is none';
      const rule = `no container of ${list} has this name (${there}), and one that is added needs an image`;
      const fix = names.length > 0 ? `write "${names[0]}", or give it an image` : 'give it an image';
      faults.add(`${place}.spec.template.spec.${list}`, name, rule, fix);
    }
  }
}

/** What of a SealedSecret decides whether the manager gets its token, and whether the live Secret stays. */
function checkSealedPatch(
  faults: Faults,
  place: string,
  metadata: Record<string, unknown>,
  spec: Record<string, unknown>,
): void {
  const rules: [path: string, isTouched: boolean, rule: string][] = [
    [
      'spec.encryptedData',
      'encryptedData' in spec,
      'what is sealed comes from sealed/, and an empty one empties the live Secret',
    ],
    ['spec.data', 'data' in spec, 'the controller opens no SealedSecret with this field any more'],
    [
      'spec.template',
      spec.template === null ||
        (isTable(spec.template) && ('data' in spec.template || 'immutable' in spec.template)),
      'what the template holds takes the place of what is sealed, and an immutable Secret takes no new token',
    ],
    [
      'metadata.annotations',
      'annotations' in metadata && !isHarmless(metadata.annotations),
      'annotations say how the token is sealed, and keep it from being pruned',
    ],
  ];
  for (const [path, isTouched, rule] of rules) if (isTouched) faults.add(place, path, rule, 'leave it out');
}

function isHarmless(annotations: unknown): boolean {
  if (!isTable(annotations)) return false;
  const kept = [
    'kustomize.toolkit.fluxcd.io/',
    'argocd.argoproj.io/sync-options',
    'argocd.argoproj.io/compare-options',
  ];
  return Object.keys(annotations).every(
    (key) => !key.startsWith('sealedsecrets.bitnami.com/') && !kept.some((one) => key.startsWith(one)),
  );
}
