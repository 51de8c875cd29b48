import * as k8s from '../imports/k8s';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/**
 * The priority of pause pods: below that of jobs, which evict them, and evicting nobody. In Git, because a manager that
 * finds no name in its config makes one itself, for which it would need rights on the whole cluster.
 */
export function prewarmPriorityManifest(fleet: ResolvedFleet, name: string): unknown {
  return k8s.KubePriorityClass.manifest({
    metadata: { name, labels: { ...objectLabels(fleet, 'prewarm-priority', name) } },
    value: -10,
    preemptionPolicy: 'Never',
    globalDefault: false,
    description: 'Pause pods that hold room for jobs of GitLab runners.',
  });
}
