import { conflicts, podRequirements, poolRequirements, type Requirements } from '../karpenter/requirements';
import { type Taint, untolerated } from '../karpenter/taints';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import type { Pod } from './pod';

/** A node group of a ClusterConfig of eksctl. */
export interface NodeGroup {
  readonly name: string;
  readonly requirements: Requirements;
  readonly taints: readonly Taint[];
}

/** The node groups among manifests, managed or not. */
export function nodeGroupsOf(manifests: readonly Manifest[]): readonly NodeGroup[] {
  return manifests
    .filter(({ kind, apiVersion }) => kind === 'ClusterConfig' && apiVersion.startsWith('eksctl.io/'))
    .flatMap(({ body }) => [
      ...listOf(body.managedNodeGroups).map((one) => groupOf(fieldsOf(one), true)),
      ...listOf(body.nodeGroups).map((one) => groupOf(fieldsOf(one), false)),
    ]);
}

function groupOf(fields: Fields, isManaged: boolean): NodeGroup {
  const name = textOf(fields.name) ?? '';
  const labels = {
    ...textsOf(fields.labels),
    'alpha.eksctl.io/nodegroup-name': name,
    ...(isManaged ? { 'eks.amazonaws.com/nodegroup': name } : {}),
  };
  const taints = listOf(fields.taints).map((taint) => fieldsOf(taint) as unknown as Taint);
  return { name, requirements: poolRequirements({ labels }), taints };
}

/** Labels of every node, which follow from its machine: a group that says nothing of them may have any value. */
const OF_MACHINE: ReadonlySet<string> = new Set([
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'eks.amazonaws.com/capacityType',
]);

/** Whether nodes of a group may take a pod, by their labels and taints. */
export function mayTake(group: NodeGroup, pod: Pod): boolean {
  const firm = group.taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  return (
    untolerated(firm, pod.tolerations).length === 0 &&
    pod.selections.some(
      (selection) => conflicts(group.requirements, podRequirements(selection), OF_MACHINE).length === 0,
    )
  );
}
