import { formatDuration, parseDuration } from '../../values/duration';
import { formatBinary, formatDecimal, parseQuantity, type Quantity, toUnits } from '../../values/quantity';
import { JOB_POOL_DEFAULTS, LIMIT_HEADROOM, MANAGER_POOL_DEFAULTS, WEIGHTS } from '../defaults';
import type { Faults } from '../fault';
import { dedicatedTo, nodePoolName } from '../names';
import type { Arch, CapacityType, DisruptionBudget, NodePoolSettings } from '../props/node-pool';
import type { ResolvedNodePool, ResolvedRequirement } from '../resolved-fleet';
import { checkNodePool } from '../validate/node-pool';
import type { JobRequest } from './job-requests';

const GIB = 1024n ** 3n * 1_000_000_000n;
const CPU = 1_000_000_000n;
/** Limits in steps of half the largest default node, so that small changes of runners leave them as they are. */
const LIMIT_STEP = 8n;

/** What the runners of a fleet want of one job node pool. */
export interface NodePoolDemand {
  readonly pool: string;
  readonly arch: Arch;
  readonly capacity: CapacityType;
  readonly jobs: readonly JobDemand[];
  /** Whether some runner takes this pool or another, in order of weight. */
  readonly weighted: boolean;
}

/** What one runner wants of a pool. */
export interface JobDemand {
  readonly concurrency: number;
  readonly largest: JobRequest;
  readonly drainSeconds: number;
}

/** The node pool for jobs of one architecture and capacity type. */
export function resolveJobPool(
  faults: Faults,
  prefix: string,
  nodeClass: string,
  demand: NodePoolDemand,
  settings: NodePoolSettings,
): ResolvedNodePool {
  checkNodePool(faults, settings);
  const { pool, arch, capacity, jobs } = demand;
  const drain = Math.max(0, ...jobs.map(({ drainSeconds }) => drainSeconds));
  checkTermination(faults, settings, drain);
  const limits = jobLimits(jobs);
  checkLimits(faults, settings, jobs);
  return {
    name: nodePoolName(prefix, pool, arch, capacity),
    nodeClass,
    dedicatedTo: dedicatedTo(prefix, pool),
    nodeLabels: settings.nodeLabels ?? {},
    requirements: requirements([arch], capacity, withoutContradictions(JOB_POOL_DEFAULTS, settings)),
    weight: demand.weighted ? WEIGHTS[capacity] : undefined,
    limits: { cpu: settings.limits?.cpu ?? limits.cpu, memory: settings.limits?.memory ?? limits.memory },
    expireAfter: settings.expireAfter ?? JOB_POOL_DEFAULTS.expireAfter,
    terminationGracePeriod: settings.terminationGracePeriod ?? formatDuration(drain),
    consolidationPolicy: settings.consolidationPolicy ?? JOB_POOL_DEFAULTS.consolidationPolicy,
    consolidateAfter: settings.consolidateAfter ?? JOB_POOL_DEFAULTS.consolidateAfter,
    budgets: [...standingBudgets('10%'), ...(settings.budgets ?? [])],
    devices: settings.devices ?? {},
    patch: settings.patches?.NodePool,
  };
}

