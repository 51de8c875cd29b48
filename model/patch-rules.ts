import { nearestName } from '../values/suggest';
import type { Faults } from './fault';

const IDENTITY = ['apiVersion', 'kind', 'status'];
const IDENTITY_METADATA = ['name', 'namespace', 'generateName'];

/** Notes patches of kinds that are not rendered here, and patches that would make another object of it. */
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
  if (kind === 'SealedSecret' && 'encryptedData' in spec) {
    const rule = 'what is sealed comes from sealed/, and an empty one empties the live Secret';
    faults.add(place, 'spec.encryptedData', rule, 'leave it out');
  }
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

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
