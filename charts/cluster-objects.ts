import type { Construct } from 'constructs';
import type { ResolvedFargate, ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { clusterConfigManifest } from './fargate';
import { addObject } from './patched-object';

/** Adds what whoever provisions the cluster needs to know: a folder that nothing reconciles. */
export function addClusterObjects(scope: Construct, fleet: ResolvedFleet, fargate: ResolvedFargate): void {
  addObject(scope, 'clusterconfig', clusterConfigManifest(fleet, fargate));
}
