import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedFleet, ResolvedRunner } from '../lib/fleet/resolved-fleet';
import { externalSecretManifest } from './external-secret';
import { roleBindingManifest, roleManifest, serviceAccountManifest } from './manager-access';
import { configMapManifest } from './manager-config';
import { deploymentManifest } from './manager-deployment';
import { addObject } from './patched-object';
import { sealedSecretManifest } from './sealed-secret';

/** All objects of one runner, in a folder of their own. */
export class RunnerChart extends Chart {
  constructor(scope: Construct, id: string, fleet: ResolvedFleet, runner: ResolvedRunner) {
    super(scope, id);
    const { patches, token } = runner;
    addObject(this, 'serviceaccount', serviceAccountManifest(fleet, runner), patches.ServiceAccount);
    addObject(this, 'role', roleManifest(fleet, runner), patches.Role);
    addObject(this, 'rolebinding', roleBindingManifest(fleet, runner), patches.RoleBinding);
    if (token.from === 'sealed-secret')
      addObject(this, 'sealedsecret', sealedSecretManifest(fleet, runner, token), patches.SealedSecret);
    if (token.from === 'external-secret')
      addObject(this, 'externalsecret', externalSecretManifest(fleet, runner, token), patches.ExternalSecret);
    for (const [index, manager] of runner.managers.entries()) {
      const suffix = index === 0 ? '' : `-${index + 1}`;
      addObject(this, `configmap${suffix}`, configMapManifest(fleet, runner, manager));
      addObject(this, `deployment${suffix}`, deploymentManifest(fleet, runner, manager), patches.Deployment);
    }
  }
}
