import { DEDICATED_KEY } from '../../contract';
import { CAPACITY_TYPE_LABEL } from '../../karpenter/labels';
import { isRestrictedLabel } from '../../karpenter/pod-validation';
import { at, fieldsOf, listOf } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import { takesReserved } from '../reserved-capacity';
import type { Labels } from '../resolved-fleet';
import {
  checkAnnotations,
  checkDevices,
  checkLabels,
  checkName,
  checkReservedLabels,
  checkTaints,
  isLabelOrVariable,
} from './fields';

/** A node with devices costs several times one without: jobs that need none would fill it. */
export function checkDevicePool(faults: Faults, { devices, onFargate, said }: NormalRunner): void {
  checkDevices(faults, devices);
  if (Object.keys(devices).length === 0 || said.pool !== undefined || onFargate) return;
  const rule = 'jobs without devices would fill the nodes that have some, which cost several times as much';
  faults.add('pool', undefined, rule, 'name a pool for the jobs with devices, as pool: "gpu"');
}

/** Reports what is wrong with what the pods of jobs are given: account, labels, selectors, tolerations. */
export function checkPodOptions(faults: Faults, runner: NormalRunner): void {
  const { serviceAccount, nodeSelector, podLabels } = runner;
  if (serviceAccount !== undefined) checkName(faults, 'serviceAccount', serviceAccount, 63);
  checkReservedLabels(faults, 'podLabels', podLabels);
  checkSelector(faults, nodeSelector);
  checkLabels(faults, 'nodeSelector', nodeSelector);
  checkLabels(faults, 'podLabels', podLabels, isLabelOrVariable);
  checkAnnotations(faults, 'podAnnotations', runner.podAnnotations);
  checkTolerations(faults, runner.tolerations);
}

/** Labels of nodes that options decide: a selector of its own would contradict helper image, pool or tags. */
const DECIDED: Record<string, string> = {
  'kubernetes.io/arch': 'arch',
  'kubernetes.io/os': 'existingPools, for nodes that run Windows',
  'karpenter.sh/capacity-type': 'capacity',
  [DEDICATED_KEY]: 'pool',
};

function checkSelector(faults: Faults, selector: Labels): void {
  for (const key of Object.keys(selector).filter((one) => Object.hasOwn(DECIDED, one))) {
    const rule = 'this label is decided by an option, which other objects follow too';
    faults.add(`nodeSelector[${JSON.stringify(key)}]`, selector[key], rule, `set ${DECIDED[key]}`);
  }
  for (const key of Object.keys(selector).filter(isRestrictedLabel)) {
    const rule = 'Karpenter keeps this label to itself and starts no node for a pod that selects it';
    const fix = 'select a well-known label, for example "node.kubernetes.io/instance-type", or remove it';
    faults.add(`nodeSelector[${JSON.stringify(key)}]`, selector[key], rule, fix);
  }
}

/** Taints as keys, effects as values. */
export function checkTolerations(faults: Faults, tolerations: Labels): void {
  checkTaints(faults.at('tolerations'), tolerations, ['NoSchedule', 'NoExecute', 'PreferNoSchedule', '']);
}

const TERMS = [
  'runner',
  'kubernetes',
  'affinity',
  'node_affinity',
  'required_during_scheduling_ignored_during_execution',
  'node_selector_terms',
];

/** Terms of its own take the place of the one that keeps jobs of a runner with reserved capacity off Spot. */
export function checkCapacityTerms(faults: Faults, runner: NormalRunner, { jobPools }: NormalFleet): void {
  if (!takesReserved(runner, jobPools)) return;
  for (const [index, term] of listOf(at(runner.config, TERMS)).entries()) {
    const expressions = listOf(at(term, ['match_expressions'])).map(fieldsOf);
    if (expressions.some(({ key }) => key === CAPACITY_TYPE_LABEL)) continue;
    const rule = 'it replaces the term that keeps these jobs off Spot, and does not exclude Spot itself';
    const fix = `add { key: '${CAPACITY_TYPE_LABEL}', operator: 'In', values: ['reserved', 'on-demand'] }`;
    faults.add(`config.${TERMS.join('.')}[${index}]`, term, rule, fix);
  }
}
