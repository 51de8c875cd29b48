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

/** Pairs of which the first may not exceed the second, or job pods are refused. */
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
    });
}
