import { jobPod } from '../../gitlab-runner/executor/job-pod';
import { AUTO_INSTANCE_LABELS, COMPUTE_TYPE_LABEL, INSTANCE_LABELS } from '../../karpenter/labels';
import { AUTO_MODE_GROUP } from '../../karpenter/node-life';
import { fieldsOf } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { Compute } from '../props/node-pool';
import type { ResolvedRunner } from '../resolved-fleet';
import { checkOneOf } from './fields';

/** Why pods get no user namespace there, and where to read about it. */
const NO_USER_NAMESPACES =
  'nodes of EKS Auto Mode allow no user namespaces, and no setting changes that (aws/containers-roadmap#2797)';
const NODES_OF_OTHERS = 'run these jobs on a node group that existingPools names';

/** Reports a value of `compute` that is not known. */
export function validateCompute(faults: Faults, { compute }: NormalFleet): void {
  checkOneOf(faults, 'compute', compute, ['karpenter', 'eks-auto-mode']);
}

/** Reports what a runner asks of its nodes that nodes of this `compute` lack. */
export function checkComputeRunner(faults: Faults, runner: NormalRunner, { compute }: NormalFleet): void {
  if (!runsOnOwnNodes(runner)) return;
  for (const key of Object.keys(runner.nodeSelector)) {
    const fault = labelFault(key, compute);
    if (fault) faults.add(`nodeSelector[${JSON.stringify(key)}]`, runner.nodeSelector[key], ...fault);
  }
  if (compute !== 'eks-auto-mode') return;
  if (runner.rootlessBuilds) {
    const rule = `${NO_USER_NAMESPACES}: rootless BuildKit and Buildah need one`;
    const fix = `build images with dockerInDocker, whose daemon is privileged, or ${NODES_OF_OTHERS}`;
    faults.add('rootlessBuilds', true, rule, fix);
  }
}

/** Reports job pods that want a user namespace of their own, whichever patch says so. */
export function checkHostUsers(
  faults: Faults,
  runner: NormalRunner,
  { managers: [{ config }] }: ResolvedRunner,
  { compute }: NormalFleet,
): void {
  if (compute !== 'eks-auto-mode' || !runsOnOwnNodes(runner)) return;
  // Nothing else of a job decides about it.
  const pod = runner.said.config === undefined ? undefined : jobPod(config.runners[0]);
  if (fieldsOf(pod).hostUsers !== false) return;
  const fix = `leave it out, or ${NODES_OF_OTHERS}`;
  faults.at('config').add('runner.kubernetes.pod_spec', 'hostUsers: false', NO_USER_NAMESPACES, fix);
}

function runsOnOwnNodes({ onFargate, existingPool }: NormalRunner): boolean {
  return !onFargate && existingPool === undefined;
}

/** Labels of nodes by what starts these. */
const OF_KARPENTER = {
  own: INSTANCE_LABELS,
  prefix: 'karpenter.k8s.aws/',
  name: 'Karpenter that you run yourself',
};
const OF_AUTO_MODE = { own: AUTO_INSTANCE_LABELS, prefix: `${AUTO_MODE_GROUP}/`, name: 'EKS Auto Mode' };

/** The rule and the fix for a label that only nodes of the other `compute` have. */
export function labelFault(key: string, compute: Compute): readonly [rule: string, fix: string] | undefined {
  const isAuto = compute === 'eks-auto-mode';
  const [here, there] = isAuto ? [OF_AUTO_MODE, OF_KARPENTER] : [OF_KARPENTER, OF_AUTO_MODE];
  const isOfOthers = isAuto ? key.startsWith(there.prefix) : isOfAutoMode(key);
  if (!isOfOthers) return undefined;
  const meant = here.prefix + key.slice(there.prefix.length);
  const rule = `nodes of ${here.name} do not have this label: nothing would start`;
  return [rule, here.own.has(meant) ? `write "${meant}"` : 'leave it out: there is no label for it here'];
}

/** Nodes of node groups have labels of the same prefix. */
function isOfAutoMode(key: string): boolean {
  return AUTO_INSTANCE_LABELS.has(key) || key === COMPUTE_TYPE_LABEL;
}
