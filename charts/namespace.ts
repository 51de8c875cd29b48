import * as k8s from '../imports/k8s';
import { EXISTING_ANNOTATION } from '../lib/contract';
import type { ResolvedFleet, ResolvedNamespace } from '../lib/fleet/resolved-fleet';
import { ARGO_WAVE, KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/**
 * A namespace with its Pod Security level, which is also what is warned of and audited: the pods of jobs can't be restricted,
 * and each warning would be a line of plain text in the JSON log of the manager. Never pruned: every running job and every
 * token would go with it.
 *
 * @param existing objects that someone else makes, which the proof then does not report as missing
 */
export function namespaceManifest(
  fleet: ResolvedFleet,
  namespace: ResolvedNamespace,
  existing: readonly string[],
): unknown {
  const declared: Record<string, string> =
    existing.length > 0 ? { [EXISTING_ANNOTATION]: existing.join(', ') } : {};
  return k8s.KubeNamespace.manifest({
    metadata: {
      name: namespace.name,
      labels: {
        ...objectLabels(fleet, 'namespace', namespace.name),
        'pod-security.kubernetes.io/enforce': namespace.enforce,
        'pod-security.kubernetes.io/audit': namespace.enforce,
        'pod-security.kubernetes.io/warn': namespace.enforce,
      },
      annotations: { ...KEEP_ON_PRUNE, [ARGO_WAVE]: '-2', ...declared },
    },
  });
}
