import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { autoModeClassManifest } from './auto-mode-class';
import { nodeClassManifest } from './node-class';
import { nodeOverlayManifest } from './node-overlay';
import { nodePoolManifest } from './node-pool';
import { addObject } from './patched-object';
import { prewarmPriorityManifest } from './prewarm-priority';

/** Adds node pools, node classes and the priority of pause pods: the cluster-scoped half of a fleet, which Flux reconciles as a unit of its own. */
export function addKarpenterObjects(scope: Construct, fleet: ResolvedFleet): void {
  for (const nodeClass of fleet.nodeClasses) {
    addObject(
      scope,
      `ec2nodeclass-${nodeClass.name}`,
      nodeClassManifest(fleet, nodeClass),
      nodeClass.patches,
    );
  }
  for (const nodeClass of fleet.autoModeClasses) {
    addObject(
      scope,
      `nodeclass-${nodeClass.name}`,
      autoModeClassManifest(fleet, nodeClass),
      nodeClass.patches,
    );
  }
  if (fleet.prewarmPriority !== undefined) {
    addObject(
      scope,
      `priorityclass-${fleet.prewarmPriority}`,
      prewarmPriorityManifest(fleet, fleet.prewarmPriority),
    );
  }
  for (const nodePool of fleet.nodePools) {
    addObject(scope, `nodepool-${nodePool.name}`, nodePoolManifest(fleet, nodePool), nodePool.patches);
    if (Object.keys(nodePool.devices).length > 0) {
      addObject(scope, `nodeoverlay-${nodePool.name}`, nodeOverlayManifest(fleet, nodePool));
    }
  }
}
