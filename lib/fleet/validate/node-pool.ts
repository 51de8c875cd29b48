import { DEDICATED_KEY } from '../../contract';
import { cronFault } from '../../values/cron';
import { parseDuration } from '../../values/duration';
import type { Faults } from '../fault';
import type { NormalNodePool } from '../normal-fleet';
import type { DisruptionBudget, NodePoolSettings } from '../props/node-pool';
import { checkComputePool } from './auto-mode-pool';
import {
  checkBytes,
  checkCpu,
  checkDevices,
  checkDuration,
  checkDurationOrNever,
  checkLabels,
  checkOneOf,
  checkReservedLabels,
  checkTaints,
  checkWholeNumber,
} from './fields';
import { checkRequirements } from './requirements';

/** Reports what is wrong with what is said of a node pool, whatever it is for. */
export function checkNodePool(faults: Faults, normal: NormalNodePool): void {
  const pool = normal.said;
  checkRequirements(faults, normal);
  checkComputePool(faults, normal);
  checkWords(faults, 'instanceCategories', pool.instanceCategories, /^[a-z]+(-[a-z0-9]+)?$/, '"c", "m", "r"');
  checkWords(
    faults,
    'instanceFamilies',
    pool.instanceFamilies,
    /^[a-z][a-z0-9-]*\d[a-z0-9-]*$/,
    '"m7g", "c7i-flex"',
  );
  checkWords(
    faults,
    'instanceSizes',
    pool.instanceSizes,
    /^(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/,
    '"large", "2xlarge"',
  );
  checkWords(faults, 'zones', pool.zones, /^[a-z]{2}(-[a-z0-9]+)+-\d[a-z]$/, '"eu-west-1a"');
  checkRange(faults, pool);
  checkPoolDevices(faults, pool);
  if (pool.limits?.cpu !== undefined) checkCpu(faults, 'limits.cpu', pool.limits.cpu);
  if (pool.limits?.memory !== undefined) checkBytes(faults, 'limits.memory', pool.limits.memory);
  if (pool.expireAfter !== undefined) checkDurationOrNever(faults, 'expireAfter', pool.expireAfter);
  if (pool.consolidateAfter !== undefined)
    checkDurationOrNever(faults, 'consolidateAfter', pool.consolidateAfter);
  if (pool.terminationGracePeriod !== undefined)
    checkDuration(faults, 'terminationGracePeriod', pool.terminationGracePeriod);
  if (pool.consolidationPolicy !== undefined) {
    checkOneOf(faults, 'consolidationPolicy', pool.consolidationPolicy, [
      'WhenEmpty',
      'WhenEmptyOrUnderutilized',
    ]);
  }
  checkLabels(faults, 'nodeLabels', pool.nodeLabels);
  checkReservedLabels(faults, 'nodeLabels', pool.nodeLabels);
  checkNodeLabels(faults, pool.nodeLabels ?? {});
  checkStartupTaints(faults.at('startupTaints'), pool.startupTaints ?? {});
  for (const [index, budget] of (pool.budgets ?? []).entries())
    checkBudget(faults.at(`budgets[${index}]`), budget);
}

/** Labels that Karpenter refuses in a template: its own, and those that follow from the node. */
const REFUSED_LABEL =
  /^(([\w.-]*\.)?karpenter\.(sh|k8s\.aws)\/|kubernetes\.io\/(hostname|arch|os)$|topology\.kubernetes\.io\/|node\.kubernetes\.io\/instance-type$)/;

function checkNodeLabels(faults: Faults, labels: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(labels).filter((one) => REFUSED_LABEL.test(one))) {
    const rule = 'Karpenter sets labels of this kind itself and refuses them, or they narrow the pool unseen';
    faults.add(
      `nodeLabels[${JSON.stringify(key)}]`,
      labels[key],
      rule,
      'use a prefix of your own, or the option for it',
    );
  }
}

/** The pool's own taint stays on its nodes, and Karpenter refuses two taints of one key and effect. */
function checkStartupTaints(faults: Faults, taints: Readonly<Record<string, string>>): void {
  checkTaints(faults, taints, ['NoSchedule', 'NoExecute', 'PreferNoSchedule']);
  const seen = new Set<string>();
  for (const [taint, effect] of Object.entries(taints)) {
    const [key] = taint.split('=');
    const pair = `${key} ${effect}`;
    if (key === DEDICATED_KEY) {
      const rule = 'this taint keeps other pods off the pool, and is never removed';
      faults.add(taint, effect, rule, 'use a key of your own');
    } else if (seen.has(pair)) {
      faults.add(
        taint,
        effect,
        'Karpenter refuses two taints of one key and effect',
        'leave out one of them',
      );
    }
    seen.add(pair);
  }
}

