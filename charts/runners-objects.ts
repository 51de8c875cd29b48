import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { managerDisruptionBudget } from './disruption-budget';
import { LOGGING_NAMESPACE, loggingConfigManifest, loggingNamespaceManifest } from './fargate';
import { namespaceManifest } from './namespace';
import { jobNetworkPolicy, managerNetworkPolicy } from './network-policy';
import { objectGroup } from './object-group';
import { addObject } from './patched-object';
import { addRunnerObjects } from './runner-objects';

/** Adds the namespaced half of a fleet: namespaces, what guards them, and a group of objects for each runner. */
export function addRunnersObjects(scope: Construct, fleet: ResolvedFleet): void {
  const { managerNamespace, jobNamespaces, patches } = fleet;
  for (const namespace of [managerNamespace, ...jobNamespaces]) {
    addObject(scope, `namespace-${namespace.name}`, namespaceManifest(fleet, namespace), patches.Namespace);
  }
  addObject(
    scope,
    `networkpolicy-${managerNamespace.name}`,
    managerNetworkPolicy(fleet),
    patches.NetworkPolicy,
  );
  for (const namespace of jobNamespaces) {
    addObject(
      scope,
      `networkpolicy-${namespace.name}`,
      jobNetworkPolicy(fleet, namespace),
      patches.NetworkPolicy,
    );
  }
  addObject(
    scope,
    'poddisruptionbudget-managers',
    managerDisruptionBudget(fleet),
    patches.PodDisruptionBudget,
  );
  if (fleet.fargate) {
    addObject(scope, `namespace-${LOGGING_NAMESPACE}`, loggingNamespaceManifest(fleet));
    addObject(scope, 'configmap-aws-logging', loggingConfigManifest(fleet, fleet.fargate));
  }
  for (const runner of fleet.runners) addRunnerObjects(objectGroup(scope, runner.name), fleet, runner);
}
