import type { Budget } from '../cost/budget';
import { type ClusterDiff, withFirstImpacts } from './all';
import type { Impact } from './rule';

/** What a revision says of money. */
export interface CostSaid {
  readonly region?: string;
  readonly publicIpv4?: boolean;
  /** File of prices, and its text; undefined for the prices of the package. */
  readonly prices?: { readonly file: string; readonly text: string };
  readonly budget: Budget;
}

/** A comparison with what it does to the figures themselves, and to what fails above a budget. @param file that of the settings */
export function withCostSettings(
  diffs: readonly ClusterDiff[],
  before: CostSaid,
  after: CostSaid,
  file: string,
): readonly ClusterDiff[] {
  return withFirstImpacts(diffs, [
    ...pricesImpacts(before, after, file),
    ...budgetImpacts(before, after, file),
  ]);
}

function pricesImpacts(before: CostSaid, after: CostSaid, file: string): readonly Impact[] {
  const isOther = before.prices?.text !== after.prices?.text;
  const [oldFile, newFile] = [before, after].map(({ prices }) => prices?.file ?? 'those of the package');
  const parts = [
    ...(isOther
      ? [oldFile === newFile ? `${newFile} has other prices` : `prices are ${newFile} instead of ${oldFile}`]
      : []),
    ...differs('the region is', before.region, after.region, 'what the manifests show'),
    ...differs('publicIpv4 is', before.publicIpv4 ?? false, after.publicIpv4 ?? false, ''),
  ];
  if (parts.length === 0) return [];
  return [
    {
      id: 'prices-changed',
      weight: 'notice',
      object: isOther ? (after.prices?.file ?? file) : file,
      what: `Costs are worked out with other prices from now on: ${parts.join('; ')}. The figures here are those of the earlier prices.`,
      why: 'Lower prices make a fleet look cheap and let it pass a budget that it exceeds. Compare them with what you pay.',
    },
  ];
}

function differs(
  what: string,
  before: string | boolean | undefined,
  after: string | boolean | undefined,
  unsaid: string,
): readonly string[] {
  return before === after ? [] : [`${what} ${after ?? unsaid} instead of ${before ?? unsaid}`];
}

const UNITS = { floor: 'a month while no job runs', ceiling: 'an hour at the limits' } as const;

function budgetImpacts(before: CostSaid, after: CostSaid, file: string): readonly Impact[] {
  return (['floor', 'ceiling'] as const).flatMap((part): Impact[] => {
    const [old, now] = [before.budget[part], after.budget[part]];
    if (old === undefined || (now !== undefined && now <= old)) return [];
    const most = `USD ${old.toFixed(2)}`;
    return [
      {
        id: 'budget-raised',
        weight: 'notice',
        object: file,
        what:
          now === undefined
            ? `No budget holds for what is paid ${UNITS[part]} any more; it was ${most}.`
            : `The budget allows USD ${now.toFixed(2)} ${UNITS[part]} instead of ${most}.`,
        why: 'check fails above the budget: what it allows is found by nobody.',
      },
    ];
  });
}