/** Devices that Karpenter reads off the instance type; an overlay may not contradict it. */
const KNOWN_DEVICES =
  /^((nvidia|amd)\.com\/gpu|aws\.amazon\.com\/neuron(core)?|habana\.ai\/gaudi|vpc\.amazonaws\.com\/efa)$/;

function checkPoolDevices(faults: Faults, pool: NodePoolSettings): void {
  checkDevices(faults, pool.devices);
  const names = Object.keys(pool.devices ?? {});
  for (const name of names.filter((one) => KNOWN_DEVICES.test(one))) {
    const rule = 'Karpenter knows these devices of every instance type, and their number';
    faults.add(`devices[${JSON.stringify(name)}]`, pool.devices?.[name], rule, 'leave it out');
  }
  if (names.length === 0) return;
  if (pool.instanceFamilies === undefined) {
    const rule = 'without families every instance type would count as having these devices';
    faults.add('instanceFamilies', undefined, rule, 'name the families that have them, for example ["vt1"]');
  }
  if (pool.instanceSizes?.length !== 1) {
    const rule = 'the number of devices differs by size, and an overlay has one number';
    faults.add('instanceSizes', pool.instanceSizes, rule, 'name one size, for example ["3xlarge"]');
  }
}

function checkRange(faults: Faults, pool: NodePoolSettings): void {
  const { minCpu, maxCpu, minGeneration } = pool;
  if (minGeneration !== undefined) checkWholeNumber(faults, 'minGeneration', minGeneration, 1, 20);
  if (minCpu !== undefined) checkWholeNumber(faults, 'minCpu', minCpu, 1, 448);
  if (maxCpu !== undefined) checkWholeNumber(faults, 'maxCpu', maxCpu, 1, 1920);
  if (minCpu !== undefined && maxCpu !== undefined && minCpu > maxCpu) {
    faults.add(
      'minCpu',
      minCpu,
      `no instance has at least ${minCpu} and at most ${maxCpu} vCPUs`,
      `lower minCpu or raise maxCpu`,
    );
  }
}

function checkWords(
  faults: Faults,
  field: string,
  words: readonly string[] | undefined,
  shape: RegExp,
  example: string,
): void {
  if (words === undefined) return;
  if (words.length === 0) {
    faults.add(
      field,
      words,
      'an empty list matches no instance at all',
      `name some, for example ${example}, or leave the option out`,
    );
  }
  for (const [index, word] of words.entries()) {
    if (typeof word === 'string' && shape.test(word)) continue;
    faults.add(
      `${field}[${index}]`,
      word,
      'no EC2 name has this form: the pool would match nothing',
      `write it as ${example}`,
    );
  }
}

function checkBudget(faults: Faults, budget: DisruptionBudget): void {
  if (typeof budget.nodes !== 'string' || !/^((100|\d{1,2})%|\d+)$/.test(budget.nodes)) {
    faults.add('nodes', budget.nodes, 'a number of nodes or a share, as text', 'write "10%" or "1"');
  }
  const { schedule, duration } = budget;
  if ((schedule === undefined) !== (duration === undefined)) {
    const missing = schedule === undefined ? 'schedule' : 'duration';
    faults.add(
      missing,
      undefined,
      'schedule and duration go together: one says when, the other how long',
      `add ${missing}, or leave both out`,
    );
  }
  const wrong = schedule === undefined ? undefined : cronFault(schedule);
  if (wrong)
    faults.add(
      'schedule',
      schedule,
      `${wrong}; Karpenter would then allow no disruption at all`,
      'write five fields, for example "0 8 * * mon-fri"',
    );
  if (duration !== undefined && (!/^(\d+h)?(\d+m)?$/.test(duration) || !parseDuration(duration))) {
    faults.add('duration', duration, 'windows are hours and minutes', 'write it as "8h" or "1h30m"');
  }
  for (const reason of budget.reasons ?? [])
    checkOneOf(faults, 'reasons', reason, ['Empty', 'Drifted', 'Underutilized']);
}
