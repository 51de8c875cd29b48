import type { ClusterCost, CostLine, SpotMinute } from '../../cost/types';
import type { PageCost, PageCostLine, PageSpot } from './page-data';

/** What a cluster costs, with the lines that make it. */
export function costPart(cost: ClusterCost, cluster: string): PageCost {
  const { region, pricesOf, pricesAsOf, isOtherRegion, floorUsdPerMonth, ceilingUsdPerHour } = cost;
  return {
    cluster,
    pricesOf,
    pricesAsOf,
    otherRegion: isOtherRegion ? (region ?? undefined) : undefined,
    floor: {
      total: floorUsdPerMonth.total,
      lines: floorUsdPerMonth.lines.map(lineOf),
      unknown: floorUsdPerMonth.unknown,
    },
    worstUsdPerHour: ceilingUsdPerHour.worst,
    ceiling: { total: ceilingUsdPerHour.total, lines: ceilingUsdPerHour.lines.map(lineOf), unknown: [] },
  };
}

function lineOf({ what, name, usd, because }: CostLine): PageCostLine {
  return { what, name, usd: Number.isFinite(usd) ? usd : null, because };
}

/** A range on Spot with what it rests on. */
export function spotPart(spot: SpotMinute | undefined): PageSpot | undefined {
  return spot && { low: spot.low, high: spot.high, source: `${spot.source}, ${spot.date}` };
}
