import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { nodeClassManifest } from './node-class';
import { nodeOverlayManifest } from './node-overlay';
import { nodePoolManifest } from './node-pool';
import { addObject } from './patched-object';
import { prewarmPriorityManifest } from './prewarm-priority';

/** Node pools, node classes and the priority of pause pods of a fleet: the cluster-scoped half, which Flux reconciles as a unit of its own. */
export class KarpenterChart extends Chart {
  constructor(scope: Construct, id: string, fleet: ResolvedFleet) {
    super(scope, id);
    for (const nodeClass of fleet.nodeClasses) {
      addObject(this, `ec2nodeclass-${nodeClass.name}`, nodeClassManifest(fleet, nodeClass), nodeClass.patch);
    }
    if (fleet.prewarmPriority !== undefined) {
      addObject(
        this,
        `priorityclass-${fleet.prewarmPriority}`,
        prewarmPriorityManifest(fleet, fleet.prewarmPriority),
      );
    }
    for (const nodePool of fleet.nodePools) {
      addObject(this, `nodepool-${nodePool.name}`, nodePoolManifest(fleet, nodePool), nodePool.patch);
      if (Object.keys(nodePool.devices).length > 0) {
        addObject(this, `nodeoverlay-${nodePool.name}`, nodeOverlayManifest(fleet, nodePool));
      }
    }
  }
}
