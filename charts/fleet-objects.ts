import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { addBaseObjects, type OwnObjects } from './base-objects';
import { addClusterObjects } from './cluster-objects';
import { addKarpenterObjects } from './karpenter-objects';
import { addMonitoringObjects } from './monitoring-objects';
import { objectGroup } from './object-group';
import { addRunnersObjects } from './runners-objects';

/** Adds all objects of a fleet. The construct path of an object below the fleet is the path of its file in `dist/`. */
export function addFleetObjects(
  scope: Construct,
  fleet: ResolvedFleet,
  own: readonly OwnObjects[] = [],
): void {
  if (fleet.fargate) addClusterObjects(objectGroup(scope, 'cluster'), fleet, fleet.fargate);
  addBaseObjects(objectGroup(scope, 'base'), fleet, own);
  addKarpenterObjects(objectGroup(scope, 'karpenter'), fleet);
  addRunnersObjects(objectGroup(scope, 'runners'), fleet);
  if (fleet.monitoring) addMonitoringObjects(objectGroup(scope, 'monitoring'), fleet, fleet.monitoring);
}
