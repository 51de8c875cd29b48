import { COMPUTE_TYPE_LABEL, OS_LABEL } from '../../karpenter/labels';
import type { Compute } from '../props/node-pool';
import type { Labels } from '../resolved-fleet';

/**
 * What pods on nodes of a fleet select these by, besides architecture, capacity and pool. EKS Auto Mode, which starts Linux
 * alone, does not support the label of the system; its own keeps pods off the nodes that a fleet had before it moved.
 */
export const SYSTEM_SELECTOR: Readonly<Record<Compute, Labels>> = {
  karpenter: { [OS_LABEL]: 'linux' },
  'eks-auto-mode': { [COMPUTE_TYPE_LABEL]: 'auto' },
};
