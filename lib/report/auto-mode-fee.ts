import { AUTO_MODE_FEE } from '../karpenter/auto-mode-fee';
import { visibleTexts } from '../values/visible';

const FEE = `Prices include EKS Auto Mode's fee (its shares since ${AUTO_MODE_FEE.date}), which Spot does not lower`;

/** Something with a price of a minute, and the part of it that EKS Auto Mode takes. */
interface Priced {
  readonly name: string;
  readonly usdPerMinute: number;
  readonly autoModeUsdPerMinute?: number | undefined;
}

/** What stands below prices of which some hold the fee of EKS Auto Mode; nothing where none does. */
export function feeSentence(
  prices: readonly { readonly autoModeUsdPerMinute?: number | undefined }[],
): string[] {
  if (prices.every(({ autoModeUsdPerMinute }) => autoModeUsdPerMinute === undefined)) return [];
  return [`${FEE}.`];
}

/** The same with the fee of each runner, once for runners of one name. */
export function feeLines(rows: readonly Priced[]): string[] {
  const charged = visibleTexts(rows).flatMap(({ name, usdPerMinute, autoModeUsdPerMinute: fee }) =>
    fee === undefined ? [] : [`  ${name}: USD ${fee.toFixed(5)} of ${usdPerMinute.toFixed(5)} a minute`],
  );
  return charged.length > 0 ? [`${FEE}:`, ...new Set(charged), ''] : [];
}
