import { landing, type ObservedRunner, type Subject } from '../checks/check';
import { concurrencyOf } from '../checks/enough';
import { nodeOf } from '../checks/node-pools';
import type { Placement } from '../checks/placement';
import { fargateUsdPerMinute, formatFargate } from '../fargate/sizes';
import type { InstanceType } from '../karpenter/instance-types';
import { type DaemonSetOverhead, type PodRequests, slots } from '../karpenter/node-price';
import { parseQuantity, toUnits } from '../values/quantity';
import { jobsTakenWithin } from './pickup';

/** What the runner takes for keys that are not set. @see https://docs.gitlab.com/runner/executors/kubernetes/ */
const DEFAULT_POLL_SECONDS = 3;
const DEFAULT_REQUEST_CONCURRENCY = 1;

/** What a plan is asked for. */
export interface BurstQuestion {
  /** Jobs that shall run at once. */
  readonly jobs: number;
  /** Minutes that such a job takes. A job that ends before the last one is taken makes room, but does not run beside it. */
  readonly minutes: number;
  /** Seconds from a request for a job to its answer. */
  readonly requestSeconds: number;
  /** Free addresses of the subnets; undefined where nobody said. */
  readonly addresses?: number;
  /** Most that an hour of such jobs may cost, US dollars; undefined where nobody said. */
  readonly usdPerHour?: number;
}

/** One thing that limits how many jobs run at once. */
export interface BurstTerm {
  readonly name: 'manager concurrency' | 'request rate' | 'pool limit' | 'subnet addresses' | 'price';
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
  /** Nodes, or machines of Fargate. */
  readonly machines: number;
  readonly machine: string;
  readonly usdPerHour: number;
  /** Addresses that nodes and pods take. */
  readonly addresses: number;
  /** Requests a second to the Kubernetes API, for the state of pods alone. */
  readonly apiRequestsPerSecond: number;
}

/** Where jobs run, on nodes of the type that is cheapest for them, or each on a machine of Fargate. */
interface Site {
  /** Type of node, or size on Fargate. */
  readonly machine: string;
  /** Jobs on one machine. */
  readonly slots: number;
  readonly usdPerHour: number;
  /** Addresses that one machine takes. */
  readonly addresses: number;
  /** Undefined on Fargate, which has no limit that a manifest tells. */
  readonly pool:
    | { readonly placement: Placement; readonly type: InstanceType; readonly allows: number }
    | undefined;
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
  const machines = Math.ceil(question.jobs / site.slots);
  const terms = [
    concurrencyTerm(managers, question),
    requestTerm(managers, question),
    limitTerm(sites, question),
    addressTerm(site, question),
    priceTerm(site, question),
  ].filter((term) => term !== undefined);
  const interval = managers[0].table.kubernetes.poll_interval || DEFAULT_POLL_SECONDS;
  return {
    runner,
    question,
    managers: managers.length,
    terms: [...terms].sort((a, b) => a.allows - b.allows),
    machines,
    machine: site.machine,
    usdPerHour: machines * site.usdPerHour,
    addresses: machines * site.addresses,
    apiRequestsPerSecond: question.jobs / interval,
  };
}

/** Where jobs of the default size may run, the pool of the highest weight first. */
function sitesOf({ job }: ObservedRunner, { settings }: Subject): readonly Site[] {
  if (job?.fargate?.size) {
    const usdPerHour = fargateUsdPerMinute(job.fargate.size) * 60;
    const machine = formatFargate(job.fargate.size);
    return [{ machine, slots: 1, usdPerHour, addresses: 1, pool: undefined }];
  }
  return landing(job).flatMap((placement) => {
    const type = placement.packed?.type;
    if (type === undefined || !job) return [];
    const { requests } = job.pod;
    const fitting = slots(nodeOf(placement.pool, type), settings.daemonSets, requests);
    return [
      {
        machine: type.name,
        slots: fitting,
        usdPerHour: type.onDemandUsdPerHour ?? Number.NaN,
        addresses: addressesOf(type, fitting + Math.max(settings.daemonSets.pods - 2, 0)),
        pool: { placement, type, allows: withinLimits(placement, requests, settings.daemonSets) },
      },
    ];
  });
}

function concurrencyTerm(managers: readonly ObservedRunner[], { jobs }: BurstQuestion): BurstTerm {
  const each = managers.map(concurrencyOf);
  const allows = each.reduce((sum, one) => sum + one, 0);
  const needed = Math.ceil(jobs / Math.max(...each));
  return {
    name: 'manager concurrency',
    allows,
    because: `${managers.length} x ${each[0]} jobs`,
    raise: `managers to ${needed} of ${each[0]} jobs, or concurrency to ${Math.ceil(jobs / managers.length)}`,
  };
}

