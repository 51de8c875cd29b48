import type { BudgetExcess } from '../cost/budget';
import { SAVINGS_PLAN_CLAIM, SPOT_CLAIM } from '../cost/claims';
import { type CostChange, changesCost, type LineChange, type RunnerChange } from '../cost/cost-change';
import type { ClusterCost, CostLine, IdleFloor, RunnerCost } from '../cost/types';
import { firstNames } from './impact-groups';
import { alignedLines } from './table';

/** Lines of a sum that are named one by one. */
const MOST_LINES = 5;

/** What runners cost as a person reads it: a minute of a job, the idle floor, the ceiling; nothing where no price is known. */
export function costLines(cost: ClusterCost): string[] {
  const rows = runnerRows(cost.runners);
  const sums = [...floorLines(cost), ...ceilingLines(cost)];
  if (rows.length === 0 && sums.length === 0) return [];
  const table = alignedLines([['runner', 'nodes', 'alone', 'packed', 'alone, on Spot'], ...rows]);
  const hasClaim = cost.runners.some(({ spot }) => spot?.basis === 'claim');
  return [
    `Cost in USD, a minute of a job without disks, ${pricesOf(cost)}:`,
    ...(rows.length > 0 ? table.map((line) => `  ${line}`) : []),
    ...(hasClaim
      ? [
          `  There are no Spot prices here: between the largest discount (${SPOT_CLAIM.source}, ${SPOT_CLAIM.date}) and none.`,
        ]
      : []),
    ...spotSources(cost),
    ...sums.map((line) => `  ${line}`),
    '',
  ];
}

/** Which prices these are, and whether they are those of another region. */
export function pricesOf({ pricesOf: region, pricesAsOf, isOtherRegion, ...cost }: ClusterCost): string {
  const prices = `at prices of ${region} of ${pricesAsOf}`;
  if (!isOtherRegion) return prices;
  return `${prices}, since there are none here for ${cost.region} (${cost.regionFrom}); --prices takes your own`;
}

/** Runners whose figures are the same share a row. */
function runnerRows(runners: readonly RunnerCost[]): readonly (readonly string[])[] {
  const found = new Map<string, string[]>();
  for (const runner of runners) {
    if (runner.usdPerMinuteAlone === undefined) continue;
    const cells = [
      runner.purchase ?? '-',
      offer(runner.usdPerMinuteAlone, runner.type),
      offer(runner.usdPerMinutePacked, runner.packedType),
      runner.spot ? `${minute(runner.spot.low)} to ${minute(runner.spot.high)}` : '-',
    ];
    const key = JSON.stringify(cells);
    found.set(key, [...(found.get(key) ?? []), runner.name]);
  }
  return [...found].map(([key, names]) => [firstNames(names).join(', '), ...JSON.parse(key)]);
}

function offer(usd: number | undefined, type: string | undefined): string {
  return usd === undefined ? '-' : `${minute(usd)} ${type}`;
}

function minute(usd: number): string {
  return usd.toFixed(5);
}

/** An amount of US dollars, to the cent. */
export function money(usd: number): string {
  return Number.isFinite(usd) ? usd.toFixed(2) : 'without a bound';
}

function spotSources({ runners }: ClusterCost): readonly string[] {
  const sources = runners.flatMap(({ spot }) =>
    spot?.basis === 'prices' ? [`  Spot: ${spot.source}, ${spot.date}.`] : [],
  );
  return [...new Set(sources)];
}

/** The idle floor in a line, and what it is without. */
export function floorLines({ floorUsdPerMonth: floor }: ClusterCost): readonly string[] {
  const { total, managers, managersWithSavingsPlan, unknown, unpriced } = floor;
  const saved = total - managers + managersWithSavingsPlan;
  const plan = `${money(saved)} with a Savings Plan for managers (${SAVINGS_PLAN_CLAIM.source}, ${SAVINGS_PLAN_CLAIM.date})`;
  return [
    ...(total > 0
      ? [
          `Idle: USD ${money(total)} a month, ${partsOf(floor)}${managers > managersWithSavingsPlan ? `; from ${plan}` : ''}.`,
        ]
      : []),
    ...(total === 0 && unpriced.length > 0
      ? [`Idle: not known, since there is no price for ${firstNames(unknown).join(', ')}.`]
      : []),
    ...(unknown.length > 0 && total > 0
      ? [`Not in it, since the price is not known: ${firstNames(unknown).join(', ')}.`]
      : []),
  ];
}

