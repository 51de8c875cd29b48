import * as k8s from '../imports/k8s';
import type { ResolvedClaim, ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/**
 * A volume of jobs. Never pruned, since its data would be lost. With `WaitForFirstConsumer` it is Pending until a job runs,
 * which should not make the Application of Argo CD unhealthy.
 */
export function volumeClaimManifest(fleet: ResolvedFleet, claim: ResolvedClaim): unknown {
  const { accessMode, name, namespace, size, storageClass } = claim;
  return k8s.KubePersistentVolumeClaim.manifest({
    metadata: {
      name,
      namespace,
      labels: { ...objectLabels(fleet, 'job-volume', name) },
      annotations: { ...KEEP_ON_PRUNE, 'argocd.argoproj.io/ignore-healthcheck': 'true' },
    },
    spec: {
      accessModes: [accessMode],
      storageClassName: storageClass,
      resources: { requests: { storage: k8s.Quantity.fromString(size) } },
    },
  });
}
