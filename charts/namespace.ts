import * as k8s from '../imports/k8s';
import type { ResolvedFleet, ResolvedNamespace } from '../lib/fleet/resolved-fleet';
import { ARGO_WAVE, KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/** A namespace with its Pod Security level. Never pruned: with it would go every running job and every token. */
export function namespaceManifest(fleet: ResolvedFleet, namespace: ResolvedNamespace): unknown {
  return k8s.KubeNamespace.manifest({
    metadata: {
      name: namespace.name,
      labels: {
        ...objectLabels(fleet, 'namespace', namespace.name),
        'pod-security.kubernetes.io/enforce': namespace.enforce,
        'pod-security.kubernetes.io/audit': namespace.warn,
        'pod-security.kubernetes.io/warn': namespace.warn,
      },
      annotations: { ...KEEP_ON_PRUNE, [ARGO_WAVE]: '-2' },
    },
  });
}
