import { autoModeTypes } from '../../karpenter/auto-mode';
import { type InstanceType, instanceTypes } from '../../karpenter/instance-types';
import { OS_LABEL, WINDOWS_BUILD_LABEL } from '../../karpenter/labels';
import { AUTO_MODE_GROUP, AUTO_MODE_LONGEST_SECONDS } from '../../karpenter/node-life';
import { formatDuration, parseDuration } from '../../values/duration';
import type { Faults } from '../fault';
import type { NormalNodePool } from '../normal-fleet';
import { labelFault } from './auto-mode';

const HOUR = 3600;

/** Reports what a node pool asks for that nodes of its `compute` lack. */
export function checkComputePool(faults: Faults, pool: NormalNodePool): void {
  for (const [index, { key }] of (pool.said.requirements ?? []).entries()) {
    const fault = labelFault(`${key}`, pool.compute) ?? systemFault(`${key}`, pool);
    if (fault) faults.add(`requirements[${index}].key`, key, ...fault);
  }
  if (pool.compute !== 'eks-auto-mode') return;
  checkLife(faults, pool);
  checkOffered(faults, pool);
  checkNoDevices(faults, pool);
  checkNodeLabels(faults, pool);
  checkLength(faults, pool);
}

function systemFault(
  key: string,
  { compute }: NormalNodePool,
): readonly [rule: string, fix: string] | undefined {
  if (compute !== 'eks-auto-mode' || ![OS_LABEL, WINDOWS_BUILD_LABEL].includes(key)) return undefined;
  return ['EKS Auto Mode does not support this label, and starts Linux alone', 'leave it out'];
}

/** Admission refuses a pool whose nodes may live longer, and everything that is applied with it. */
function checkLife(faults: Faults, { said, expireAfter, terminationGracePeriod }: NormalNodePool): void {
  const grace = parseDuration(`${terminationGracePeriod}`);
  const age = parseDuration(`${expireAfter}`);
  if (grace === undefined || (age === undefined && expireAfter !== 'Never')) return;
  const room = AUTO_MODE_LONGEST_SECONDS - grace;
  if (room < HOUR) {
    const rule = 'no node of EKS Auto Mode lives longer than 504h, its drain included';
    const [why, fix] =
      said.terminationGracePeriod === undefined
        ? [
            `${rule}, and the runners on it drain for up to ${formatDuration(grace)}`,
            'shorten longestJob and drain of the runners, or run these jobs on a node group that existingPools names',
          ]
        : [rule, 'shorten it'];
    faults.add('terminationGracePeriod', terminationGracePeriod, why, fix);
  } else if (age === undefined || age > room) {
    const most = formatDuration(Math.floor(room / HOUR) * HOUR);
    const rule = `with terminationGracePeriod (${formatDuration(grace)}) it is more than 504h, which EKS Auto Mode refuses`;
    faults.add('expireAfter', expireAfter, rule, `write "${most}" or less`);
  }
}

/** What of an instance type a description may name. */
const NAMED = [
  { option: 'instanceCategories', label: 'instance-category' },
  { option: 'instanceFamilies', label: 'instance-family' },
  { option: 'instanceSizes', label: 'instance-size' },
] as const;

function checkOffered(faults: Faults, { said }: NormalNodePool): void {
  for (const { option, label } of NAMED) {
    const named = said[option] ?? [];
    if (named.length === 0) continue;
    const known = valuesOf(instanceTypes(), `karpenter.k8s.aws/${label}`);
    const offered = valuesOf(autoModeTypes(), `${AUTO_MODE_GROUP}/${label}`);
    for (const [index, one] of named.entries()) {
      // A newer one may be offered as well.
      if (!known.has(one) || offered.has(one)) continue;
      const rule = 'EKS Auto Mode starts no instances of this kind';
      faults.add(`${option}[${index}]`, one, rule, fixOf(option));
    }
  }
}

function fixOf(option: (typeof NAMED)[number]['option']): string {
  if (option === 'instanceSizes')
    return 'leave it out: "medium" is the smallest size of T, "large" of others';
  return 'leave it out, or run these jobs on a node group that existingPools names';
}

function valuesOf(types: readonly InstanceType[], label: string): ReadonlySet<string> {
  return new Set(types.map(({ labels }) => labels[label]));
}

function checkNoDevices(faults: Faults, { said }: NormalNodePool): void {
  if (Object.keys(said.devices ?? {}).length === 0) return;
  const rule = 'EKS Auto Mode has no NodeOverlay, by which it would learn of devices that it does not know';
  const fix = 'leave it out, and run these jobs on a node group that existingPools names';
  faults.add('devices', 'set', rule, fix);
}

function checkNodeLabels(faults: Faults, { said }: NormalNodePool): void {
  for (const [key, value] of Object.entries(said.nodeLabels ?? {})) {
    if (!key.startsWith(`${AUTO_MODE_GROUP}/`)) continue;
    const rule = 'EKS Auto Mode sets labels of this prefix itself';
    faults.add(`nodeLabels[${JSON.stringify(key)}]`, value, rule, 'use a prefix of your own');
  }
}

/** Karpenter makes a label of the name. */
function checkLength(faults: Faults, { name }: NormalNodePool): void {
  if (name.length <= 63) return;
  const rule = `the NodePool would be called ${name}, and nodes have its name as a label, of at most 63 characters`;
  faults.add('pool', name, rule, `shorten prefix, or the name of the pool, by ${name.length - 63}`);
}
