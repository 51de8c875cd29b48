import { capacityOf } from '../cluster/node-pools';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { concurrencyOf, concurrencyOfEach } from '../cluster/runners';
import { amountOf } from '../karpenter/limits';
import { parseQuantity, toUnits } from '../values/quantity';
import { batchesOf } from './batches';
import { type Counted, machinesFor, type PoolLimit, type Site, sitesOf } from './capacity-sources';
import { jobsTakenWithin, type PickupSettings, secondsOfEach, secondsToTake, takesWithin } from './pickup';

/** What the runner takes for keys that are not set. @see https://docs.gitlab.com/runner/executors/kubernetes/ */
const DEFAULT_POLL_SECONDS = 3;
const DEFAULT_REQUEST_CONCURRENCY = 1;
const DEFAULT_CHECK_SECONDS = 3;

/** Most requests at once that a plan proposes. */
const MOST_REQUESTS = 100;

/** Requests that GitLab Runner 19.3.0 makes to start a job: 386 a second at nine jobs a second, measured. */
const API_REQUESTS_OF_A_START = 43;

/** What a plan is asked for. */
export interface BurstQuestion {
  /** Jobs that should run at once. */
  readonly jobs: number;
  /** Minutes that such a job takes. A job that ends before the last one is taken makes room, but does not run beside it. */
  readonly minutes: number;
  /** Seconds from a request for a job to its answer. */
  readonly requestSeconds: number;
  /** Free addresses of the subnets; undefined where nobody said. */
  readonly addresses?: number;
  /** vCPUs that the quota of the account leaves; undefined where nobody said. */
  readonly vcpus?: number;
  /** Pulls of the image of the jobs that its registry leaves; undefined where nobody said. */
  readonly pulls?: number;
  /** Most that an hour of such jobs may cost, US dollars; undefined where nobody said. */
  readonly usdPerHour?: number;
}

/** One thing that limits how many jobs run at once. */
export interface BurstTerm {
  readonly name:
    | 'manager concurrency'
    | 'request rate'
    | 'pool limit'
    | 'cluster size'
    | 'subnet addresses'
    | 'vCPU quota'
    | 'registry pulls'
    | 'price';
  /** Jobs that it allows. */
  readonly allows: number;
  /** What it is made of, as half a sentence. */
  readonly because: string;
  /** What to raise, and to which value, so that it allows the jobs in question. */
  readonly raise: string;
}

/** What N jobs of a runner at once come to. */
export interface BurstPlan {
  readonly runner: string;
  readonly question: BurstQuestion;
  readonly managers: number;
  /** Every term, the one that binds first. */
  readonly terms: readonly BurstTerm[];
  /** Nodes by type, or machines of Fargate. */
  readonly machines: readonly { readonly name: string; readonly count: number }[];
  /** On demand, the fee of EKS Auto Mode included. */
  readonly usdPerHour: number;
  /** The part of it that is this fee, which is the same on Spot; 0 on other nodes. */
  readonly autoModeUsdPerHour: number;
  /** Addresses that nodes and pods take. */
  readonly addresses: number;
  readonly vcpus: number;
  /** Requests a second to the Kubernetes API, for the state of pods alone. */
  readonly apiRequestsPerSecond: number;
  /** Requests a second to the Kubernetes API while the jobs start, as fast as managers take them. */
  readonly apiRequestsAtStart: number;
  /** Seconds until managers have taken all jobs off GitLab's queue, were nothing else to bind. */
  readonly secondsToTake: number;
}

/**
 * Plans for each runner of a cluster, or for those of one name, with or without the fleet's in front. Runners whose jobs land
 * nowhere have none.
 */
export function planBursts(subject: Subject, question: BurstQuestion, only?: string): readonly BurstPlan[] {
  const names = new Set(
    subject.runners
      .map(({ name }) => name)
      .filter((name) => only === undefined || `-${name}`.endsWith(`-${only}`)),
  );
  return [...names].flatMap((name) => {
    const managers = subject.runners.filter((runner) => runner.name === name);
    const sites = sitesOf(managers[0], subject);
    return sites.length > 0 ? [planOf(name, managers, sites, question)] : [];
  });
}