function partsOf({ managers, prewarm, fixedNodes, disks, publicIpv4, autoModeFee }: IdleFloor): string {
  const parts = [
    ['managers', managers],
    ['held room', prewarm],
    ['fixed nodes', fixedNodes],
    ['disks', disks],
    ['public IPv4', publicIpv4],
  ] as const;
  const words = parts.flatMap(([name, usd]) => (usd > 0 ? [`${name} ${money(usd)}`] : []));
  const fee = autoModeFee > 0 ? ` (EKS Auto Mode's fee of ${money(autoModeFee)} included)` : '';
  return `${words.join(', ')}${fee}`;
}

/** The ceiling in a line. */
export function ceilingLines({
  ceilingUsdPerHour: { total, worst, pools, lines },
}: ClusterCost): readonly string[] {
  if (pools.length === 0) return [];
  const [first] = lines;
  if (total === null || worst === null)
    return [
      `At the limits: ${first.isUnknown ? 'not known' : 'nothing bounds an hour'}, since ${first.name}: ${first.because}.`,
    ];
  const more =
    worst - total > 0.005 ? `, ${money(worst)} if EC2 has only the most expensive types of each pool` : '';
  return [`At the limits: USD ${money(total)} an hour with disks${more}.`];
}

/** What a change does to what runners cost; nothing where it does nothing to it. */
export function costChangeLines(change: CostChange | undefined): readonly string[] {
  if (change === undefined || !changesCost(change)) return [];
  const { before, after, runners, floor, ceiling } = change;
  const sums = [
    sumLine('idle', before.floorUsdPerMonth.total, after.floorUsdPerMonth.total, 'a month', floor),
    sumLine(
      'at the limits',
      before.ceilingUsdPerHour.total,
      after.ceilingUsdPerHour.total,
      'an hour',
      ceiling,
    ),
  ];
  return [
    `Cost, ${pricesOf(after)}:`,
    ...runners.map((one) => `  ${runnerLine(one)}`),
    ...sums.flatMap((line) => (line === undefined ? [] : [`  ${line}`])),
  ];
}

function runnerLine({ name, before, after }: RunnerChange): string {
  return `${name}, a minute alone: ${minuteOf(before)} -> ${minuteOf(after)}`;
}

/** A minute of a job in words, as it is bought. */
export function minuteOf(runner: RunnerCost | undefined): string {
  if (runner === undefined) return '-';
  const { usdPerMinuteAlone: usd, type, purchase, spot } = runner;
  if (usd === undefined) return 'no known price';
  if (spot === undefined) return `USD ${minute(usd)} ${purchase === 'fargate' ? '' : 'on demand '}(${type})`;
  const source = spot.basis === 'claim' ? SPOT_CLAIM.source : `${spot.source}, ${spot.date}`;
  return `USD ${minute(spot.low)} to ${minute(spot.high)} on Spot (${spot.type}; ${source})`;
}

function sumLine(
  name: string,
  before: number | null,
  after: number | null,
  per: string,
  changes: readonly LineChange[],
): string | undefined {
  if (changes.length === 0) return undefined;
  const sum = (usd: number | null) => (usd === null ? 'without a bound' : money(usd));
  const difference = before === null || after === null ? '' : ` (${signed(after - before)})`;
  const parts = changes.slice(0, MOST_LINES).map(({ what, name: of, usd }) => `${what} ${of} ${signed(usd)}`);
  const more = changes.length > MOST_LINES ? ` and ${changes.length - MOST_LINES} more` : '';
  return `${name}: USD ${sum(before)} -> ${sum(after)} ${per}${difference}: ${parts.join(', ')}${more}`;
}

function signed(usd: number): string {
  return Number.isFinite(usd)
    ? `${usd < 0 ? '-' : '+'}${Math.abs(usd).toFixed(2)}`
    : usd < 0
      ? 'bounded'
      : 'unbounded';
}

/** A part of a budget that is exceeded, with what makes it up: the first line is what to look at. */
export function excessLines({ part, budget, usd, lines }: BudgetExcess): readonly string[] {
  const per = part === 'floor' ? 'a month while no job runs' : 'an hour at the limits';
  const is =
    usd === null
      ? lines.some(({ isUnknown }) => isUnknown)
        ? 'it is not known'
        : 'nothing bounds it'
      : `it is USD ${money(usd)}`;
  const more = lines.length > MOST_LINES ? [`  and ${lines.length - MOST_LINES} more`] : [];
  return [
    `Over budget: USD ${money(budget)} ${per}, and ${is}:`,
    ...lines.slice(0, MOST_LINES).map((line) => `  ${lineText(line)}`),
    ...more,
  ];
}

function lineText({ what, name, usd, isUnknown, because, object, file }: CostLine): string {
  const amount = isUnknown ? 'not known' : Number.isFinite(usd) ? `USD ${money(usd)}` : 'no bound';
  return `${amount}: ${what} ${name}, ${because} (${object}, ${file})`;
}
