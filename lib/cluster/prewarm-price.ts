import { mostPausePods } from '../gitlab-runner/pause-pods';
import { type PodRequests, slots, usdPerHour } from '../karpenter/node-price';
import { cronMinutesPerYear } from '../values/cron';
import { HOURS_PER_YEAR } from '../values/duration';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { daemonSetsOn } from './daemon-sets';
import { nodeOf } from './node-pools';
import { landing, type ObservedRunner, type Subject } from './observe';
import { concurrencyOfEach } from './runners';

/** What the pause pods of a runner's manager hold, and what that costs while no job runs. */
export interface PrewarmPrice {
  readonly pods: number;
  readonly nodes: number;
  readonly type: string;
  /** The pool that these nodes are of. */
  readonly pool: string;
  readonly hoursPerWeek: number;
  /** A twelfth of a year of 365 days, on demand with the fee of EKS Auto Mode, without disks. */
  readonly usdPerMonth: number;
}

/** The price of held room; undefined without pause pods, or where no price is known. */
export function prewarmPrice(runner: ObservedRunner, subject: Subject): PrewarmPrice | undefined {
  const [policy, ...others] = runner.table.kubernetes.autoscaler?.policy ?? [];
  // Several policies take turns by the clock of several time zones.
  if (policy === undefined || others.length > 0) return undefined;
  return priceOf(runner, subject, policy.idle_count ?? 0, hoursPerYear(policy.periods ?? []));
}

/**
 * The most that pause pods of a runner may cost: the price of held room, or where several policies, jobs that run or a schedule
 * that is not read decide how many there are, that of the most pods all the time.
 */
export function prewarmCeiling(runner: ObservedRunner, subject: Subject): PrewarmPrice | undefined {
  const price = prewarmPrice(runner, subject);
  const most = mostPausePods(runner.table, concurrencyOfEach(runner));
  if (most === 0 || (price && most <= price.pods)) return price;
  return priceOf(runner, subject, most, HOURS_PER_YEAR);
}

/** Whether pause pods of a runner may hold room, whatever it costs. */
export function holdsRoom(runner: ObservedRunner): boolean {
  return mostPausePods(runner.table, concurrencyOfEach(runner)) > 0;
}

function priceOf(
  runner: ObservedRunner,
  { settings }: Subject,
  pods: number,
  hours: number | undefined,
): PrewarmPrice | undefined {
  const { cpu_request: cpu = '0', memory_request: memory = '0' } = runner.table.kubernetes;
  const pause: PodRequests = {
    cpuMilli: toMilli(parseQuantity(cpu) ?? 0n),
    memoryBytes: toUnits(parseQuantity(memory) ?? 0n),
  };
  const offers = landing(runner.job).flatMap(({ pool, types }) =>
    types.flatMap((type) => {
      const each = slots(nodeOf(pool, type), daemonSetsOn(pool, settings.daemonSets), pause);
      const nodes = Math.ceil(pods / each);
      const usd = nodes * (usdPerHour(type) ?? Number.NaN);
      return each > 0 && usd > 0 ? [{ type: type.name, pool: pool.name, nodes, usd }] : [];
    }),
  );
  const [best] = offers.sort((a, b) => a.usd - b.usd);
  if (best === undefined || hours === undefined) return undefined;
  return {
    pods,
    nodes: best.nodes,
    type: best.type,
    pool: best.pool,
    hoursPerWeek: (hours * 7) / 365,
    usdPerMonth: (best.usd * hours) / 12,
  };
}

function hoursPerYear(periods: readonly string[]): number | undefined {
  try {
    return cronMinutesPerYear(periods) / 60;
  } catch (error) {
    // A line that does not parse, or a named schedule.
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
