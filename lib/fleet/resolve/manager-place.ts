import { DEDICATED_KEY, FARGATE_LABELS } from '../../contract';
import type { NormalFleet } from '../normal-fleet';
import type { ManagerPlace, ResolvedToleration } from '../resolved-fleet';
import { SYSTEM_SELECTOR } from './system-selector';

/** Where the managers of a fleet run, and what else runs beside them: the architecture is for images to say. */
export function managerPlace({ compute, managerPool, managerNodes }: NormalFleet): ManagerPlace {
  const linux = SYSTEM_SELECTOR.karpenter;
  if (managerNodes !== undefined) {
    return {
      nodeSelector: { ...linux, ...managerNodes.nodeSelector },
      podLabels: {},
      dedicatedTo: undefined,
      tolerations: Object.entries(managerNodes.tolerations).map(toleration),
    };
  }
  if (managerPool === undefined)
    return { nodeSelector: linux, podLabels: FARGATE_LABELS, dedicatedTo: undefined, tolerations: undefined };
  return {
    nodeSelector: {
      ...SYSTEM_SELECTOR[compute],
      'karpenter.sh/capacity-type': managerPool.capacity,
      [DEDICATED_KEY]: managerPool.dedicatedTo,
    },
    podLabels: {},
    dedicatedTo: managerPool.dedicatedTo,
    tolerations: undefined,
  };
}

function toleration([taint, effect]: readonly [string, string]): ResolvedToleration {
  const [key, value] = taint.split('=');
  return { key, value, effect: effect === '' ? undefined : effect };
}
