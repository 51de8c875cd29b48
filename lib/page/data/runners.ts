import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../../cluster/observe';
import { formatRefusal, type Placement } from '../../cluster/placement';
import { registeredRunner } from '../../cluster/registered-runner';
import type { Runner } from '../../cluster/runners';
import { fleetOf } from '../../cluster/tiers';
import { WAITING_ANNOTATION } from '../../contract';
import type { RunnerCost } from '../../cost/types';
import type { PodRequests } from '../../karpenter/node-price';
import type { Report, RunnerRow } from '../../report/report';
import { parseQuantity, toMilli, toUnits } from '../../values/quantity';
import { at, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { spotPart } from './costs';
import type { PageAccepted, PageBurst, PageLanding, PageRunner, PageSize } from './page-data';

/** Pools that refuse a runner's jobs and are named, the ones that others use first left out. */
const REFUSALS_MOST = 6;

/**
 * Runners of a cluster, all managers of a name together.
 *
 * @param bursts plans that they have a place in, counted from `offset`
 */
export function runnersOf(
  { runners: rows, cluster = '', cost: { runners: costs } }: Report,
  subject: Subject,
  bursts: readonly PageBurst[],
  offset: number,
): readonly PageRunner[] {
  const observed: readonly (Runner | ObservedRunner)[] = [...subject.runners, ...subject.podless];
  const burstOf = new Map(
    bursts.flatMap(({ runners }, index) => runners.map((name) => [name, index + offset])),
  );
  const costOf = new Map(costs.map((cost) => [cost.name, cost]));
  const byName = new Map<string, PageRunner>();
  for (const [index, row] of rows.entries()) {
    const runner = observed[index];
    const known = byName.get(row.name);
    if (known === undefined) {
      byName.set(row.name, {
        ...runnerOf(row, runner, cluster, costOf.get(row.name)),
        burst: burstOf.get(row.name),
      });
      continue;
    }
    byName.set(row.name, {
      ...known,
      jobs: known.jobs + row.concurrency,
      managers: known.managers + runner.replicas,
      // One manager that has its token takes jobs.
      waitsFor: known.waitsFor && waitsFor(runner),
      verdict: worseOf(known, row),
    });
  }
  return [...byName.values()];
}

const BY_WEIGHT: readonly RunnerRow['verdict'][] = ['errors', 'not proved', 'warnings'];

/** The verdict on the worse of two managers; one that waits is no worse than one that runs. */
function worseOf(a: Pick<RunnerRow, 'verdict'>, b: Pick<RunnerRow, 'verdict'>): RunnerRow['verdict'] {
  return BY_WEIGHT.find((one) => one === a.verdict || one === b.verdict) ?? a.verdict;
}

function runnerOf(
  row: RunnerRow,
  runner: Runner | ObservedRunner,
  cluster: string,
  cost: RunnerCost | undefined,
): PageRunner {
  const { isProtected, takesUntagged } = registeredRunner(runner);
  const [job, largestJob] = 'job' in runner ? [runner.job, runner.largestJob] : [];
  return {
    name: row.name,
    cluster,
    fleet: 'job' in runner ? fleetOf(runner) : undefined,
    tags: row.tags,
    takesUntagged,
    isProtected,
    jobs: row.concurrency,
    managers: runner.replicas,
    pools: row.pools,
    type: row.cheapest?.type,
    typePool: row.cheapest?.pool ?? (row.cheapest && row.pools[0]?.name),
    waitsFor: waitsFor(runner),
    usdAlone: cost?.usdPerMinuteAlone,
    usdPacked: cost?.usdPerMinutePacked,
    spot: spotPart(cost?.spot),
    managersOn: row.managers,
    verdict: row.verdict,
    job: sizeOf(job),
    largestJob: sizeOf(largestJob),
    accepts: acceptedOf(job, largestJob),
    landing: landingOf(job, largestJob),
    burst: undefined,
  };
}

/** What a stopped manager waits for, as it is rendered with it. */
function waitsFor({ manager }: Runner | ObservedRunner): string | undefined {
  if (at(manager?.body, ['spec', 'replicas']) !== 0) return undefined;
  const file = textOf(at(manager?.body, ['metadata', 'annotations', WAITING_ANNOTATION]));
  if (file === undefined) return undefined;
  return file.includes('/pull-secrets/') ? 'a pull secret' : 'its token';
}

function sizeOf(placed: PlacedPod | undefined): PageSize | undefined {
  return placed && formatSize(placed.pod.requests);
}

/** The most that jobs may request for themselves: what the largest one has, or the default one where that one lands nowhere. */
function acceptedOf(job: PlacedPod | undefined, largest: PlacedPod | undefined): PageAccepted | undefined {
  const known = [largest, job].find((placed) => placed?.fargate !== undefined || landing(placed).length > 0);
  const own = known && ownRequests(known);
  if (known === undefined || own === undefined) return undefined;
  const [cpu, memory] = [own.cpuMilli / 1000, own.memoryBytes / 1024 ** 3];
  const { cpuMilli, memoryBytes } = known.pod.requests;
  const adds = [
    `${rounded(Math.max(cpuMilli / 1000 - cpu, 0))} CPU`,
    `${rounded(Math.max(memoryBytes / 1024 ** 3 - memory, 0))} GiB`,
  ];
  return { cpu: Number(cpu.toFixed(3)), memory: Number(memory.toFixed(3)), adds: adds.join(' and ') };
}

/** Requests of the container that runs the script of a job. */
function ownRequests({ spec }: PlacedPod): PodRequests | undefined {
  const build = listOf(fieldsOf(spec).containers)
    .map(fieldsOf)
    .find(({ name }) => name === 'build');
  if (build === undefined) return undefined;
  const { cpu = '0', memory = '0' } = textsOf(at(build, ['resources', 'requests']));
  const [cpus, bytes] = [parseQuantity(cpu), parseQuantity(memory)];
  if (cpus === undefined || bytes === undefined) return undefined;
  return { cpuMilli: toMilli(cpus), memoryBytes: toUnits(bytes) };
}

/** What a pod requests, as people say it. */
export function formatSize({ cpuMilli, memoryBytes, extended = {} }: PodRequests): PageSize {
  const devices = Object.entries(extended).map(([name, count]) => `, ${count} x ${name}`);
  return {
    cpu: `${rounded(cpuMilli / 1000)} CPU`,
    memory: `${rounded(memoryBytes / 1024 ** 3)} GiB${devices.join('')}`,
  };
}

function rounded(count: number): string {
  return String(Number(count.toFixed(2)));
}

function landingOf(job: PlacedPod | undefined, largest: PlacedPod | undefined): readonly PageLanding[] {
  if (job === undefined) return [];
  if (job.fargate) {
    const why = 'Its namespace and labels match the profile, which takes pods before any node is asked.';
    return [{ pool: job.fargate.profile.name, takes: true, why }];
  }
  if (job.pod.faults.length > 0) return [];
  const [taking, refusing] = [true, false].map((takes) =>
    job.placements.filter(({ types }) => types.length > 0 === takes),
  );
  return [
    ...taking.map((placement, index) => ({
      pool: placement.pool.name,
      takes: true,
      why: whyItTakes(placement, index, taking, largest),
    })),
    ...refusing.slice(0, REFUSALS_MOST).map(({ pool, refusal }) => ({
      pool: pool.name,
      takes: false,
      why: refusal === undefined ? 'no type is left' : formatRefusal(refusal),
    })),
  ];
}

function whyItTakes(
  { pool, types }: Placement,
  index: number,
  taking: readonly Placement[],
  largest: PlacedPod | undefined,
): string {
  const fits = landing(largest).find((one) => one.pool.name === pool.name)?.types.length ?? 0;
  const order =
    taking.length === 1 ? '' : index === 0 ? ', tried first' : ', tried where those before it have no room';
  return `labels, taints and requirements match${order}; ${types.length} types fit the job, ${fits} the largest one`;
}
