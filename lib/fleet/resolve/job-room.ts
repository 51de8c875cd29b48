import type { KubernetesTable, RunnerTable } from '../../gitlab-runner/config/toml';
import { type JobPod, jobPod } from '../../gitlab-runner/executor/job-pod';
import { largestJob, type PodResources } from '../../gitlab-runner/executor/job-resources';
import { mostPausePods } from '../../gitlab-runner/pause-pods';
import { jobsAtOnce } from '../../gitlab-runner/sizing';
import { formatBinary, formatDecimal, parseQuantity, type Quantity } from '../../values/quantity';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { Labels, ResolvedLimitRange, ResolvedNamespace, ResolvedRunner } from '../resolved-fleet';

type Room = Pick<ResolvedNamespace, 'limitRange' | 'quota'>;
type Amounts = Readonly<Record<string, Quantity>>;

/** What one pod of a runner may be at most, and what bounds it. */
interface LargestPod {
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** Each of its containers. */
  readonly containers: readonly { readonly requests: Amounts; readonly limits: Amounts }[];
}

/** A runner with the pods that it brings into its namespace. */
interface Demand {
  readonly pod: LargestPod;
  /** Jobs at once, of all its managers. */
  readonly jobs: number;
  readonly pausePods: number;
  /** What each pause pod requests: CPU and memory of the build container. */
  readonly pauseRequests: Amounts;
}

/**
 * What admission lets into a namespace of jobs: one pod of the largest job with all its services, and as many at once as its
 * runners may start. A container without a limit can't be bounded, so that its resource is left out.
 */
export function jobRoom(
  namespace: string,
  { jobNamespaces: settings, runners }: NormalFleet,
  resolved: readonly ResolvedRunner[],
): Room {
  const demands = resolved.flatMap((runner, index) =>
    runner.jobNamespace === namespace ? (demandOf(runners[index], runner) ?? []) : [],
  );
  // Without the pods nothing is known: what is wrong with the config is reported elsewhere.
  const isKnown = demands.length === resolved.filter((one) => one.jobNamespace === namespace).length;
  if (!isKnown) return { limitRange: undefined, quota: undefined };
  const limitRange = settings.limitRange ? limitRangeOf(demands) : undefined;
  return {
    limitRange,
    quota: settings.resourceQuota ? quotaOf(demands, settings.quotaFactor, limitRange) : undefined,
  };
}

function demandOf(
  { maxServices }: NormalRunner,
  { managers, concurrency }: ResolvedRunner,
): Demand | undefined {
  const [{ config }] = managers;
  const [table] = config.runners;
  const pod = jobPod(withAnyService(table), {
    ...largestJob(table),
    services: servicesOf(table, maxServices),
  });
  if ('refused' in pod) return undefined;
  return {
    pod: largestPod(pod),
    jobs: concurrency,
    pausePods: managers.length * mostPausePods(table, jobsAtOnce(config)),
    pauseRequests: amountsOf({ cpu: table.kubernetes.cpu_request, memory: table.kubernetes.memory_request }),
  };
}

/** Which images services may have decides nothing of their size. */
function withAnyService(table: RunnerTable): RunnerTable {
  const { allowed_services: _, ...kubernetes } = table.kubernetes;
  return { ...table, kubernetes: kubernetes as KubernetesTable };
}

function servicesOf({ kubernetes }: RunnerTable, count: number): readonly string[] {
  return Array.from({ length: count }, () => kubernetes.image ?? 'service');
}

function largestPod({ containers, initContainers, resources }: JobPod): LargestPod {
  const all = containers.map((one) => effective(one.resources));
  const before = initContainers.map((one) => effective(one.resources));
  const own = effective(resources ?? {});
  const total = (kind: 'requests' | 'limits'): Amounts => ({
    ...largerOf(sum(all.map((one) => one[kind])), ...before.map((one) => one[kind])),
    ...own[kind],
  });
  return { requests: total('requests'), limits: total('limits'), containers: [...before, ...all] };
}

/** Requests and limits; a limit stands in for a request that is missing, as the API server has it. */
function effective({ requests, limits }: PodResources): { requests: Amounts; limits: Amounts } {
  const most = amountsOf(limits ?? {});
  return { requests: { ...most, ...amountsOf(requests ?? {}) }, limits: most };
}

/** What a LimitRange of type Pod can bound: it refuses pods without a limit, and jobs have none of CPU. */
const BOUNDED = ['memory', 'ephemeral-storage'] as const;

function limitRangeOf(demands: readonly Demand[]): ResolvedLimitRange | undefined {
  const containers = demands.flatMap(({ pod }) => pod.containers);
  const bounded = BOUNDED.filter((name) => containers.every(({ limits }) => limits[name] !== undefined));
  if (bounded.length === 0) return undefined;
  const of = (amount: (name: string) => Quantity): Labels =>
    Object.fromEntries(bounded.map((name) => [name, show(name, amount(name))]));
  return {
    max: of((name) => largest(demands.map(({ pod }) => pod.limits[name]))),
    // Of pause pods, which have no limits, and whatever else somebody starts there. Their requests are those of builds.
    defaultLimit: of((name) => largest(containers.map(({ limits }) => limits[name]))),
    defaultRequest: of((name) => smallest(containers.map(({ requests }) => requests[name]))),
  };
}

/** What a ResourceQuota counts. Of CPU and memory every container must then set a request. */
const COUNTED = ['cpu', 'memory', 'ephemeral-storage'] as const;

function quotaOf(
  demands: readonly Demand[],
  factor: number,
  limitRange: ResolvedLimitRange | undefined,
): Labels {
  const containers = demands.flatMap(({ pod }) => pod.containers);
  const counted = COUNTED.filter((name) => containers.every(({ requests }) => requests[name] !== undefined));
  const byDefault = amountsOf(limitRange?.defaultRequest ?? {});
  const hard = counted.map((name): [string, string] => {
    const amounts = demands.map(({ jobs, pausePods, pauseRequests, pod }) => {
      const ofJobs = (BigInt(Math.ceil(jobs * factor * 100)) * pod.requests[name]) / 100n;
      return ofJobs + BigInt(pausePods) * (pauseRequests[name] ?? byDefault[name] ?? 0n);
    });
    return [
      `requests.${name}`,
      show(
        name,
        amounts.reduce((all, one) => all + one, 0n),
      ),
    ];
  });
  const pods = demands.reduce((all, { jobs, pausePods }) => all + Math.ceil(jobs * factor) + pausePods, 0);
  return { pods: `${pods}`, ...Object.fromEntries(hard) };
}

function amountsOf(texts: Readonly<Record<string, string | undefined>>): Amounts {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const quantity = text === undefined ? undefined : parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity]];
    }),
  );
}

function sum(amounts: readonly Amounts[]): Amounts {
  const total: Record<string, Quantity> = {};
  for (const one of amounts)
    for (const [name, amount] of Object.entries(one)) total[name] = (total[name] ?? 0n) + amount;
  return total;
}

function largerOf(...amounts: readonly Amounts[]): Amounts {
  const most: Record<string, Quantity> = {};
  for (const one of amounts)
    for (const [name, amount] of Object.entries(one)) most[name] = largest([most[name] ?? 0n, amount]);
  return most;
}

function largest(amounts: readonly Quantity[]): Quantity {
  return amounts.reduce((most, one) => (one > most ? one : most), 0n);
}

function smallest(amounts: readonly Quantity[]): Quantity {
  return amounts.reduce((least, one) => (one < least ? one : least));
}

function show(name: string, amount: Quantity): string {
  return name === 'cpu' ? formatDecimal(amount) : formatBinary(amount);
}
