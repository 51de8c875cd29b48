import { spotPool } from '../cluster/capacity-types';
import { displayName } from '../cluster/manifest';
import { cheapestMinute, type MinutePrice, minutePriceOf } from '../cluster/minute-price';
import type { ObservedRunner } from '../cluster/observe';
import { HOURS_PER_MONTH } from '../values/duration';
import { isMovedRunner } from './moved-nodes';
import type { Comparison, Impact, Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Runners whose jobs cost more afterwards. */
export const jobPrice: Rule = {
  id: 'job-price',
  title:
    'A job or a manager costs more: on a more expensive type, in a pool that comes first, or no longer on Spot.',
  run: (comparison) => {
    const said = new Set<string>();
    const ofJobs = runnerPairs(comparison).flatMap(({ before, after }) => {
      // A runner with several managers is reported once.
      if (before === undefined || said.has(after.name)) return [];
      // moved-nodes says what such a runner costs.
      const isMoved = isMovedRunner(after, comparison);
      const found = [...(isMoved ? [] : risen(before, after)), ...noLongerSpot(before, after)];
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

function risen(before: ObservedRunner, after: ObservedRunner): Impact[] {
  const [old, now] = [cheapestMinute(before), cheapestMinute(after)];
  if (old === undefined || now === undefined || !isMore(old, now)) return [];
  const where =
    now.pool !== undefined && now.pool !== old.pool ? `, since the pool ${now.pool} comes first` : '';
  const what = `A minute of a job costs ${priceOf(now)} on demand instead of ${priceOf(old)}${where}.`;
  const why =
    'Karpenter starts the cheapest type that fits the job, in the pool of the highest weight that takes it.';
  return [{ id: 'job-price', weight: 'notice', object: displayName(after.config.manifest), what, why }];
}

function noLongerSpot(before: ObservedRunner, after: ObservedRunner): Impact[] {
  const isOnSpot = ({ job }: ObservedRunner) => spotPool(job) !== undefined;
  if (!isOnSpot(before) || isOnSpot(after) || cheapestMinute(after) === undefined) return [];
  const what = `New jobs no longer run on Spot nodes: each minute is charged on demand.`;
  const why = 'Prices of Spot change by the hour, and are below those on demand.';
  return [{ id: 'job-price', weight: 'notice', object: displayName(after.config.manifest), what, why }];
}

function priceOf(price: MinutePrice): string {
  return `USD ${price.usdPerMinute.toFixed(5)} (${typeOf(price)})`;
}

/** The type, and that the price holds a fee besides. */
function typeOf({ type, autoModeUsdPerMinute }: MinutePrice): string {
  return autoModeUsdPerMinute === undefined ? type : `${type} with EKS Auto Mode's fee`;
}
