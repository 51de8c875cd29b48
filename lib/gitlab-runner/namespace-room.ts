import { formatBinary, formatDecimal, type Quantity } from '../values/quantity';
import type { ConfigToml } from './config/toml';
import { type Amounts, amountsOf, type LargestPod, largestPod } from './executor/largest-pod';
import { mostPausePods } from './pause-pods';
import { jobsAtOnce } from './sizing';

/** A runner as far as it decides what is in the namespace of its jobs at once. */
export interface RunnerInNamespace {
  /** That of each of its managers. */
  readonly config: ConfigToml;
  readonly managers: number;
  /** Most services of one job. */
  readonly services: number;
}

/** What a LimitRange says, quantities by resource. */
export interface PodRoom {
  /** Most of one pod. */
  readonly max: Readonly<Record<string, string>>;
  /** What containers get that say nothing. */
  readonly defaultLimit: Readonly<Record<string, string>>;
  readonly defaultRequest: Readonly<Record<string, string>>;
}

/** Pods that a runner brings into its namespace. */
export interface Demand {
  readonly pod: LargestPod;
  readonly jobs: number;
  readonly pausePods: number;
  /** What each pause pod requests: CPU and memory of the build container. */
  readonly pauseRequests: Amounts;
}

/** The pods of all runners of a namespace; undefined where the executor makes none of some: what is wrong is said elsewhere. */
export function demandsOf(runners: readonly RunnerInNamespace[]): readonly Demand[] | undefined {
  const demands = runners.flatMap((runner) => demandOf(runner) ?? []);
  return demands.length === runners.length ? demands : undefined;
}

function demandOf({ config, managers, services }: RunnerInNamespace): Demand | undefined {
  const [table] = config.runners;
  const pod = largestPod(table, services);
  if (pod === undefined) return undefined;
  const jobs = jobsAtOnce(config);
  const { cpu_request: cpu, memory_request: memory } = table.kubernetes;
  return {
    pod,
    jobs: managers * jobs,
    pausePods: managers * mostPausePods(table, jobs),
    pauseRequests: amountsOf({ cpu, memory }),
  };
}

/** What a LimitRange of type Pod can bound: it refuses pods without a limit, and jobs have none of CPU. */
const BOUNDED = ['memory', 'ephemeral-storage'] as const;

/** Bounds that let in the largest pod of each runner; undefined where no resource has limits in all containers. */
export function podRoom(demands: readonly Demand[]): PodRoom | undefined {
  const containers = demands.flatMap(({ pod }) => pod.containers);
  const bounded = BOUNDED.filter((name) => containers.every(({ limits }) => limits[name] !== undefined));
  if (bounded.length === 0) return undefined;
  const of = (amount: (name: string) => Quantity) =>
    Object.fromEntries(bounded.map((name) => [name, show(name, amount(name))]));
  return {
    max: of((name) => largest(demands.map(({ pod }) => pod.limits[name]))),
    // Of pause pods, which have no limits and the requests of builds, and whatever else someone starts there.
    defaultLimit: of((name) => largest(containers.map(({ limits }) => limits[name]))),
    defaultRequest: of((name) => smallest(containers.map(({ requests }) => requests[name]))),
  };
}

/** What a ResourceQuota counts. Of CPU and memory every container must then set a request. */
const COUNTED = ['cpu', 'memory', 'ephemeral-storage'] as const;

/**
 * What a ResourceQuota has room for: all jobs at their largest and the pause pods, so many times over. A manager that is
 * replaced keeps its jobs, and its pause pods besides those of its successor.
 */
export function quotaRoom(
  demands: readonly Demand[],
  factor: number,
  room: PodRoom | undefined,
): Readonly<Record<string, string>> {
  const containers = demands.flatMap(({ pod }) => pod.containers);
  const counted = COUNTED.filter((name) => containers.every(({ requests }) => requests[name] !== undefined));
  const byDefault = amountsOf(room?.defaultRequest ?? {});
  const hard = counted.map((name) => {
    const amounts = demands.map(({ jobs, pausePods, pauseRequests, pod }) => {
      const ofPause = pauseRequests[name] ?? byDefault[name] ?? 0n;
      return BigInt(times(jobs, factor)) * pod.requests[name] + BigInt(times(pausePods, factor)) * ofPause;
    });
    return [
      `requests.${name}`,
      show(
        name,
        amounts.reduce((all, one) => all + one, 0n),
      ),
    ];
  });
  const pods = demands.reduce(
    (all, { jobs, pausePods }) => all + times(jobs, factor) + times(pausePods, factor),
    0,
  );
  return { pods: `${pods}`, ...Object.fromEntries(hard) };
}

function times(jobs: number, factor: number): number {
  return Math.ceil(jobs * factor);
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