function requestTerm(managers: readonly ObservedRunner[], question: BurstQuestion): BurstTerm {
  const { jobs, minutes, requestSeconds } = question;
  const requestConcurrency = managers[0].table.request_concurrency || DEFAULT_REQUEST_CONCURRENCY;
  const within = (count: number) =>
    jobsTakenWithin(minutes * 60, jobs, { requestConcurrency: count, requestSeconds }) * managers.length;
  const enough = Array.from({ length: 100 }, (_, index) => index + 1).find((count) => within(count) >= jobs);
  return {
    name: 'request rate',
    allows: within(requestConcurrency),
    because: `${requestConcurrency} requests of ${requestSeconds} s at once for each manager, within the ${minutes} minutes of a job`,
    raise: enough === undefined ? 'managers' : `requestConcurrency to ${enough}, or managers`,
  };
}

function limitTerm(sites: readonly Site[], { jobs }: BurstQuestion): BurstTerm | undefined {
  const pools = sites.flatMap(({ pool }) => pool ?? []);
  if (pools.length === 0) return undefined;
  const [{ placement, type }] = pools;
  const nodes = Math.ceil(jobs / sites[0].slots);
  const limits = pools.map(({ placement: { pool } }) => `${pool.name}: ${describeLimits(pool.limits)}`);
  return {
    name: 'pool limit',
    allows: pools.reduce((sum, { allows }) => sum + allows, 0),
    because: limits.join('; '),
    raise: `limits of ${placement.pool.name} to cpu ${nodes * type.vcpu} and memory ${Math.ceil((nodes * type.memoryMib) / 1024)}Gi`,
  };
}

function describeLimits(limits: Readonly<Record<string, string>>): string {
  const parts = Object.entries(limits).map(([resource, limit]) => `${resource} ${limit}`);
  return parts.join(', ') || 'without a limit';
}

/** Jobs on the nodes that the limits of a pool allow, of the type that makes the most of them. */
function withinLimits(
  { pool, types }: Placement,
  requests: PodRequests,
  daemonSets: DaemonSetOverhead,
): number {
  const { cpu, memory, nodes = 'Infinity' } = pool.limits;
  const most = (limit: string | undefined, each: number) =>
    limit === undefined ? Infinity : toUnits(parseQuantity(limit) ?? 0n) / each;
  const counts = types.map((type) => {
    const fitting = Math.min(most(cpu, type.vcpu), most(memory, type.memoryMib * 1024 ** 2), Number(nodes));
    return Math.floor(fitting) * slots(nodeOf(pool, type), daemonSets, requests);
  });
  return Math.max(0, ...counts);
}

function addressTerm(site: Site, { addresses, jobs }: BurstQuestion): BurstTerm | undefined {
  if (addresses === undefined) return undefined;
  return {
    name: 'subnet addresses',
    allows: Math.floor(addresses / site.addresses) * site.slots,
    because: `${addresses} free; ${withJobs(site)} takes ${site.addresses}`,
    raise: `free addresses to ${Math.ceil(jobs / site.slots) * site.addresses}: larger subnets, more of them, or prefix delegation`,
  };
}

function priceTerm(site: Site, { usdPerHour, jobs }: BurstQuestion): BurstTerm | undefined {
  if (usdPerHour === undefined || Number.isNaN(site.usdPerHour)) return undefined;
  const needed = Math.ceil(Math.ceil(jobs / site.slots) * site.usdPerHour * 100) / 100;
  return {
    name: 'price',
    allows: Math.floor(usdPerHour / site.usdPerHour + 1e-9) * site.slots,
    because: `USD ${usdPerHour} an hour; ${withJobs(site)} costs ${Number(site.usdPerHour.toFixed(4))}`,
    raise: `the budget to USD ${needed.toFixed(2)} an hour, or take Spot`,
  };
}

function withJobs({ machine, slots: each }: Site): string {
  return `a ${machine} with ${each === 1 ? '1 job' : `${each} jobs`}`;
}

/**
 * Addresses that a node with so many pods of their own address takes with the defaults of the VPC CNI: whole network
 * interfaces, and one more in reserve (WARM_ENI_TARGET 1).
 * @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md
 */
function addressesOf({ enis, ipv4PerEni }: InstanceType, pods: number): number {
  const interfaces = Math.ceil(pods / (ipv4PerEni - 1)) + 1;
  return Math.min(interfaces, enis) * ipv4PerEni;
}
