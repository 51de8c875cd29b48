import { isTable } from '../../values/record';
import { nearestName } from '../../values/suggest';
import type { Faults } from '../fault';

const IDENTITY = ['apiVersion', 'kind', 'status'];
const IDENTITY_METADATA = ['name', 'namespace', 'generateName'];

/** Reports patches of kinds that are not rendered here, and patches that would make another object of it. */
export function checkPatches(
  faults: Faults,
  patches: { readonly [kind: string]: unknown } | undefined,
  kinds: readonly string[],
): void {
  for (const [kind, patch] of Object.entries(patches ?? {})) {
    const place = `patches.${kind}`;
    if (!kinds.includes(kind)) {
      const near = nearestName(kind, kinds);
      const fix = near ? `write ${near}` : 'patch one of them';
      faults.add(place, kind, `kinds rendered here are ${kinds.join(', ')}`, fix);
    } else if (isTable(patch)) checkPatch(faults, place, kind, patch);
    else {
      const rule = 'a patch is a part of the object, as it would stand in YAML';
      faults.add(place, patch, rule, 'write { spec: { ... } }');
    }
  }
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
  const touched = [
    ...IDENTITY.filter((key) => key in patch),
    ...IDENTITY_METADATA.filter((key) => key in metadata).map((key) => `metadata.${key}`),
  ];
  if (touched.length === 0) return;
  const rule = 'a patch changes an object, it does not make another one of it';
  faults.add(place, touched.join(', '), rule, 'leave these fields out');
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
  const kept = ['kustomize.toolkit.fluxcd.io/', 'argocd.argoproj.io/sync-options'];
  return Object.keys(annotations).every(
    (key) => !key.startsWith('sealedsecrets.bitnami.com/') && !kept.some((one) => key.startsWith(one)),
  );
}
