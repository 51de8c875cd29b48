import type { Quantity } from '../values/quantity';

/** The four amounts of one resource of a container; one that is not said is undefined. */
export interface ResourceAmounts {
  readonly request: Quantity | undefined;
  readonly limit: Quantity | undefined;
  /** Most that a job may ask for by variable. */
  readonly maxRequest: Quantity | undefined;
  readonly maxLimit: Quantity | undefined;
}

type Amount = keyof ResourceAmounts;

/**
 * Pairs of which the first may not exceed the second, or job pods are refused. A ceiling of requests may exceed the limit
 * where a job may raise that as far.
 */
const ORDERS = {
  'request-limit': ['request', 'limit'],
  'request-maxRequest': ['request', 'maxRequest'],
  'limit-maxLimit': ['limit', 'maxLimit'],
  'maxRequest-limit': ['maxRequest', 'limit'],
} as const satisfies Record<string, readonly [Amount, Amount]>;

export type ResourceOrder = keyof typeof ORDERS;

/** A pair in the wrong order. */
export interface ResourceDisorder {
  readonly order: ResourceOrder;
  readonly lower: Amount;
  readonly upper: Amount;
}

/** The pairs of amounts in which the one that has to be lower is higher. */
export function resourceDisorders(amounts: ResourceAmounts): readonly ResourceDisorder[] {
  return (Object.keys(ORDERS) as ResourceOrder[])
    .map((order) => ({ order, lower: ORDERS[order][0], upper: ORDERS[order][1] }))
    .filter(({ lower, upper }) => {
      const [low, high] = [amounts[lower], amounts[upper]];
      return low !== undefined && high !== undefined && low > high;
    })
    .filter(({ order }) => order !== 'maxRequest-limit' || !mayRaiseBoth(amounts));
}

/** Whether jobs may ask for more than the limit, if they raise that too. */
export function raisesBoth(amounts: ResourceAmounts): boolean {
  const { limit, maxRequest } = amounts;
  return limit !== undefined && maxRequest !== undefined && maxRequest > limit && mayRaiseBoth(amounts);
}

/** Whether a job that asks for the highest request may raise its limit as far. */
function mayRaiseBoth({ maxRequest, maxLimit }: ResourceAmounts): boolean {
  return maxRequest !== undefined && maxLimit !== undefined && maxLimit >= maxRequest;
}
