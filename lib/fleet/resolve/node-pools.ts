import { AUTO_MODE_GROUP } from '../../karpenter/node-life';
import { formatBinary, formatDecimal, type Quantity } from '../../values/quantity';
import { LIMIT_HEADROOM, WEIGHTS } from '../defaults';
import { classKind } from '../names';
import type { NormalNodePool, NormalRunner } from '../normal-fleet';
import { derivedRequirements } from '../pool-requirements';
import type { Compute, DisruptionBudget } from '../props/node-pool';
import {
  jobsOfPool,
  type ResolvedNodePool,
  type ResolvedRequirement,
  type ResolvedRunner,
  type ResolvedTaint,
} from '../resolved-fleet';
import { deviceNodes } from './device-limits';

const GIB = 1024n ** 3n * 1_000_000_000n;
const CPU = 1_000_000_000n;
/** Limits in steps of half the largest default node, so that small changes of runners leave them as they are. */
const LIMIT_STEP = 8n;

const CLASS_GROUPS: Readonly<Record<Compute, string>> = {
  karpenter: 'karpenter.k8s.aws',
  'eks-auto-mode': AUTO_MODE_GROUP,
};

type Limits = ResolvedNodePool['limits'];

/** The node pool for jobs of one architecture and capacity type. */
export function resolveJobPool(
  pool: NormalNodePool,
  runners: readonly ResolvedRunner[],
  normal: readonly NormalRunner[],
): ResolvedNodePool {
  const jobs = jobsOfPool(runners, { ...pool, arch: pool.arches[0] });
  return {
    ...resolvePool(pool, jobLimits(jobs, deviceNodes(pool, requirements(pool), jobs, normal))),
    weight: pool.weighted ? WEIGHTS[pool.capacity] : undefined,
    budgets: [...standingBudgets('10%'), ...pool.budgets],
  };
}

/** The on-demand node pool of the runner managers. */
export function resolveManagerPool(
  pool: NormalNodePool,
  runners: readonly ResolvedRunner[],
): ResolvedNodePool {
  const managers = runners.reduce((sum, runner) => sum + runner.managers.length, 0);
  // One node of the largest default size for each manager, and as many again while they are replaced.
  const nodes = 2 * managers;
  return {
    ...resolvePool(pool, { cpu: `${nodes * 2}`, memory: `${nodes * 4}Gi` }),
    weight: undefined,
    budgets: [...standingBudgets('1'), ...pool.budgets],
  };
}

function resolvePool(pool: NormalNodePool, limits: Limits): Omit<ResolvedNodePool, 'weight' | 'budgets'> {
  return {
    name: pool.name,
    nodeClass: pool.nodeClass,
    classKind: { group: CLASS_GROUPS[pool.compute], kind: classKind(pool.compute) },
    dedicatedTo: pool.dedicatedTo,
    nodeLabels: pool.nodeLabels,
    startupTaints: Object.entries(pool.startupTaints).map(taint),
    requirements: requirements(pool),
    limits: { ...limits, ...pool.limits },
    expireAfter: pool.expireAfter,
    terminationGracePeriod: pool.terminationGracePeriod,
    consolidationPolicy: pool.consolidationPolicy,
    consolidateAfter: pool.consolidateAfter,
    devices: pool.devices,
    patches: pool.patches,
  };
}

function taint([text, effect]: readonly [string, string]): ResolvedTaint {
  const [key, value] = text.split('=');
  return { key, value, effect };
}

/**
 * Budgets that hold at any time. A scheduled one alone would leave disruption unlimited outside its window, and a
 * tight one for empty nodes would pay for them for hours after a burst.
 */
function standingBudgets(drifted: string): DisruptionBudget[] {
  return [
    { nodes: '100%', reasons: ['Empty'] },
    { nodes: drifted, reasons: ['Drifted', 'Underutilized'] },
  ];
}

function requirements(pool: NormalNodePool): readonly ResolvedRequirement[] {
  return [
    ...derivedRequirements(pool).map(({ option, ...requirement }) => requirement),
    ...pool.requirements.map(({ key, operator, values, minValues }) => ({
      key,
      operator,
      values,
      minValues,
    })),
  ];
}

function jobLimits(
  runners: readonly ResolvedRunner[],
  nodes: Readonly<Record<keyof Limits, Quantity>>,
): Limits {
  const sum = (resource: keyof Limits): Quantity =>
    runners.reduce(
      (total, { concurrency, largestJobWithServices: job }) => total + BigInt(concurrency) * job[resource],
      0n,
    );
  return {
    cpu: formatDecimal(withHeadroom(larger(sum('cpu'), nodes.cpu), CPU)),
    memory: formatBinary(larger(withHeadroom(larger(sum('memory'), nodes.memory), GIB), nodeMemory(runners))),
  };
}

/** Memory of a node that has the CPUs of the largest job: the types with the least have 2Gi for each. */
function nodeMemory(runners: readonly ResolvedRunner[]): Quantity {
  const cpu = runners.reduce((most, { largestJob }) => larger(most, largestJob.cpu), 0n);
  return (withHeadroom(cpu, CPU) / CPU) * 2n * GIB;
}

function larger(one: Quantity, other: Quantity): Quantity {
  return one > other ? one : other;
}

function withHeadroom(quantity: Quantity, unit: Quantity): Quantity {
  const step = LIMIT_STEP * unit;
  const wanted = (quantity * BigInt(LIMIT_HEADROOM * 100)) / 100n;
  return ((wanted + step - 1n) / step) * step;
}
