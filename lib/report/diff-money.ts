import type { CostChange, LineChange, RunnerChange } from '../cost/cost-change';
import type { ClusterCost, RunnerCost } from '../cost/types';
import type { ClusterDiff } from '../diff/all';
import { counted, listed } from '../diff/causes/words';

/** Less than half a cent is rounding. */
const LEAST_USD = 0.005;
/** Less of a minute is rounding: prices are printed with five digits. */
const LEAST_MINUTE_USD = 0.000005;
/** Lines that explain a sum. */
const LINES_MOST = 3;

/** What a change costs, in as few words as it takes: `+0 USD` where nothing does. */
export function moneyWords({ cost }: ClusterDiff): readonly string[] {
  if (cost === undefined) return [];
  const [floor, ceiling] = [floorChange(cost), ceilingChange(cost)];
  const parts = [
    ...minuteWords(cost),
    ...(floor === undefined ? [] : [`${signed(floor)} a month while no job runs`]),
    ...unknownFloorWords(cost),
    ...(ceiling === undefined ? [] : [ceilingWords(ceiling, cost)]),
  ];
  return [parts.length === 0 ? '+0 USD' : parts.join(', ')];
}

/** What makes the idle floor and the ceiling differ, and whose prices these are; nothing where no price differs. */
export function moneyLines(diff: ClusterDiff): readonly string[] {
  const { cost } = diff;
  if (cost === undefined) return [];
  const [floor, ceiling] = [floorChange(cost), ceilingChange(cost)];
  const lines = [
    ...(floor === undefined
      ? []
      : [
          `While no job runs: ${usd(floorOf(cost.before))} -> ${usd(floorOf(cost.after))} USD a month${because(cost.floor)}.`,
        ]),
    ...(ceiling === undefined
      ? []
      : [
          `At the limits of the pools: ${orUnbounded(cost.before)} -> ${orUnbounded(cost.after)} USD an hour${because(cost.ceiling)}.`,
        ]),
  ];
  const priced = pricedRunners(diff);
  return lines.length + priced.length > 0 ? [...lines, originOf(cost.after, priced)] : [];
}

/** Runners whose minute costs something else than before, alone, on a full node or with what its node has besides. */
export function pricedRunners({ cost }: ClusterDiff): readonly RunnerChange[] {
  const text = (one: RunnerCost) => [minuteText(one, true), packedText(one), besidesText(one)].join(' ');
  return (cost?.runners ?? []).filter(
    ({ before, after }) => !before || !after || text(before) !== text(after),
  );
}

/** A job-minute alone on its node on both sides, with what Spot may make of it. */
export function minutePair(
  before: RunnerCost | undefined,
  after: RunnerCost | undefined,
): readonly [string | undefined, string | undefined] {
  // Where one side has Spot, the other says that it has none.
  const isMixed = [before, after].some((one) => one?.spot !== undefined);
  return [before && minuteText(before, isMixed), after && minuteText(after, isMixed)];
}

function minuteText({ usdPerMinuteAlone: alone, spot, purchase }: RunnerCost, isMixed: boolean): string {
  if (alone === undefined) return 'not known';
  if (purchase === 'fargate') return `${minute(alone)} on Fargate`;
  if (spot === undefined) return isMixed ? `${minute(alone)} on demand` : minute(alone);
  const range = `${minute(spot.low)} to ${minute(spot.high)} on Spot`;
  return purchase === 'spot' ? range : `${range}, else ${minute(alone)}`;
}

/** The same where every slot of the node is taken. */
export function packedText({ usdPerMinutePacked: packed }: RunnerCost): string {
  return packed === undefined ? 'not known' : minute(packed);
}

/** What disk and address of the node add to a minute. */
export function besidesText({ besidesUsdPerMinute: besides }: RunnerCost): string {
  return besides === undefined ? 'not known' : minute(besides);
}

