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
      faults.add(
        place,
        kind,
        `kinds rendered here are ${kinds.join(', ')}`,
        near ? `write ${near}` : 'patch one of them',
      );
      continue;
    }
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
      faults.add(
        place,
        patch,
        'a patch is a part of the object, as it would stand in YAML',
        'write { spec: { ... } }',
      );
      continue;
    }
    const { metadata } = patch as { metadata?: object };
    const touched = [
      ...IDENTITY.filter((key) => key in patch),
      ...IDENTITY_METADATA.filter((key) => metadata && key in metadata).map((key) => `metadata.${key}`),
    ];
    if (touched.length > 0) {
      faults.add(
        place,
        touched.join(', '),
        'a patch changes an object, it does not make another one of it',
        'leave these fields out',
      );
    }
  }
}
