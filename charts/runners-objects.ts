import type { Construct } from 'constructs';
import { MANAGERS_BUDGET, ORPHAN_CLEANUP } from '../lib/fleet/names';
import { patchesOf } from '../lib/fleet/patches';
import type { ResolvedFleet, ResolvedNamespace, ResolvedOrphanCleanup } from '../lib/fleet/resolved-fleet';
import { managerDisruptionBudget } from './disruption-budget';
import { loggingConfigManifest } from './fargate';
import { limitRangeManifest, resourceQuotaManifest } from './job-room';
import { sharedServiceAccountManifest } from './manager-access';
import { cleanupNetworkPolicy, jobNetworkPolicy, managerNetworkPolicy } from './network-policy';
import { objectGroup } from './object-group';
import {
  cleanupAccountManifest,
  cleanupRoleBindingManifest,
  cleanupRoleManifest,
  orphanCleanupManifest,
} from './orphan-cleanup';
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
  for (const namespace of jobNamespaces) addJobRoom(scope, fleet, namespace);
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
  if (fleet.orphanCleanup) addOrphanCleanup(scope, fleet, fleet.orphanCleanup);
  for (const runner of fleet.runners) addRunnerObjects(objectGroup(scope, runner.name), fleet, runner);
}

function addOrphanCleanup(scope: Construct, fleet: ResolvedFleet, cleanup: ResolvedOrphanCleanup): void {
  const patches = patchesOf(fleet.patches, 'CronJob', ORPHAN_CLEANUP);
  addObject(scope, `cronjob-${ORPHAN_CLEANUP}`, orphanCleanupManifest(fleet, cleanup), patches);
  if (cleanup.egress)
    addObject(scope, `networkpolicy-${ORPHAN_CLEANUP}`, cleanupNetworkPolicy(fleet, cleanup.egress));
  addObject(scope, `serviceaccount-${ORPHAN_CLEANUP}`, cleanupAccountManifest(fleet));
  for (const namespace of cleanup.namespaces) {
    const id = `${ORPHAN_CLEANUP}-${namespace}`;
    addObject(scope, `role-${id}`, cleanupRoleManifest(fleet, namespace));
    addObject(scope, `rolebinding-${id}`, cleanupRoleBindingManifest(fleet, namespace));
  }
}

function addJobRoom(scope: Construct, fleet: ResolvedFleet, namespace: ResolvedNamespace): void {
  const { name, limitRange, quota } = namespace;
  const { patches } = fleet;
  if (limitRange) {
    const manifest = limitRangeManifest(fleet, namespace, limitRange);
    addObject(scope, `limitrange-${name}`, manifest, patchesOf(patches, 'LimitRange', name));
  }
  if (quota) {
    const manifest = resourceQuotaManifest(fleet, namespace, quota);
    addObject(scope, `resourcequota-${name}`, manifest, patchesOf(patches, 'ResourceQuota', name));
  }
}
