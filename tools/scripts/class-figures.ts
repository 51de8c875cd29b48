import { daemonSetsOn } from '../../lib/cluster/daemon-sets';
import { nodeOf } from '../../lib/cluster/node-pools';
import type { ObservedRunner, PlacedPod, Subject } from '../../lib/cluster/observe';
import { landing } from '../../lib/cluster/observe';
import type { Offer } from '../../lib/cluster/placement';
import { type PrewarmPrice, prewarmPrice } from '../../lib/cluster/prewarm-price';
import { fargateSize, fargateUsdPerMinute, formatFargate } from '../../lib/karpenter/fargate-sizes';
import { slots, usdPerHour } from '../../lib/karpenter/node-price';
import { formatBinary } from '../../lib/values/quantity';

/** What one runner of a class asks for and costs, as the proof works it out of rendered YAML. */
export interface ClassFigures {
  readonly runner: string;
  /** Requests of the whole job pod, for example `1.1 CPU, 2304Mi`. */
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
  const { job, largestJob } = runner;
  const best = offerOf(runner);
  if (!job || !largestJob || !best) throw new Error(`${runner.name} lands nowhere`);
  return {
    runner: runner.name,
    request: describe(job),
    largest: describe(largestJob),
    types: landing(largestJob).reduce((sum, { types }) => sum + types.length, 0),
    prewarm: prewarmPrice(runner, subject),
    ...best,
  };
}

/** The cheapest machine for a job of the default size: of a node pool, or of Fargate. */
function offerOf({
  job,
}: ObservedRunner): Pick<ClassFigures, 'cheapest' | 'usdPerMinuteAlone' | 'usdPerMinutePacked'> | undefined {
  if (job?.fargate?.size) {
    const price = fargateUsdPerMinute(job.fargate.size);
    return { cheapest: formatFargate(job.fargate.size), usdPerMinuteAlone: price, usdPerMinutePacked: price };
  }
  const prices = (offers: readonly (Offer | undefined)[]) =>
    offers.flatMap((one) => one ?? []).sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  const [alone] = prices(landing(job).map(({ cheapest }) => cheapest));
  const [packed] = prices(landing(job).map((one) => one.packed));
  return (
    alone && {
      cheapest: alone.type.name,
      usdPerMinuteAlone: alone.usdPerMinute,
      usdPerMinutePacked: packed.usdPerMinute,
    }
  );
}

/** What the managers of a cluster cost a month on nodes of a pool, and on Fargate, as a Markdown table. */
export function managersTable(subject: Subject): string {
  const placed = subject.runners.flatMap(({ managerPlaced }) => managerPlaced ?? []);
  const sizes = placed.flatMap(({ pod }) => fargateSize(pod.requests) ?? []);
  const { machines, usdPerMonth } = managerNodes(subject);
  return [
    `| ${placed.length} managers | machines | USD per month |`,
    '| --- | --- | --- |',
    `| on nodes | ${machines} | ${usdPerMonth} |`,
    `| on Fargate | ${sizes.length} x ${sizes.map(formatFargate)[0]} | ${perMonth(sizes.reduce((sum, size) => sum + fargateUsdPerMinute(size), 0))} |`,
  ].join('\n');
}

/** The cheapest nodes that hold the managers of a cluster, and what these cost. */
export function managerNodes(subject: Subject): { readonly machines: string; readonly usdPerMonth: string } {
  // Managers of one architecture share nodes.
  const groups = new Map<string, PlacedPod[]>();
  for (const one of subject.runners.flatMap(({ managerPlaced }) => managerPlaced ?? [])) {
    const key = JSON.stringify(one.pod.selections);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const nodes = [...groups.values()].flatMap((group) => cheapestNodes(group, subject) ?? []);
  return {
    machines: nodes.map(({ count, type }) => `${count} x ${type}`).join(', '),
    usdPerMonth: perMonth(nodes.reduce((sum, { usdPerMinute }) => sum + usdPerMinute, 0)),
  };
}

function perMonth(usdPerMinute: number): string {
  return (usdPerMinute * MINUTES_PER_MONTH).toFixed(0);
}

/** A twelfth of a year of 365 days. */
const MINUTES_PER_MONTH = (365 * 24 * 60) / 12;

/** The fewest dollars for nodes of one type that hold all managers, each of which asks for the same. */
function cheapestNodes(placed: readonly PlacedPod[], { settings }: Subject) {
  const offers = landing(placed[0]).flatMap(({ pool, types }) =>
    types.flatMap((type) => {
      const each = slots(nodeOf(pool, type), daemonSetsOn(pool, settings.daemonSets), placed[0].pod.requests);
      const count = Math.ceil(placed.length / each);
      const usd = usdPerHour(type);
      return usd === undefined ? [] : [{ type: type.name, count, usdPerMinute: (count * usd) / 60 }];
    }),
  );
  return offers.sort((a, b) => a.usdPerMinute - b.usdPerMinute)[0];
}

function describe({ pod: { requests } }: PlacedPod): string {
  const devices = Object.entries(requests.extended ?? {}).map(([name, count]) => `, ${count} ${name}`);
  const memory = formatBinary(BigInt(Math.ceil(requests.memoryBytes)) * 1_000_000_000n);
  return `${requests.cpuMilli / 1000} CPU, ${memory}${devices.join('')}`;
}

/** The figures as a Markdown table. */
export function figuresTable(figures: readonly ClassFigures[]): string {
  const rows = figures.map((one) =>
    [
      `\`${one.runner}\``,
      one.request,
      one.largest === one.request ? 'same' : one.largest,
      one.types === 0 ? '-' : String(one.types),
      one.cheapest,
      one.usdPerMinuteAlone.toFixed(5),
      one.usdPerMinutePacked.toFixed(5),
    ].join(' | '),
  );
  return [
    '| runner | job request | largest request | types | cheapest | USD/min alone | USD/min on a full node |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    'Requests are for the whole pod, helper included. Prices are on demand in us-east-1, without disks; Spot costs less.',
  ].join('\n');
}

/** What held room costs, as a Markdown table. */
export function prewarmTable(figures: readonly ClassFigures[]): string {
  const rows = figures.flatMap(({ runner, prewarm }) =>
    prewarm
      ? [
          `| \`${runner}\` | ${prewarm.pods} | ${prewarm.nodes} x ${prewarm.type} | ${prewarm.hoursPerWeek.toFixed(0)} | ${prewarm.usdPerMonth.toFixed(0)} |`,
        ]
      : [],
  );
  return [
    '| runner | pause pods | nodes | hours per week | USD per month |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