function planOf(
  runner: string,
  managers: readonly ObservedRunner[],
  sites: readonly Site[],
  question: BurstQuestion,
): BurstPlan {
  const [site] = sites;
  const batches = batchesFor(managers, question);
  const machines = machinesFor(site, batches);
  const terms = [
    concurrencyTerm(managers, question),
    requestTerm(managers, question),
    limitTerm(sites, question),
    clusterTerm(site, question),
    addressTerm(site, batches, question),
    quotaTerm(site, batches, question),
    pullTerm(site, batches, question),
    priceTerm(site, batches, question),
  ].filter((term) => term !== undefined);
  const interval = managers[0].table.kubernetes.poll_interval || DEFAULT_POLL_SECONDS;
  const seconds = secondsUntilTaken(managers, question);
  return {
    runner,
    question,
    managers: podsOf(managers),
    terms: [...terms].sort((a, b) => a.allows - b.allows),
    machines: machines.map(({ name, count }) => ({ name, count })),
    usdPerHour: sumOf(machines, 'usdPerHour'),
    autoModeUsdPerHour: sumOf(machines, 'autoModeUsdPerHour'),
    addresses: sumOf(machines, 'addresses'),
    vcpus: sumOf(machines, 'vcpus'),
    apiRequestsPerSecond: question.jobs / interval,
    apiRequestsAtStart: (question.jobs / seconds) * API_REQUESTS_OF_A_START,
    secondsToTake: seconds,
  };
}

function concurrencyTerm(managers: readonly ObservedRunner[], { jobs }: BurstQuestion): BurstTerm {
  const each = managers.map(concurrencyOfEach);
  const most = Math.max(...each);
  const pods = podsOf(managers);
  const isAlike = each.every((one) => one === each[0]);
  return {
    name: 'manager concurrency',
    allows: managers.reduce((sum, one) => sum + concurrencyOf(one), 0),
    because: isAlike
      ? `${pods} x ${each[0]} jobs`
      : managers
          .map((one, index) => `${one.replicas} x ${each[index]}`)
          .join(' + ')
          .concat(' jobs'),
    raise: `managers to ${Math.ceil(jobs / most)} of ${most} jobs, or concurrency to ${Math.ceil(jobs / pods)}`,
  };
}

/** Managers that ask for jobs: each pod of a workload is one. */
function podsOf(managers: readonly ObservedRunner[]): number {
  return managers.reduce((sum, { replicas }) => sum + replicas, 0);
}

/** How one manager of a runner asks for jobs. */
export function pickupOf(
  [{ table, config }]: readonly ObservedRunner[],
  requestSeconds: number,
): PickupSettings {
  const check = Number(config.parsed?.check_interval);
  return {
    requestConcurrency: table.request_concurrency || DEFAULT_REQUEST_CONCURRENCY,
    requestSeconds,
    checkSeconds: check > 0 ? check : DEFAULT_CHECK_SECONDS,
  };
}

/** Seconds until all managers together have taken the jobs. */
function secondsUntilTaken(managers: readonly ObservedRunner[], question: BurstQuestion): number {
  const each = Math.ceil(question.jobs / Math.max(podsOf(managers), 1));
  return secondsToTake(each, pickupOf(managers, question.requestSeconds));
}

/** The jobs as Karpenter meets them: all managers of a runner take jobs at once. */
function batchesFor(
  managers: readonly ObservedRunner[],
  { jobs, requestSeconds }: BurstQuestion,
): readonly number[] {
  const pods = Math.max(podsOf(managers), 1);
  const times = secondsOfEach(Math.ceil(jobs / pods), pickupOf(managers, requestSeconds));
  return batchesOf(Array.from({ length: jobs }, (_, index) => times[Math.floor(index / pods)]));
}

