import type { Faults } from '../fault';
import { POOL_NAME_MOST } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { ManagerNodesProps } from '../props/existing-nodes';
import { checkLabels, checkName, checkOneOf } from './fields';
import { checkTolerations } from './job-pod';

/** Reports what is wrong with what a fleet says of nodes that someone else manages. */
export function validateExistingNodes(faults: Faults, fleet: NormalFleet): void {
  const { managerNodes, managerNodePool, existingPools = [] } = fleet.said;
  if (managerNodes !== undefined) {
    checkNodes(faults.at('managerNodes'), managerNodes);
    const other = managerNodePool !== undefined ? 'managerNodePool' : 'fargate.managers';
    if (managerNodePool !== undefined || fleet.fargate?.managers) {
      const rule = `managers run either there or where ${other} says`;
      faults.add('managerNodes', 'set', rule, `leave out managerNodes or ${other}`);
    }
  }
  const seen = new Set<string>();
  for (const [index, one] of existingPools.entries()) {
    const place = faults.at(`existingPools[${index}]`);
    checkName(place, 'pool', one.pool, POOL_NAME_MOST);
    checkNodes(place, one);
    if (one.startedBy !== undefined)
      checkOneOf(place, 'startedBy', one.startedBy, ['karpenter', 'node-group', 'other']);
    if (seen.has(one.pool)) place.add('pool', one.pool, 'it is described twice', 'merge the two entries');
    else if (!fleet.runners.some(({ pool, onFargate }) => pool === one.pool && !onFargate))
      place.add('pool', one.pool, 'no runner uses this pool', 'set pool of a runner, or leave the entry out');
    seen.add(one.pool);
  }
}

function checkNodes(faults: Faults, { nodeSelector, tolerations = {} }: ManagerNodesProps): void {
  if (nodeSelector === undefined || Object.keys(nodeSelector).length === 0) {
    const rule = 'without a label of the nodes, pods land wherever there is room';
    faults.add('nodeSelector', nodeSelector, rule, "write { 'eks.amazonaws.com/nodegroup': 'platform' }");
  }
  checkLabels(faults, 'nodeSelector', nodeSelector);
  checkTolerations(faults, tolerations);
}
