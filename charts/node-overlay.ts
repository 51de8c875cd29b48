import type { ResolvedFleet, ResolvedNodePool } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/**
 * What tells Karpenter of devices that it does not know, for the instance types of one pool. Alpha: the controller reads
 * it with the feature gate NodeOverlay, and without it starts no node for such a job.
 * @see https://karpenter.sh/docs/concepts/nodeoverlays/
 */
export function nodeOverlayManifest(fleet: ResolvedFleet, pool: ResolvedNodePool): unknown {
  return {
    apiVersion: 'karpenter.sh/v1alpha1',
    kind: 'NodeOverlay',
    metadata: { name: pool.name, labels: { ...objectLabels(fleet, 'node-overlay', pool.name) } },
    spec: {
      requirements: pool.requirements
        .filter(({ key }) => /instance-(family|size)$/.test(key))
        .map(({ key, operator, values }) => ({ key, operator, ...(values && { values: [...values] }) })),
      capacity: Object.fromEntries(Object.entries(pool.devices).map(([name, count]) => [name, `${count}`])),
    },
  };
}
