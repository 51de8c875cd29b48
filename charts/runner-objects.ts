import type { Construct } from 'constructs';
import type { ResolvedFleet, ResolvedRunner } from '../lib/fleet/resolved-fleet';
import { externalSecretManifest } from './external-secret';
import { roleBindingManifest, roleManifest, serviceAccountManifest } from './manager-access';
import { configMapManifest } from './manager-config';
import { deploymentManifest } from './manager-deployment';
import { addObject } from './patched-object';
import { sealedSecretManifest } from './sealed-secret';

/** Adds all objects of one runner, which have a folder of their own. */
export function addRunnerObjects(scope: Construct, fleet: ResolvedFleet, runner: ResolvedRunner): void {
  const { patches, token } = runner;
  addObject(scope, 'serviceaccount', serviceAccountManifest(fleet, runner), patches.ServiceAccount);
  addObject(scope, 'role', roleManifest(fleet, runner), patches.Role);
  addObject(scope, 'rolebinding', roleBindingManifest(fleet, runner), patches.RoleBinding);
  if (token.from === 'sealed-secret')
    addObject(scope, 'sealedsecret', sealedSecretManifest(fleet, runner, token), patches.SealedSecret);
  if (token.from === 'external-secret')
    addObject(scope, 'externalsecret', externalSecretManifest(fleet, runner, token), patches.ExternalSecret);
  for (const [index, manager] of runner.managers.entries()) {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    addObject(scope, `configmap${suffix}`, configMapManifest(fleet, runner, manager));
    addObject(scope, `deployment${suffix}`, deploymentManifest(fleet, runner, manager), patches.Deployment);
  }
}
