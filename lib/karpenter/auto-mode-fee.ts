/**
 * What EKS Auto Mode charges for each hour of an instance, on top of EC2: a share of the price on demand of its type, and the
 * same amount on Spot, on reserved capacity and under a savings plan.
 *
 * AWS publishes amounts by type and region, and no share: offers of AmazonEKS in the price list, usage type
 * `<REGION>-EKS-Auto:<type>-management-hours`. These shares are those amounts divided by the prices on demand (12.0 % for c6g,
 * m7i, 7.8 % for g6), with the reductions of 2026-07-01: 35 % for G, 60 % for P and Trn.
 * @see https://aws.amazon.com/eks/pricing/
 */
export const AUTO_MODE_FEE = {
  /** Day from which the shares hold. */
  date: '2026-07-01',
  share: 0.12,
  /** Instance categories that pay less. */
  shareOf: { g: 0.078, p: 0.048, trn: 0.048 } as Readonly<Record<string, number>>,
} as const;

/** The fee for an hour of a type of some category, US dollars; undefined where its price on demand is not known. */
export function autoModeFeeUsdPerHour(
  category: string | undefined,
  onDemandUsdPerHour: number | undefined,
): number | undefined {
  if (onDemandUsdPerHour === undefined) return undefined;
  return onDemandUsdPerHour * (AUTO_MODE_FEE.shareOf[category ?? ''] ?? AUTO_MODE_FEE.share);
}
