import type { DaemonSetOverhead } from '../karpenter/node-price';

const MIB = 1024 * 1024;

/**
 * The usual daemonsets of EKS: aws-node, kube-proxy, the Pod Identity agent and the EBS CSI node.
 * Requests of their charts in 2026 add up to 110m to 250m and 120Mi to 300Mi.
 */
export const USUAL_DAEMON_SETS: DaemonSetOverhead = {
  cpuMilli: 250,
  memoryBytes: 300 * MIB,
  ephemeralStorageBytes: 0,
  pods: 4,
};

const NONE: DaemonSetOverhead = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0 };

/**
 * What daemonsets take of the nodes of a pool. The usual ones are part of the system on nodes of EKS Auto Mode and make no pods
 * there; amounts that a user gives are those of daemonsets of their own, which run there too.
 */
export function daemonSetsOn(
  { isAutoMode }: { readonly isAutoMode: boolean },
  given: DaemonSetOverhead,
): DaemonSetOverhead {
  return isAutoMode && isUsual(given) ? NONE : given;
}

function isUsual({ cpuMilli, memoryBytes, pods }: DaemonSetOverhead): boolean {
  return (
    cpuMilli === USUAL_DAEMON_SETS.cpuMilli &&
    memoryBytes === USUAL_DAEMON_SETS.memoryBytes &&
    pods === USUAL_DAEMON_SETS.pods
  );
}