/** The on-demand node pool of the runner managers. */
export function resolveManagerPool(
  faults: Faults,
  prefix: string,
  arches: readonly Arch[],
  managers: number,
  drainSeconds: number,
  settings: NodePoolSettings,
): ResolvedNodePool {
  checkNodePool(faults, settings, true);
  checkTermination(faults, settings, drainSeconds);
  const name = dedicatedTo(prefix, 'managers');
  // One node of the largest default size for each manager, and as many again while they are replaced.
  const nodes = 2 * managers;
  return {
    name,
    nodeClass: name,
    dedicatedTo: name,
    nodeLabels: settings.nodeLabels ?? {},
    requirements: requirements(arches, 'on-demand', withoutContradictions(MANAGER_POOL_DEFAULTS, settings)),
    weight: undefined,
    limits: {
      cpu: settings.limits?.cpu ?? `${nodes * 2}`,
      memory: settings.limits?.memory ?? `${nodes * 4}Gi`,
    },
    expireAfter: settings.expireAfter ?? MANAGER_POOL_DEFAULTS.expireAfter,
    terminationGracePeriod: settings.terminationGracePeriod ?? formatDuration(drainSeconds),
    consolidationPolicy: settings.consolidationPolicy ?? MANAGER_POOL_DEFAULTS.consolidationPolicy,
    consolidateAfter: settings.consolidateAfter ?? MANAGER_POOL_DEFAULTS.consolidateAfter,
    budgets: [...standingBudgets('1'), ...(settings.budgets ?? [])],
    devices: settings.devices ?? {},
    patch: settings.patches?.NodePool,
  };
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

/**
 * Defaults that a named family, size or CPU count makes meaningless give way: `m5` is no generation 6, `48xlarge` no
 * 16 vCPUs, and nothing has at least 32 and at most 16.
 */
function withoutContradictions(defaults: NodePoolSettings, settings: NodePoolSettings): NodePoolSettings {
  const { instanceFamilies, instanceSizes, minCpu, maxCpu } = settings;
  return {
    ...defaults,
    ...(instanceFamilies && { instanceCategories: undefined, minGeneration: undefined }),
    ...(instanceSizes && { minCpu: undefined, maxCpu: undefined }),
    ...(minCpu !== undefined &&
      defaults.maxCpu !== undefined &&
      minCpu > defaults.maxCpu && { maxCpu: undefined }),
    ...(maxCpu !== undefined &&
      defaults.minCpu !== undefined &&
      maxCpu < defaults.minCpu && { minCpu: undefined }),
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
  };
}

function requirements(
  arches: readonly Arch[],
  capacity: CapacityType,
  settings: NodePoolSettings,
): ResolvedRequirement[] {
  const all: ResolvedRequirement[] = [
    oneOf('karpenter.k8s.aws/instance-category', settings.instanceCategories),
    oneOf('karpenter.k8s.aws/instance-family', settings.instanceFamilies),
    oneOf('karpenter.k8s.aws/instance-size', settings.instanceSizes),
    bound('karpenter.k8s.aws/instance-generation', 'Gt', settings.minGeneration, -1),
    bound('karpenter.k8s.aws/instance-cpu', 'Gt', settings.minCpu, -1),
    bound('karpenter.k8s.aws/instance-cpu', 'Lt', settings.maxCpu, 1),
    oneOf('karpenter.k8s.aws/instance-hypervisor', ['nitro']),
    oneOf('karpenter.sh/capacity-type', [capacity]),
    oneOf('kubernetes.io/arch', arches),
    oneOf('kubernetes.io/os', ['linux']),
    oneOf('topology.kubernetes.io/zone', settings.zones),
  ].filter((requirement) => requirement !== undefined);
  return all;
}

function oneOf(key: string, values: readonly string[] | undefined): ResolvedRequirement | undefined {
  return values && { key, operator: 'In', values };
}

/** Karpenter's `Gt` and `Lt` exclude the bound itself, and unlike `Gte` and `Lte` every v1 release knows them. */
function bound(
  key: string,
  operator: 'Gt' | 'Lt',
  value: number | undefined,
  step: number,
): ResolvedRequirement | undefined {
  return value === undefined ? undefined : { key, operator, values: [`${value + step}`] };
}

function jobLimits(jobs: readonly JobDemand[]): { cpu: string; memory: string } {
  const sum = (resource: keyof JobRequest): Quantity =>
    jobs.reduce(
      (total, { concurrency, largest }) =>
        total +
        BigInt(Math.min(Math.max(0, Math.trunc(concurrency) || 0), Number.MAX_SAFE_INTEGER)) *
          largest[resource],
      0n,
    );
  const withHeadroom = (quantity: Quantity, unit: Quantity): Quantity => {
    const step = LIMIT_STEP * unit;
    const wanted = (quantity * BigInt(LIMIT_HEADROOM * 100)) / 100n;
    return ((wanted + step - 1n) / step) * step;
  };
  return {
    cpu: formatDecimal(withHeadroom(sum('cpu'), CPU)),
    memory: formatBinary(withHeadroom(sum('memory'), GIB)),
  };
}

function checkLimits(faults: Faults, settings: NodePoolSettings, jobs: readonly JobDemand[]): void {
  for (const resource of ['cpu', 'memory'] as const) {
    const text = settings.limits?.[resource];
    const limit = text === undefined ? undefined : parseQuantity(text);
    const largest = jobs.reduce(
      (most, job) => (job.largest[resource] > most ? job.largest[resource] : most),
      0n,
    );
    if (limit === undefined || limit >= largest) continue;
    const needed = resource === 'cpu' ? formatDecimal(largest) : formatBinary(largest);
    faults.add(
      `limits.${resource}`,
      text,
      `one job may ask for ${needed}: it would wait for ever`,
      `raise it to what a node has that holds such a job: more than "${roundUpText(resource, largest)}"`,
    );
  }
}

function roundUpText(resource: 'cpu' | 'memory', quantity: Quantity): string {
  return resource === 'cpu' ? `${toUnits(quantity)}` : `${(quantity + GIB - 1n) / GIB}Gi`;
}

function checkTermination(faults: Faults, settings: NodePoolSettings, drainSeconds: number): void {
  const { terminationGracePeriod } = settings;
  const seconds = terminationGracePeriod === undefined ? undefined : parseDuration(terminationGracePeriod);
  if (seconds === undefined || seconds >= drainSeconds) return;
  const needed = formatDuration(drainSeconds);
  faults.add(
    'terminationGracePeriod',
    terminationGracePeriod,
    `a node that goes would cut jobs off: the runners on it drain for up to ${needed}`,
    `raise it to at least "${needed}", or leave it out`,
  );
}
