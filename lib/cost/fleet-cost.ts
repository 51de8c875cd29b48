import type { Subject } from '../cluster/observe';
import type { PricesInUse } from '../cluster/prices';
import { floorOf } from './idle-floor';
import { ceilingOf } from './limits-ceiling';
import { runnerCosts } from './runner-cost';
import type { ClusterCost } from './types';

/**
 * What the runners of a cluster cost: a minute of a job, what is paid while none runs, and the most that the limits allow.
 * Prices, region and assumptions are those that the cluster was observed with.
 */
export function costOf(subject: Subject): ClusterCost {
  return {
    ...originOf(subject.money),
    runners: runnerCosts(subject),
    floorUsdPerMonth: floorOf(subject),
    ceilingUsdPerHour: ceilingOf(subject),
  };
}

function originOf({ prices, region, regionFrom, publicIpv4 }: PricesInUse) {
  return {
    region: region ?? null,
    regionFrom: regionFrom ?? null,
    pricesOf: prices.region,
    pricesAsOf: prices.date,
    source: prices.source,
    isOtherRegion: region !== undefined && region !== prices.region,
    publicIpv4,
  };
}
