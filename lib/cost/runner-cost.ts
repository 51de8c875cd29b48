import { mayGet } from '../cluster/capacity-types';
import { cheapestMinute, firstPlacements, packedMinute } from '../cluster/minute-price';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import type { PricesInUse } from '../cluster/prices';
import type { InstanceType } from '../karpenter/instance-types';
import { SPOT_CLAIM } from './claims';
import { diskUsdPerHour, publicIpv4UsdPerHour } from './node-extras';
import type { Purchase, RunnerCost, SpotMinute } from './types';

/** What a minute of a job costs on each runner; managers of one runner give the same answer. */
export function runnerCosts({ runners, money }: Subject): readonly RunnerCost[] {
  const found = new Map<string, RunnerCost>();
  for (const runner of runners)
    if (!found.has(runner.name)) found.set(runner.name, costOfRunner(runner, money));
  return [...found.values()];
}

function costOfRunner(runner: ObservedRunner, money: PricesInUse): RunnerCost {
  const [alone, packed] = [cheapestMinute(runner), packedMinute(runner)];
  const spot = spotMinute(runner.job, money);
  return {
    name: runner.name,
    type: alone?.type,
    packedType: packed?.type,
    purchase: purchaseOf(runner.job),
    usdPerMinuteAlone: alone?.usdPerMinute,
    usdPerMinutePacked: packed?.usdPerMinute,
    ...(alone?.autoModeUsdPerMinute !== undefined && { autoModeUsdPerMinute: alone.autoModeUsdPerMinute }),
    besidesUsdPerMinute: besides(runner.job, alone?.pool, money),
    ...(spot && { spot }),
  };
}

/** How the nodes of a pod are bought: in the pools that Karpenter tries first, and then in the others. */
function purchaseOf(placed: PlacedPod | undefined): Purchase | undefined {
  if (placed?.fargate) return 'fargate';
  const first = firstPlacements(placed);
  if (placed === undefined || first.length === 0) return undefined;
  const isIn = (placements: typeof first, capacityType: string) =>
    placements.some(({ pool }) => mayGet(placed, pool, capacityType));
  if (isIn(first, 'spot')) return isIn(landing(placed), 'on-demand') ? 'spot, on-demand' : 'spot';
  return isIn(first, 'on-demand') ? 'on-demand' : 'reserved';
}

/** What disks and the address of the node add, in a pool. */
function besides(
  placed: PlacedPod | undefined,
  pool: string | undefined,
  { publicIpv4 }: PricesInUse,
): number | undefined {
  if (placed?.fargate) return 0;
  const found = landing(placed).find((placement) => placement.pool.name === pool);
  const disks = found && diskUsdPerHour(found.pool);
  if (found === undefined || disks === undefined) return undefined;
  return (disks + publicIpv4UsdPerHour(found.pool, publicIpv4)) / 60;
}

/** The cheapest Spot node that holds one such job: by the user's ranges, or by what AWS says of all types. */
export function spotMinute(placed: PlacedPod | undefined, { prices }: PricesInUse): SpotMinute | undefined {
  if (placed === undefined) return undefined;
  const types = firstPlacements(placed)
    .filter(({ pool }) => mayGet(placed, pool, 'spot'))
    .flatMap((placement) => placement.types);
  const ranges = types.flatMap((type) => {
    const range = prices.spot.get(type.name);
    return range === undefined ? [] : [{ type, ...range }];
  });
  const { source, date } = prices;
  if (ranges.length > 0) return cheapest(ranges, { source, date, basis: 'prices' });
  const claimed = types.flatMap((type) => {
    const usd = type.onDemandUsdPerHour;
    return usd === undefined ? [] : [{ type, low: usd * (1 - SPOT_CLAIM.share), high: usd }];
  });
  return cheapest(claimed, { source: SPOT_CLAIM.source, date: SPOT_CLAIM.date, basis: 'claim' });
}

function cheapest(
  ranges: readonly { readonly type: InstanceType; readonly low: number; readonly high: number }[],
  origin: Pick<SpotMinute, 'source' | 'date' | 'basis'>,
): SpotMinute | undefined {
  const priced = ranges.map(({ type: { name, autoModeUsdPerHour = 0 }, low, high }) => ({
    type: name,
    low: (low + autoModeUsdPerHour) / 60,
    high: (high + autoModeUsdPerHour) / 60,
  }));
  const best = priced.reduce<(typeof priced)[number] | undefined>(
    (least, one) => (least === undefined || one.high < least.high ? one : least),
    undefined,
  );
  return best && { ...best, ...origin };
}
