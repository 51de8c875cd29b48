import { spotPool } from '../cluster/capacity-types';
import { displayName } from '../cluster/manifest';
import { cheapestMinute, type MinutePrice, minutePriceOf } from '../cluster/minute-price';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { spotMinute } from '../cost/runner-cost';
import { HOURS_PER_MONTH } from '../values/duration';
import { isMovedRunner } from './moved-nodes';
import type { Comparison, Impact, Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Runners whose jobs cost something else afterwards. */
export const jobPrice: Rule = {
  id: 'job-price',
  title:
    'A job costs more or less, or a manager more: on another type, in a pool that comes first, on Spot or no longer.',
  run: (comparison) => {
    const said = new Set<string>();
    const ofJobs = runnerPairs(comparison).flatMap(({ before, after }) => {
      // A runner with several managers is reported once.
      if (before === undefined || said.has(after.name)) return [];
      // moved-nodes says what such a runner costs.
      const isMoved = isMovedRunner(after, comparison);
      const found = [
        ...(isMoved ? [] : changedPrice(before, after)),
        ...changedPurchase(before, after, comparison.after),
      ];
      if (found.length > 0) said.add(after.name);
      return found;
    });
    return [...ofJobs, ...managersThatCostMore(comparison)];
  },
};

/** Pools whose nodes of managers cost more, each once. */
function managersThatCostMore(comparison: Comparison): Impact[] {
  const found = new Map<string, Impact>();
  for (const { before, after } of runnerPairs(comparison)) {
    const [old, now] = [before, after].map((runner) => minutePriceOf(runner?.managerPlaced));
    const pool = comparison.after.pools.find(({ name }) => name === now?.pool);
    if (!pool || !now || !old?.pool || !isMore(old, now) || isMovedRunner(after, comparison)) continue;
    const [was, is] = [old, now].map(
      (price) => `USD ${(price.usdPerMinute * 60 * HOURS_PER_MONTH).toFixed(2)} (${typeOf(price)})`,
    );
    const what = `A node of managers costs ${is} a month on demand instead of ${was}, for as long as there are managers.`;
    const why = 'Managers run all the time, and Karpenter starts the cheapest type that fits one.';
    const object = displayName(pool.manifest);
    found.set(object, { id: 'job-price', weight: 'notice', object, what, why });
  }
  return [...found.values()];
}

/** Whether a price rose by more than rounding. */
function isMore(old: MinutePrice, now: MinutePrice): boolean {
  return now.usdPerMinute > old.usdPerMinute * 1.001;
}

/** What a minute on demand costs, where that differs: a rise is worth a look, a fall is good to know. */
function changedPrice(before: ObservedRunner, after: ObservedRunner): Impact[] {
  const [old, now] = [cheapestMinute(before), cheapestMinute(after)];
  if (old === undefined || now === undefined || !(isMore(old, now) || isMore(now, old))) return [];
  const where =
    now.pool !== undefined && now.pool !== old.pool ? `, since the pool ${now.pool} comes first` : '';
  const what = `A minute of a job costs ${priceOf(now)} on demand instead of ${priceOf(old)}${where}.`;
  const why =
    'Karpenter starts the cheapest type that fits the job, in the pool of the highest weight that takes it.';
  const weight = isMore(old, now) ? 'notice' : 'info';
  return [{ id: 'job-price', weight, object: displayName(after.config.manifest), what, why }];
}

/** What a minute costs on both sides, where jobs leave Spot nodes or come to them. */
function changedPurchase(before: ObservedRunner, after: ObservedRunner, { money }: Subject): Impact[] {
  const [wasSpot, isSpot] = [before, after].map(({ job }) => spotPool(job) !== undefined);
  const [old, now] = [cheapestMinute(before), cheapestMinute(after)];
  if (wasSpot === isSpot || old === undefined || now === undefined) return [];
  const range = spotMinute((wasSpot ? before : after).job, money);
  const onSpot =
    range === undefined
      ? 'a price on Spot that is not known here'
      : `USD ${range.low.toFixed(5)} to ${range.high.toFixed(5)} on Spot (${range.type}; ${range.source}, ${range.date})`;
  const object = displayName(after.config.manifest);
  const why = 'Prices of Spot change by the hour, and are below those on demand.';
  const what = wasSpot
    ? `New jobs no longer run on Spot nodes: a minute costs ${priceOf(now)}, before ${onSpot}.`
    : `New jobs may run on Spot nodes: a minute costs ${onSpot}, before ${priceOf(old)}.`;
  return [{ id: 'job-price', weight: wasSpot ? 'notice' : 'info', object, what, why }];
}

function priceOf(price: MinutePrice): string {
  return `USD ${price.usdPerMinute.toFixed(5)} (${typeOf(price)})`;
}

/** The type, and that the price holds a fee besides. */
function typeOf({ type, autoModeUsdPerMinute }: MinutePrice): string {
  return autoModeUsdPerMinute === undefined ? type : `${type} with EKS Auto Mode's fee`;
}
