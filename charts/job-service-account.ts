import * as k8s from '../imports/k8s';
import type { ResolvedFleet, ResolvedJobAccount } from '../lib/fleet/resolved-fleet';
import { ARGO_WAVE, KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/** The account of jobs. Not pruned, like the rights of managers: jobs that still run need its tokens. */
export function jobServiceAccountManifest(fleet: ResolvedFleet, account: ResolvedJobAccount): unknown {
  const { name, namespace, labels, annotations, imagePullSecrets, automountServiceAccountToken } = account;
  return k8s.KubeServiceAccount.manifest({
    metadata: {
      name,
      namespace,
      labels: { ...objectLabels(fleet, 'job-access', name), ...labels },
      annotations: { ...KEEP_ON_PRUNE, [ARGO_WAVE]: '-1', ...annotations },
    },
    automountServiceAccountToken,
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((one) => ({ name: one })) }),
  });
}
