import type { Construct } from 'constructs';
import { MANAGERS_BUDGET } from '../lib/fleet/names';
import { patchesOf } from '../lib/fleet/patches';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { managerDisruptionBudget } from './disruption-budget';
import { loggingConfigManifest } from './fargate';
import { sharedServiceAccountManifest } from './manager-access';
import { jobNetworkPolicy, managerNetworkPolicy } from './network-policy';
import { objectGroup } from './object-group';
import { addObject } from './patched-object';
import { addRunnerObjects } from './runner-objects';

/** Adds what lives in a fleet's namespaces: what guards them, and a group of objects for each runner. */
export function addRunnersObjects(scope: Construct, fleet: ResolvedFleet): void {
  const { managerNamespace, managerServiceAccount: account, jobNamespaces, patches } = fleet;
  const policies = [
    { namespace: managerNamespace, manifest: managerNetworkPolicy(fleet) },
    ...jobNamespaces.map((namespace) => ({ namespace, manifest: jobNetworkPolicy(fleet, namespace) })),
  ];
  for (const { namespace, manifest } of policies) {
    const { name } = namespace;
    addObject(scope, `networkpolicy-${name}`, manifest, patchesOf(patches, 'NetworkPolicy', name));
  }
  const budgetPatches = patchesOf(patches, 'PodDisruptionBudget', MANAGERS_BUDGET);
  addObject(scope, `poddisruptionbudget-${MANAGERS_BUDGET}`, managerDisruptionBudget(fleet), budgetPatches);
  if (account) {
    const accountPatches = patchesOf(patches, 'ServiceAccount', account.name);
    addObject(
      scope,
      `serviceaccount-${account.name}`,
      sharedServiceAccountManifest(fleet, account),
      accountPatches,
    );
  }
  if (fleet.fargate) addObject(scope, 'configmap-aws-logging', loggingConfigManifest(fleet, fleet.fargate));
  for (const runner of fleet.runners) addRunnerObjects(objectGroup(scope, runner.name), fleet, runner);
}
