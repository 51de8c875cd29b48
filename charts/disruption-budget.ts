import * as k8s from '../imports/k8s';
import { MANAGERS_BUDGET } from '../lib/fleet/names';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/**
 * One manager of the fleet is evicted at a time, the next when its successor is ready. A budget for each manager
 * would block its node indefinitely, since each is alone.
 */
export function managerDisruptionBudget(fleet: ResolvedFleet): unknown {
  return k8s.KubePodDisruptionBudget.manifest({
    metadata: {
      name: MANAGERS_BUDGET,
      namespace: fleet.managerNamespace.name,
      labels: { ...objectLabels(fleet, 'manager', MANAGERS_BUDGET) },
    },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: {
        matchLabels: { 'app.kubernetes.io/component': 'manager', 'app.kubernetes.io/part-of': fleet.name },
      },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
