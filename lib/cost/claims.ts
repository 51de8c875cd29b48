/** What AWS says that a purchase saves at the most: a share of the price on demand, with where and when it was read. */
export const SPOT_CLAIM = {
  share: 0.9,
  source: 'AWS: up to 90 % below on demand',
  /** @see https://aws.amazon.com/ec2/spot/pricing/ */
  date: '2026-11-26',
} as const;

/** For an EC2 Instance Savings Plan: one family in one region, three years, all paid ahead. A Compute Savings Plan saves up to 66 %. */
export const SAVINGS_PLAN_CLAIM = {
  share: 0.72,
  source: 'AWS: up to 72 % by an EC2 Instance Savings Plan',
  /** @see https://aws.amazon.com/savingsplans/compute-pricing/ */
  date: '2026-11-26',
} as const;