function minute(usd: number): string {
  return usd.toFixed(5);
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function signed(amount: number): string {
  return `${amount < 0 ? '-' : '+'}${usd(Math.abs(amount))} USD`;
}

function floorOf({ floorUsdPerMonth: { total } }: ClusterCost): number {
  return total;
}

function floorChange({ before, after }: CostChange): number | undefined {
  const change = floorOf(after) - floorOf(before);
  return Math.abs(change) < LEAST_USD ? undefined : change;
}

/** Undefined where it stays, infinite where nothing bounds it any more, or where something does that did not. */
function ceilingChange({ before, after }: CostChange): number | undefined {
  const [old, now] = [before, after].map(({ ceilingUsdPerHour: { total } }) => total);
  if (old === now) return undefined;
  if (now === null) return Number.POSITIVE_INFINITY;
  if (old === null) return Number.NEGATIVE_INFINITY;
  return Math.abs(now - old) < LEAST_USD ? undefined : now - old;
}

/** A floor that lacks a price is less, and nobody saves that. */
function unknownFloorWords({ before, after }: CostChange): readonly string[] {
  const isWorse = after.floorUsdPerMonth.unpriced.length > before.floorUsdPerMonth.unpriced.length;
  return isWorse ? ['a part of what is paid while no job runs has no known price any more'] : [];
}

function ceilingWords(change: number, { before, after }: CostChange): string {
  if (change === Number.POSITIVE_INFINITY && isUnknown(after))
    return 'what an hour costs at the limits is not known any more';
  if (change === Number.NEGATIVE_INFINITY && isUnknown(before))
    return 'what an hour costs at the limits is known now';
  if (change === Number.POSITIVE_INFINITY) return 'nothing bounds what an hour costs any more';
  if (change === Number.NEGATIVE_INFINITY) return 'limits bound what an hour costs';
  return `${signed(change)} an hour at the limits`;
}

function orUnbounded(cost: ClusterCost): string {
  const { total } = cost.ceilingUsdPerHour;
  if (total !== null) return usd(total);
  return isUnknown(cost) ? 'not known' : 'unbounded';
}

/** Whether the ceiling is not a number because of a price alone: what nothing bounds is the worse. */
function isUnknown({ ceilingUsdPerHour: { total, lines } }: ClusterCost): boolean {
  return total === null && lines.every(({ usd: amount, isUnknown: is }) => Number.isFinite(amount) || is);
}

/** The lines that make the most of a difference. */
function because(lines: readonly LineChange[]): string {
  if (lines.length === 0) return '';
  const shown = lines
    .slice(0, LINES_MOST)
    .map(({ what, name, usd: amount }) =>
      Number.isFinite(amount) ? `${what} ${name} ${signed(amount)}` : `${what} ${name} without a bound`,
    );
  const more = lines.length - shown.length;
  return ` (${listed(more > 0 ? [...shown, `${more} more`] : shown)})`;
}

/** What a job-minute costs instead, of the runners that are on both sides. */
function minuteWords({ runners }: CostChange): readonly string[] {
  const changed = runners.flatMap(({ before, after }) => {
    const [old, now] = minutePair(before, after);
    return before && after && old !== now ? [{ before, after, text: `USD ${now} instead of ${old}` }] : [];
  });
  const texts = new Set(changed.map(({ text }) => text));
  const [only] = texts;
  if (only === undefined) return [];
  if (texts.size === 1) return [`a job-minute costs ${only}`];
  const on = `on ${counted(changed.length, 'runner')}`;
  const shares = changed.map(({ before, after }) => shareOf(before, after));
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  if (!Number.isFinite(low + high) || (low === 0 && high === 0))
    return [`a job-minute costs something else ${on}`];
  return [`a job-minute costs ${low === high ? percent(low) : `${percent(low)} to ${percent(high)}`} ${on}`];
}

function shareOf({ usdPerMinuteAlone: old }: RunnerCost, { usdPerMinuteAlone: now }: RunnerCost): number {
  if (old === undefined || now === undefined || old < LEAST_MINUTE_USD) return Number.NaN;
  return Math.round((now / old - 1) * 100);
}

function percent(share: number): string {
  return `${share < 0 ? '-' : '+'}${Math.abs(share)} %`;
}

/** Whose prices these are, of which day, and what is said of Spot where it is in the table. */
function originOf(
  { region, pricesOf, pricesAsOf, source, isOtherRegion }: ClusterCost,
  runners: readonly RunnerChange[],
): string {
  const spot = runners.flatMap(({ before, after }) => [before?.spot, after?.spot]).find((one) => one);
  const other = isOtherRegion ? `, since there are none of ${region} here` : '';
  const range = spot === undefined ? '' : ` Spot as a range (${spot.source}, ${spot.date}).`;
  return `Prices on demand in ${pricesOf}${other}: ${source} (${pricesAsOf}).${range}`;
}
