import type { Construct } from 'constructs';
import { patchesOf } from '../lib/fleet/patches';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { LOGGING_NAMESPACE, loggingNamespaceManifest } from './fargate';
import { certificatesManifest } from './gitlab-ca';
import { jobServiceAccountManifest } from './job-service-account';
import { namespaceManifest } from './namespace';
import { objectGroup } from './object-group';
import { addObject } from './patched-object';
import { sealedPullSecretManifest } from './sealed-pull-secret';
import { volumeClaimManifest } from './volume-claim';

/** Objects of the fleet's owner: one that a file holds, under an id of its own, or a function that adds some. */
export type OwnObjects = OwnObject | ((scope: Construct) => void);

export interface OwnObject {
  readonly id: string;
  readonly body: unknown;
}

/** Group of the objects of the fleet's owner. */
export const OWN_OBJECTS = 'manifests';

/**
 * Adds what the rest of a fleet is applied after: its namespaces, accounts, volumes and certificates of jobs, pull secrets, and
 * objects of its owner, which may live in them and which managers may wait for.
 */
export function addBaseObjects(scope: Construct, fleet: ResolvedFleet, own: readonly OwnObjects[]): void {
  const { existing, gitlabCa, jobClaims, jobNamespaces, managerNamespace, patches } = fleet;
  for (const namespace of [managerNamespace, ...jobNamespaces].filter(({ isRendered }) => isRendered)) {
    const { name } = namespace;
    const declared = namespace === managerNamespace ? existing : [];
    const manifest = namespaceManifest(fleet, namespace, declared);
    addObject(scope, `namespace-${name}`, manifest, patchesOf(patches, 'Namespace', name));
  }
  if (fleet.fargate) addObject(scope, `namespace-${LOGGING_NAMESPACE}`, loggingNamespaceManifest(fleet));
  if (gitlabCa) {
    for (const namespace of gitlabCa.namespaces) {
      const manifest = certificatesManifest(fleet, gitlabCa, namespace);
      addObject(scope, `configmap-${gitlabCa.name}-${namespace}`, manifest);
    }
  }
  for (const claim of jobClaims) {
    addObject(scope, namespacedId('persistentvolumeclaim', claim), volumeClaimManifest(fleet, claim));
  }
  for (const account of fleet.jobServiceAccounts) {
    const manifest = jobServiceAccountManifest(fleet, account);
    const ofAccount = patchesOf(patches, 'ServiceAccount', account.name);
    addObject(scope, namespacedId('serviceaccount', account), manifest, ofAccount);
  }
  for (const secret of fleet.pullSecrets) {
    addObject(scope, namespacedId('sealedsecret', secret), sealedPullSecretManifest(fleet, secret));
  }
  if (own.length === 0) return;
  const group = objectGroup(scope, OWN_OBJECTS);
  for (const one of own) {
    if (typeof one === 'function') one(group);
    else addObject(group, one.id, one.body);
  }
}

/** An id that no other object has: namespace and name may have dashes, and neither has a dot. */
function namespacedId(
  kind: string,
  { name, namespace }: { readonly name: string; readonly namespace: string },
) {
  return `${kind}-${namespace}.${name}`;
}
