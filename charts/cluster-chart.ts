import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { clusterConfigManifest } from './fargate';
import { addObject } from './patched-object';

/** What whoever provisions the cluster needs to know: a folder that nothing reconciles. */
export class ClusterChart extends Chart {
  constructor(scope: Construct, id: string, fleet: ResolvedFleet) {
    super(scope, id);
    if (fleet.fargate) addObject(this, 'clusterconfig', clusterConfigManifest(fleet, fleet.fargate));
  }
}
