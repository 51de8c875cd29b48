import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../model/resolved-fleet';
import { nodeClassManifest } from './node-class';
import { nodeOverlayManifest } from './node-overlay';
import { nodePoolManifest } from './node-pool';
import { addObject } from './patched-object';

/** Node pools and node classes of a fleet: the cluster-scoped half, which Flux reconciles as a unit of its own. */
export class KarpenterChart extends Chart {
  constructor(scope: Construct, id: string, fleet: ResolvedFleet) {
    super(scope, id);
    for (const nodeClass of fleet.nodeClasses) {
      addObject(this, `ec2nodeclass-${nodeClass.name}`, nodeClassManifest(fleet, nodeClass), nodeClass.patch);
    }
    for (const nodePool of fleet.nodePools) {
      addObject(this, `nodepool-${nodePool.name}`, nodePoolManifest(fleet, nodePool), nodePool.patch);
      if (Object.keys(nodePool.devices).length > 0) {
        addObject(this, `nodeoverlay-${nodePool.name}`, nodeOverlayManifest(fleet, nodePool));
      }
    }
  }
}
