import type { ClusterCost, CostLine } from './types';

/** The most that runners may cost; what is undefined may cost anything. */
export interface Budget {
  /** US dollars a month while no job runs, of all clusters together. */
  readonly floor?: number;
  /** US dollars an hour at the limits, of all clusters together. */
  readonly ceiling?: number;
}

/** A part of a budget that is exceeded. */
export interface BudgetExcess {
  readonly part: keyof Budget;
  readonly budget: number;
  /** What it is instead; null where nothing bounds it, or a price is not known. */
  readonly usd: number | null;
  /** What it is made of, what has no price or no bound first, then the most expensive first; of several clusters the names hold the cluster. */
  readonly lines: readonly CostLine[];
}

/** A cluster by its folder, undefined where there is one alone. */
export interface NamedCost {
  readonly cluster: string | undefined;
  readonly cost: ClusterCost;
}

/** The parts of a budget that clusters exceed together. */
export function budgetExcesses(costs: readonly NamedCost[], budget: Budget): readonly BudgetExcess[] {
  const parts = [
    { part: 'floor' as const, of: floorWithUnpriced },
    { part: 'ceiling' as const, of: ({ ceilingUsdPerHour }: ClusterCost) => ceilingUsdPerHour },
  ];
  return parts.flatMap(({ part, of }): BudgetExcess[] => {
    const most = budget[part];
    if (most === undefined) return [];
    const sums = costs.map(({ cost }) => of(cost).total);
    const usd = sums.includes(null) ? null : sums.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    // Half a cent is rounding.
    if (usd !== null && usd <= most + 0.005) return [];
    const lines = costs.flatMap(({ cluster, cost }) =>
      of(cost).lines.map((line) =>
        cluster === undefined ? line : { ...line, name: `${line.name} in ${cluster}` },
      ),
    );
    return [{ part, budget: most, usd, lines: [...lines].sort(byUsd) }];
  });
}

/** A sum that lacks something is not known. */
function floorWithUnpriced({ floorUsdPerMonth: { total, lines, unpriced } }: ClusterCost) {
  return { total: unpriced.length > 0 ? null : total, lines: [...unpriced, ...lines] };
}

/** The most expensive first; two amounts without a bound are alike. */
function byUsd(a: CostLine, b: CostLine): number {
  return a.usd === b.usd ? 0 : b.usd - a.usd;
}
