import { cheapestMinute } from '../cluster/minute-price';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { jobsWithin, nodeLimits } from '../cluster/pool-limits';
import { prewarmCeiling } from '../cluster/prewarm-price';
import { concurrencyOf } from '../cluster/runners';
import { WAITING_ANNOTATION } from '../contract';
import { parseQuantity, toUnits } from '../values/quantity';
import { at } from '../values/record';

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
  /** Most jobs at once: of its managers, and within the limits of the pools that take them. */
  readonly jobs: number;
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
      jobs: Math.min(jobsOf(runner) + (known?.jobs ?? 0), jobsWithinLimits(runner, subject)),
      heldUsdPerMonth: held === undefined ? known?.heldUsdPerMonth : held + (known?.heldUsdPerMonth ?? 0),
    });
  }
  return found;
}

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

/** Jobs of the default size that the pools' limits hold, were no other runner there. */
function jobsWithinLimits({ job }: ObservedRunner, { settings, pools }: Subject): number {
  if (!job || job.fargate) return Number.POSITIVE_INFINITY;
  const { requests } = job.pod;
  const most = (limit: string | undefined, each: number) => {
    const quantity = parseQuantity(limit ?? '');
    return quantity === undefined || each === 0
      ? Number.POSITIVE_INFINITY
      : Math.floor(toUnits(quantity) / each);
  };
  const counts = landing(job).map((placement) => {
    const { limits } = placement.pool;
    const asked = Math.min(
      most(limits.cpu, requests.cpuMilli / 1000),
      most(limits.memory, requests.memoryBytes),
    );
    return Math.min(asked, jobsWithin(placement, requests, settings.daemonSets, nodeLimits(limits)));
  });
  // Without any pool, what they are is not known here.
  return pools.length === 0 ? Number.POSITIVE_INFINITY : counts.reduce((sum, count) => sum + count, 0);
}
