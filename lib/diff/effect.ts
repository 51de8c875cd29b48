import { cheapestMinute } from '../cluster/minute-price';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { jobsWithin } from '../cluster/pool-limits';
import { prewarmCeiling } from '../cluster/prewarm-price';
import { quotasFor, usageOf } from '../cluster/quotas';
import { concurrencyOf } from '../cluster/runners';
import { WAITING_ANNOTATION } from '../contract';
import type { PodRequests } from '../karpenter/node-price';
import { at, fieldsOf } from '../values/record';

/** What a runner costs and holds, in one revision. */
export interface Capacity {
  /** Cheapest instance type on demand for a job of the default size, alone on its node; a size on Fargate. */
  readonly cheapest: string | undefined;
  readonly usdPerMinute: number | undefined;
  /** The part of it that is the fee of EKS Auto Mode; left out on other nodes. */
  readonly autoModeUsdPerMinute?: number;
  /** Instance types that the largest job fits; undefined on Fargate, which has none. */
  readonly types: number | undefined;
  /** US dollars a month for room that pause pods hold, on demand; undefined where none is held. */
  readonly heldUsdPerMonth: number | undefined;
  /**
   * Most jobs of the default size at once, were no other runner there: what its managers take, within what Karpenter fits into
   * the limits of the pools and what the quota of the namespace admits. `plan` says the same.
   */
  readonly jobs: number;
  /** What its managers take at once, whatever fits. */
  readonly concurrency: number;
  /** What keeps it below `concurrency`; left out where nothing does. */
  readonly bound?: Bound;
}

/** What admits fewer jobs at once than managers take. */
export interface Bound {
  readonly by: 'pool limits' | 'quota';
  /** Pools, or the ResourceQuota. */
  readonly names: readonly string[];
  /** Other runners that it has to do for as well, the first twenty. */
  readonly sharedWith: readonly string[];
  /** How many these are in all. */
  readonly sharers: number;
}

/** A runner before and after. One of the two is there. */
export interface Effect {
  readonly runner: string;
  readonly before: Capacity | undefined;
  readonly after: Capacity | undefined;
}

/**
 * What a change does to cost and capacity: runners that differ, in the order of the later revision.
 *
 * @param left runners of the earlier one whose pause pods stay, and go on costing
 */
export function effects(
  before: Subject,
  after: Subject,
  left: readonly ObservedRunner[] = [],
): readonly Effect[] {
  const [old, now] = [capacities(before), new Map(capacities(after))];
  for (const runner of left) {
    const capacity = now.get(runner.name);
    const price = prewarmCeiling(runner, before)?.usdPerMonth;
    if (capacity === undefined || price === undefined) continue;
    now.set(runner.name, { ...capacity, heldUsdPerMonth: (capacity.heldUsdPerMonth ?? 0) + price });
  }
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((runner) => ({ runner, before: old.get(runner), after: now.get(runner) }))
    .filter((effect) => JSON.stringify(effect.before) !== JSON.stringify(effect.after));
}

/** Capacity by runner; several managers of one runner add up. */
function capacities(subject: Subject): ReadonlyMap<string, Capacity> {
  const found = new Map<string, Capacity>();
  for (const runner of subject.runners) {
    const known = found.get(runner.name);
    const held = prewarmCeiling(runner, subject)?.usdPerMonth;
    found.set(runner.name, {
      ...capacityOf(runner),
      ...jobsAtOnce(runner, jobsOf(runner) + (known?.concurrency ?? 0), subject),
      heldUsdPerMonth: held === undefined ? known?.heldUsdPerMonth : held + (known?.heldUsdPerMonth ?? 0),
    });
  }
  return found;
}

function jobsAtOnce(
  runner: ObservedRunner,
  concurrency: number,
  subject: Subject,
): Pick<Capacity, 'jobs' | 'concurrency' | 'bound'> {
  const [least] = [withinLimits(runner, subject), ...withinQuotas(runner, subject)].sort(
    (a, b) => a.jobs - b.jobs,
  );
  if (least.jobs >= concurrency) return { jobs: concurrency, concurrency };
  const { jobs, by, names } = least;
  const others = subject.runners.filter((other) => other.name !== runner.name && least.isOf(other));
  const sharers = [...new Set(others.map(({ name }) => name))];
  return {
    jobs,
    concurrency,
    bound: { by, names, sharedWith: sharers.slice(0, SHARERS_MOST), sharers: sharers.length },
  };
}

/** Runners that share a bound and are named: a pool may be that of a thousand. */
const SHARERS_MOST = 20;

function capacityOf(
  runner: ObservedRunner,
): Pick<Capacity, 'cheapest' | 'usdPerMinute' | 'autoModeUsdPerMinute' | 'types'> {
  const price = cheapestMinute(runner);
  const types = new Set(landing(runner.largestJob).flatMap((placement) => placement.types));
  return {
    cheapest: price?.type,
    usdPerMinute: price?.usdPerMinute,
    ...(price?.autoModeUsdPerMinute !== undefined && { autoModeUsdPerMinute: price.autoModeUsdPerMinute }),
    types: runner.job?.fargate ? undefined : types.size,
  };
}

/** Jobs that a manager may have at once; none where it is stopped, other than for want of a token. */
function jobsOf(runner: ObservedRunner): number {
  const { body } = runner.manager ?? {};
  const isWaiting = at(body, ['metadata', 'annotations', WAITING_ANNOTATION]) !== undefined;
  const replicas = Number(at(body, ['spec', 'replicas']) ?? 1);
  return replicas === 0 && !isWaiting ? 0 : concurrencyOf(runner);
}

/** Jobs that something admits, and of whom. */
interface Admitted extends Omit<Bound, 'sharedWith' | 'sharers'> {
  readonly jobs: number;
  readonly isOf: (runner: ObservedRunner) => boolean;
}

/** Jobs of the default size on the nodes that Karpenter starts within the limits of the pools. */
function withinLimits({ job }: ObservedRunner, { settings, pools }: Subject): Admitted {
  const placements = landing(job);
  const taken = placements.map(({ pool }) => pool);
  const counts = placements.map((placement) =>
    jobsWithin(placement, job?.pod.requests ?? NOTHING, settings.daemonSets),
  );
  // Without any pool, what they are is not known here.
  const isUnknown = !job || job.fargate !== undefined || pools.length === 0;
  return {
    by: 'pool limits',
    names: taken.map(({ name }) => name),
    jobs: isUnknown ? Number.POSITIVE_INFINITY : counts.reduce((sum, count) => sum + count, 0),
    isOf: (other) => landing(other.job).some(({ pool }) => taken.includes(pool)),
  };
}

const NOTHING: PodRequests = { cpuMilli: 0, memoryBytes: 0 };

/** Jobs of the default size that each quota of their namespace admits. */
function withinQuotas({ job }: ObservedRunner, { manifests }: Subject): readonly Admitted[] {
  if (!job) return [];
  const namespace = job.pod.namespace ?? 'default';
  const usage = usageOf(fieldsOf(job.spec));
  return quotasFor(fieldsOf(job.spec), namespace, manifests).map(({ manifest, hard }) => ({
    by: 'quota',
    names: [manifest.name],
    jobs: Math.min(
      ...Object.entries(hard).map(([name, most]) => {
        const each = usage[name] ?? 0n;
        return each > 0n ? Number(most / each) : Number.POSITIVE_INFINITY;
      }),
    ),
    isOf: (other) => other.job?.pod.namespace === job.pod.namespace,
  }));
}
