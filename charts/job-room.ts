import * as k8s from '../imports/k8s';
import type { Labels, ResolvedFleet, ResolvedNamespace } from '../lib/fleet/resolved-fleet';
import type { PodRoom } from '../lib/gitlab-runner/namespace-room';
import { objectLabels } from './object-metadata';

/** What one pod of a job namespace may be at most, so that no job brings more than its runner is sized for. */
export function limitRangeManifest(
  fleet: ResolvedFleet,
  namespace: ResolvedNamespace,
  { max, defaultLimit, defaultRequest }: PodRoom,
): unknown {
  return k8s.KubeLimitRange.manifest({
    metadata: metadata(fleet, namespace),
    spec: {
      limits: [
        { type: 'Pod', max: quantities(max) },
        // Pause pods say no limits, without which the bound above would refuse them.
        {
          type: 'Container',
          default: quantities(defaultLimit),
          defaultRequest: quantities(defaultRequest),
        },
      ],
    },
  });
}

/** What all pods of a job namespace may request at once. */
export function resourceQuotaManifest(
  fleet: ResolvedFleet,
  namespace: ResolvedNamespace,
  hard: Labels,
): unknown {
  return k8s.KubeResourceQuota.manifest({
    metadata: metadata(fleet, namespace),
    spec: { hard: quantities(hard) },
  });
}

function metadata(fleet: ResolvedFleet, { name: namespace }: ResolvedNamespace): k8s.ObjectMeta {
  return { name: 'jobs', namespace, labels: { ...objectLabels(fleet, 'job', 'jobs') } };
}

function quantities(amounts: Labels): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]),
  );
}
