import { isWindows, WINDOWS_BUILD, windowsRelease } from '../../gitlab-runner/executor/job-system';
import { OS_LABEL } from '../../karpenter/labels';
import type { Faults } from '../fault';
import { POOL_NAME_MOST } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { ExistingPoolProps, ManagerNodesProps } from '../props/existing-nodes';
import { checkLabels, checkName, checkOneOf } from './fields';
import { checkTolerations } from './job-pod';

/** Options of runners that need containers of Linux. */
const LINUX_ONLY = ['privileged', 'dockerInDocker', 'rootlessBuilds'] as const;

/** Reports what is wrong with what a fleet says of nodes that someone else manages. */
export function validateExistingNodes(faults: Faults, fleet: NormalFleet): void {
  const { managerNodes, managerNodePool, existingPools = [] } = fleet.said;
  if (managerNodes !== undefined) {
    checkNodes(faults.at('managerNodes'), managerNodes);
    checkSystem(faults.at('managerNodes'), managerNodes, ['linux'], 'images of managers are for Linux');
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
    checkSystem(place, one, ['linux', 'windows'], 'jobs run on Linux or on Windows');
    checkWindows(place, one, fleet);
    if (one.startedBy !== undefined)
      checkOneOf(place, 'startedBy', one.startedBy, ['karpenter', 'node-group', 'other']);
    if (seen.has(one.pool)) place.add('pool', one.pool, 'it is described twice', 'merge the two entries');
    else if (!fleet.runners.some(({ pool, onFargate }) => pool === one.pool && !onFargate))
      place.add('pool', one.pool, 'no runner uses this pool', 'set pool of a runner, or leave the entry out');
    seen.add(one.pool);
  }
}

/** Reports an operating system that pods can't run on. */
function checkSystem(
  faults: Faults,
  { nodeSelector }: ManagerNodesProps,
  allowed: readonly string[],
  rule: string,
): void {
  const system = nodeSelector?.[OS_LABEL];
  if (system === undefined || allowed.includes(system)) return;
  faults.add(
    `nodeSelector["${OS_LABEL}"]`,
    system,
    rule,
    `select ${allowed.join(' or ')}, or leave the label out`,
  );
}

/** Reports what jobs on Windows can't have: a helper for an unknown build, and what only Linux has. */
function checkWindows(
  faults: Faults,
  { pool, nodeSelector = {} }: ExistingPoolProps,
  fleet: NormalFleet,
): void {
  if (!isWindows(nodeSelector)) return;
  const build: unknown = nodeSelector[WINDOWS_BUILD] ?? '';
  // What is not a text is reported as that.
  if (typeof build === 'string' && windowsRelease(nodeSelector) === undefined) {
    const rule = 'GitLab Runner has no helper for this build of Windows: every job fails';
    const fix =
      'write the build of the nodes: 10.0.17763 (Windows Server 2019), 10.0.20348 (2022) or 10.0.26100 (2025)';
    faults.add(`nodeSelector["${WINDOWS_BUILD}"]`, nodeSelector[WINDOWS_BUILD], rule, fix);
  }
  for (const runner of fleet.runners) {
    const option = LINUX_ONLY.find((one) => runner[one]);
    if (runner.pool !== pool || option === undefined) continue;
    const rule = `runner ${runner.name} sets ${option}, which Windows does not have`;
    faults.add('pool', pool, rule, `leave out ${option} of the runner, or give it a pool on Linux`);
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
