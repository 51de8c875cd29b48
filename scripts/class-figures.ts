import type { ObservedRunner, PlacedPod, Subject } from '../checks/check';
import { landing } from '../checks/check';
import { type PrewarmPrice, prewarmPrice } from '../checks/prewarm-price';
import { formatBinary } from '../values/quantity';

/** What one runner of a class asks for and costs, as the proof works it out of rendered YAML. */
export interface ClassFigures {
  readonly runner: string;
  /** Requests of the whole job pod, as `1.1 CPU, 2304Mi`. */
  readonly request: string;
  readonly largest: string;
  /** Instance types that the largest job fits, over all pools. */
  readonly types: number;
  readonly cheapest: string;
  /** US dollars per minute, on demand: alone on its node, and with every slot of the node taken. */
  readonly usdPerMinuteAlone: number;
  readonly usdPerMinutePacked: number;
  readonly prewarm: PrewarmPrice | undefined;
}

/** The figures of each runner, once, in the order of the manifests. */
export function classFigures(subject: Subject): readonly ClassFigures[] {
  const seen = new Set<string>();
  return subject.runners
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map((runner) => figuresOf(runner, subject));
}

function figuresOf(runner: ObservedRunner, subject: Subject): ClassFigures {
  const offers = landing(runner.job).flatMap(({ cheapest }) => cheapest ?? []);
  const [best] = [...offers].sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  const packed = landing(runner.job).flatMap(({ packed: one }) => one ?? []);
  if (!runner.job || !runner.largestJob || !best) throw new Error(`${runner.name} lands nowhere`);
  return {
    runner: runner.name,
    request: describe(runner.job),
    largest: describe(runner.largestJob),
    types: landing(runner.largestJob).reduce((sum, { types }) => sum + types.length, 0),
    cheapest: best.type.name,
    prewarm: prewarmPrice(runner, subject),
    usdPerMinuteAlone: best.usdPerMinute,
    usdPerMinutePacked: Math.min(...packed.map(({ usdPerMinute }) => usdPerMinute)),
  };
}

function describe({ pod: { requests } }: PlacedPod): string {
  const devices = Object.entries(requests.extended ?? {}).map(([name, count]) => `, ${count} ${name}`);
  const memory = formatBinary(BigInt(Math.ceil(requests.memoryBytes)) * 1_000_000_000n);
  return `${requests.cpuMilli / 1000} CPU, ${memory}${devices.join('')}`;
}

/** The figures as a table of Markdown. */
export function figuresTable(figures: readonly ClassFigures[]): string {
  const rows = figures.map((one) =>
    [
      `\`${one.runner}\``,
      one.request,
      one.largest === one.request ? 'the same' : one.largest,
      one.types === 0 ? '-' : String(one.types),
      one.cheapest,
      one.usdPerMinuteAlone.toFixed(5),
      one.usdPerMinutePacked.toFixed(5),
    ].join(' | '),
  );
  return [
    '| runner | a job asks for | at most | types | cheapest | USD/min alone | USD/min, node full |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    'Whole pods, helper included; prices on demand in us-east-1, without disks. Spot costs less.',
  ].join('\n');
}

/** What held room costs, as a table of Markdown. */
export function prewarmTable(figures: readonly ClassFigures[]): string {
  const rows = figures.flatMap(({ runner, prewarm }) =>
    prewarm
      ? [
          `| \`${runner}\` | ${prewarm.pods} | ${prewarm.nodes} x ${prewarm.type} | ${prewarm.hoursPerWeek.toFixed(0)} | ${prewarm.usdPerMonth.toFixed(0)} |`,
        ]
      : [],
  );
  return [
    '| runner | pause pods | nodes | hours a week | USD a month |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