function requestTerm(managers: readonly ObservedRunner[], question: BurstQuestion): BurstTerm {
  const { jobs, minutes, requestSeconds } = question;
  const pods = podsOf(managers);
  const settings = pickupOf(managers, requestSeconds);
  const { requestConcurrency, checkSeconds } = settings;
  const seconds = minutes * 60;
  const isEnough = (count: number, check: number) =>
    takesWithin(jobs / pods, seconds, {
      requestConcurrency: count,
      requestSeconds,
      checkSeconds: check,
    });
  const found = [checkSeconds, 1]
    .map((check) => ({ check, count: leastWhere((count) => isEnough(count, check)) }))
    .find(({ count }) => count <= MOST_REQUESTS);
  const each = jobsTakenWithin(seconds, settings);
  const others = [
    ...(found === undefined ? [] : [raisedPickup(found, settings)]),
    ...(each > 0 ? [`managers to ${Math.ceil(jobs / each)}`] : []),
  ];
  return {
    name: 'request rate',
    allows: each * pods,
    because: `up to ${requestConcurrency} requests of ${requestSeconds} s at once for each manager, one more every ${checkSeconds} s, within the ${minutes} minutes of a job`,
    raise: others.join(', or ') || 'nothing: a job ends before the answer to one request',
  };
}

function raisedPickup({ count, check }: { count: number; check: number }, now: PickupSettings): string {
  const faster = `the rate of requests by check_interval = ${check}`;
  if (check === now.checkSeconds) return `requestConcurrency to ${count}`;
  return count > now.requestConcurrency ? `requestConcurrency to ${count} and ${faster}` : faster;
}

