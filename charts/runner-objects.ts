import type { Construct } from 'constructs';
import { patchesOf } from '../lib/fleet/patches';
import type { RunnerObjectKind } from '../lib/fleet/props/runner';
import type { ResolvedFleet, ResolvedRunner } from '../lib/fleet/resolved-fleet';
import { externalSecretManifest } from './external-secret';
import { roleBindingManifest, roleManifest, serviceAccountManifest } from './manager-access';
import { configMapManifest } from './manager-config';
import { deploymentManifest } from './manager-deployment';
import { addObject } from './patched-object';
import { sealedSecretManifest } from './sealed-secret';
import { sessionPolicyManifest, sessionServiceManifest } from './session-server';

/** Adds all objects of one runner, which have a folder of their own. */
export function addRunnerObjects(scope: Construct, fleet: ResolvedFleet, runner: ResolvedRunner): void {
  const { objectName, patches, token } = runner;
  if (fleet.managerServiceAccount === undefined) add('ServiceAccount', serviceAccountManifest(fleet, runner));
  add('Role', roleManifest(fleet, runner));
  add('RoleBinding', roleBindingManifest(fleet, runner));
  if (token.from === 'sealed-secret')
    add('SealedSecret', sealedSecretManifest(fleet, runner, token), token.secretName);
  if (token.from === 'external-secret')
    add('ExternalSecret', externalSecretManifest(fleet, runner, token), token.secretName);
  if (runner.sessionServer) {
    const { name } = runner.sessionServer;
    add('Service', sessionServiceManifest(fleet, runner, runner.sessionServer), name, '-session');
    addObject(scope, 'networkpolicy-session', sessionPolicyManifest(fleet, runner, runner.sessionServer));
  }
  for (const [index, manager] of runner.managers.entries()) {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    addObject(scope, `configmap${suffix}`, configMapManifest(fleet, runner, manager));
    add('Deployment', deploymentManifest(fleet, runner, manager), manager.name, suffix);
  }

  function add(kind: RunnerObjectKind, manifest: unknown, name = objectName, suffix = ''): void {
    addObject(scope, `${kind.toLowerCase()}${suffix}`, manifest, patchesOf(patches, kind, name));
  }
}
