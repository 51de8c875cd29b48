/**
 * The NodePools that EKS Auto Mode brings along unless they are turned off; no repository holds them.
 * Source: awsdocs/amazon-eks-user-guide latest/ug/automode/set-builtin-node-pools.
 */
import { ARCH_LABEL, CAPACITY_TYPE_LABEL, COMPUTE_TYPE_LABEL, NODE_POOL_LABEL, OS_LABEL } from './labels';
import { AUTO_MODE_GROUP } from './node-life';
import { poolRequirements, type Requirements } from './requirements';
import type { Taint } from './taints';

/** What a built-in pool promises. */
export interface BuiltInPool {
  readonly name: string;
  readonly requirements: Requirements;
  readonly taints: readonly Taint[];
}

export const BUILT_IN_POOLS: readonly BuiltInPool[] = [
  builtIn('general-purpose', ['amd64'], []),
  builtIn('system', ['amd64', 'arm64'], [{ key: 'CriticalAddonsOnly', effect: 'NoSchedule' }]),
];

function builtIn(name: string, architectures: readonly string[], taints: readonly Taint[]): BuiltInPool {
  const requirements = poolRequirements({
    requirements: [
      { key: CAPACITY_TYPE_LABEL, operator: 'In', values: ['on-demand'] },
      { key: `${AUTO_MODE_GROUP}/instance-category`, operator: 'In', values: ['c', 'm', 'r'] },
      { key: `${AUTO_MODE_GROUP}/instance-generation`, operator: 'Gt', values: ['4'] },
      { key: ARCH_LABEL, operator: 'In', values: architectures },
      { key: OS_LABEL, operator: 'In', values: ['linux'] },
    ],
    labels: {
      [NODE_POOL_LABEL]: name,
      [COMPUTE_TYPE_LABEL]: 'auto',
      [`${AUTO_MODE_GROUP}/nodeclass`]: 'default',
    },
  });
  return { name, requirements, taints };
}