/** The least number of requests at once that is enough; more than the most that anybody sets where none is. */
function leastWhere(isEnough: (count: number) => boolean): number {
  let [low, high] = [1, MOST_REQUESTS + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function limitTerm(sites: readonly Site[], { jobs }: BurstQuestion): BurstTerm | undefined {
  const pools = sites.flatMap(({ pool }) => pool ?? []);
  if (pools.length === 0) return undefined;
  const limits = pools.map(({ placement: { pool } }) => `${pool.name}: ${describeLimits(pool.limits)}`);
  return {
    name: 'pool limit',
    allows: pools.reduce((sum, { allows }) => sum + allows, 0),
    because: limits.join('; '),
    raise: `limits of ${pools[0].placement.pool.name} to ${neededLimits(pools[0], Math.ceil(jobs / sites[0].slots))}`,
  };
}

/** The limits that are too low for so many nodes of a type, as they would have to be. */
function neededLimits({ placement: { pool }, type }: PoolLimit, nodes: number): string {
  // Once a node has joined, Karpenter counts what it has; what it expects before is a little less.
  const capacity = { ...capacityOf(pool, type), memoryBytes: type.memoryMib * 1024 ** 2 };
  return Object.entries(pool.limits)
    .map(([resource, text]) => ({ resource, text, needed: nodes * amountOf(resource, capacity) }))
    .filter(({ text, needed }) => toUnits(parseQuantity(text) ?? 0n) < needed)
    .map(({ resource, needed }) => `${resource} ${formatAmount(resource, needed)}`)
    .join(' and ');
}

/** Bytes as gibibytes, the rest as it is. */
function formatAmount(resource: string, amount: number): string {
  return ['memory', 'ephemeral-storage'].includes(resource)
    ? `${Math.ceil(amount / 1024 ** 3)}Gi`
    : `${amount}`;
}

function describeLimits(limits: Readonly<Record<string, string>>): string {
  const parts = Object.entries(limits).map(([resource, limit]) => `${resource} ${limit}`);
  return parts.join(', ') || 'without a limit';
}

function addressTerm(site: Site, batches: Batches, { addresses }: BurstQuestion): BurstTerm | undefined {
  if (addresses === undefined) return undefined;
  const needed = sumOf(machinesFor(site, batches), 'addresses');
  return {
    name: 'subnet addresses',
    allows: jobsWithinBound(site, batches, addresses, 'addresses'),
    because: `${addresses} free; ${fullMachine(site)} takes ${site.machineFor(site.slots).addresses}`,
    raise: `free addresses to ${needed}: larger subnets, more of them, or prefix delegation`,
  };
}

/** Nodes and pods that one cluster is made for. @see https://kubernetes.io/docs/setup/best-practices/cluster-large/ */
export const CLUSTER_SIZE = { nodes: 5_000, pods: 150_000 } as const;

function clusterTerm(site: Site, { jobs }: BurstQuestion): BurstTerm {
  const byNodes = CLUSTER_SIZE.nodes * site.slots;
  const byPods = mostJobs(site, CLUSTER_SIZE.pods, 'pods');
  const allows = Math.min(byNodes, byPods);
  const because =
    byNodes <= byPods
      ? `${CLUSTER_SIZE.nodes} nodes in a cluster; ${fullMachine(site)} is one`
      : `${CLUSTER_SIZE.pods} pods in a cluster; ${fullMachine(site)} has ${site.machineFor(site.slots).pods}`;
  return {
    name: 'cluster size',
    allows,
    because,
    raise: `the number of clusters to ${Math.ceil(jobs / allows)}, with the same tags in each`,
  };
}

function quotaTerm(site: Site, batches: Batches, { vcpus }: BurstQuestion): BurstTerm | undefined {
  if (vcpus === undefined) return undefined;
  return {
    name: 'vCPU quota',
    allows: jobsWithinBound(site, batches, vcpus, 'vcpus'),
    because: `${vcpus} left; ${fullMachine(site)} counts ${site.machineFor(site.slots).vcpus}`,
    raise: `the account's quota of vCPUs to ${sumOf(machinesFor(site, batches), 'vcpus')}`,
  };
}

/** A registry that counts pulls, for example Docker Hub, counts one for each node: the first job on it brings the image. */
function pullTerm(site: Site, batches: Batches, { pulls }: BurstQuestion): BurstTerm | undefined {
  if (pulls === undefined) return undefined;
  return {
    name: 'registry pulls',
    allows: jobsWithinBound(site, batches, pulls, 'pulls'),
    because: `${pulls} left; ${fullMachine(site)} pulls an image once`,
    raise: `the pulls of each image to ${sumOf(machinesFor(site, batches), 'pulls')}: a login, a mirror or a pull-through cache`,
  };
}

function priceTerm(site: Site, batches: Batches, { usdPerHour }: BurstQuestion): BurstTerm | undefined {
  const each = site.machineFor(site.slots).usdPerHour;
  if (usdPerHour === undefined || !Number.isFinite(each)) return undefined;
  const needed = Math.ceil(sumOf(machinesFor(site, batches), 'usdPerHour') * 100 - 1e-9) / 100;
  return {
    name: 'price',
    allows: jobsWithinBound(site, batches, usdPerHour + 1e-9, 'usdPerHour'),
    because: `USD ${usdPerHour} an hour; ${fullMachine(site)} costs ${Number(each.toFixed(4))}`,
    raise: `the budget to USD ${needed.toFixed(2)} an hour, or take Spot`,
  };
}

/** Jobs that come at once, one number for each time that Karpenter plans. */
type Batches = readonly number[];

/** Most jobs whose machines stay within a bound. Of more jobs than are asked for, all that come later fill whole machines. */
function jobsWithinBound(site: Site, batches: Batches, bound: number, what: Counted): number {
  const jobs = batches.reduce((sum, count) => sum + count, 0);
  if (sumOf(machinesFor(site, batches), what) <= bound) return Math.max(jobs, mostJobs(site, bound, what));
  let [low, high] = [0, jobs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (sumOf(machinesFor(site, firstOf(batches, middle)), what) <= bound) low = middle;
    else high = middle;
  }
  return low;
}

/** The batches of the first jobs. */
function firstOf(batches: Batches, jobs: number): Batches {
  let left = jobs;
  return batches.flatMap((count) => {
    const taken = Math.min(count, left);
    left -= taken;
    return taken > 0 ? [taken] : [];
  });
}

/** Most jobs whose machines stay within a bound where all come at once: full ones, and one for as many as the rest of the bound has room for. */
function mostJobs({ slots, machineFor }: Site, bound: number, what: Counted): number {
  const full = Math.floor(bound / machineFor(slots)[what]);
  const left = bound - full * machineFor(slots)[what];
  let rest = slots - 1;
  while (rest > 0 && machineFor(rest)[what] > left) rest--;
  return full * slots + rest;
}

function sumOf(machines: ReturnType<typeof machinesFor>, what: Counted): number {
  return machines.reduce((sum, machine) => sum + machine.count * machine[what], 0);
}

function fullMachine({ slots, machineFor }: Site): string {
  return `a ${machineFor(slots).name} with ${slots === 1 ? '1 job' : `${slots} jobs`}`;
}
