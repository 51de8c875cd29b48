import { landing, type ObservedRunner, type Subject } from '../checks/check';
import { concurrencyOf } from '../checks/enough';
import { nodeOf } from '../checks/node-pools';
import type { Placement } from '../checks/placement';
import type { InstanceType } from '../karpenter/instance-types';
import { type PodRequests, slots } from '../karpenter/node-price';
import { parseQuantity, toUnits } from '../values/quantity';
import { jobsTakenWithin } from './pickup';

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
  readonly nodes: number;
  readonly type: string;
  readonly usdPerHour: number;
  /** Addresses that nodes and pods take. */
  readonly addresses: number;
  /** Requests a second to the Kubernetes API, for the state of pods alone. */
  readonly apiRequestsPerSecond: number;
}

/** Where jobs run: how many fit a node, and what nodes take. */
interface Site {
  readonly placement: Placement;
  readonly type: InstanceType;
  readonly slots: number;
  /** Of one job pod. */
  readonly requests: PodRequests;
}

/** Plans for each runner of a cluster, or for the named one; runners whose jobs land nowhere have none. */
export function planBursts(subject: Subject, question: BurstQuestion, only?: string): readonly BurstPlan[] {
  const names = new Set(
    subject.runners.map(({ name }) => name).filter((name) => only === undefined || name === only),
  );
  return [...names].flatMap((name) => {
    const managers = subject.runners.filter((runner) => runner.name === name);
    const sites = sitesOf(managers[0], subject);
    return sites.length > 0 ? [planOf(name, managers, sites, subject, question)] : [];
  });
}

function planOf(
  runner: string,
  managers: readonly ObservedRunner[],
  sites: readonly Site[],
  subject: Subject,
  question: BurstQuestion,
): BurstPlan {
  const [site] = sites;
  const nodes = Math.ceil(question.jobs / site.slots);
  const hourly = site.type.onDemandUsdPerHour ?? Number.NaN;
  const perNode = addressesOf(site, subject);
  const terms = [
    concurrencyTerm(managers, question),
    requestTerm(managers, question),
    limitTerm(sites, subject, question),
    addressTerm(site, perNode, question),
    priceTerm(site, hourly, question),
  ].filter((term) => term !== undefined);
  const interval = managers[0].table.kubernetes.poll_interval || 3;
  return {
    runner,
    question,
    managers: managers.length,
    terms: [...terms].sort((a, b) => a.allows - b.allows),
    nodes,
    type: site.type.name,
    usdPerHour: nodes * hourly,
    addresses: nodes * perNode,
    apiRequestsPerSecond: question.jobs / interval,
  };
}

/** Where jobs of the default size may run, the pool of the highest weight first, each on the type that is cheapest for it. */
function sitesOf(runner: ObservedRunner, { settings }: Subject): readonly Site[] {
  return landing(runner.job).flatMap((placement) => {
    const type = placement.packed?.type;
    if (type === undefined || !runner.job) return [];
    const { requests } = runner.job.pod;
    return [
      {
        placement,
        type,
        requests,
        slots: slots(nodeOf(placement.pool, type), settings.daemonSets, requests),
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
  const requestConcurrency = managers[0].table.request_concurrency || 1;
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

function limitTerm(sites: readonly Site[], subject: Subject, { jobs }: BurstQuestion): BurstTerm {
  const [{ placement, type, slots: each }] = sites;
  const nodes = Math.ceil(jobs / each);
  const limits = sites.map(({ placement: { pool } }) => `${pool.name}: ${describeLimits(pool.limits)}`);
  return {
    name: 'pool limit',
    allows: sites.reduce((sum, site) => sum + withinLimits(site, subject, jobs), 0),
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
  { placement: { pool, types }, requests }: Site,
  { settings }: Subject,
  jobs: number,
): number {
  const { cpu, memory, nodes = 'Infinity' } = pool.limits;
  if (cpu === undefined && memory === undefined && nodes === 'Infinity') return jobs;
  const most = (limit: string | undefined, each: number) =>
    limit === undefined ? Infinity : toUnits(parseQuantity(limit) ?? 0n) / each;
  const counts = types.map((type) => {
    const fitting = Math.min(most(cpu, type.vcpu), most(memory, type.memoryMib * 1024 ** 2), Number(nodes));
    return Math.floor(fitting) * slots(nodeOf(pool, type), settings.daemonSets, requests);
  });
  return Math.max(0, ...counts);
}

function addressTerm(
  { type, slots: each }: Site,
  perNode: number,
  question: BurstQuestion,
): BurstTerm | undefined {
  const { addresses, jobs } = question;
  if (addresses === undefined) return undefined;
  return {
    name: 'subnet addresses',
    allows: Math.floor(addresses / perNode) * each,
    because: `${addresses} free; a ${type.name} with ${each} jobs takes ${perNode}`,
    raise: `free addresses to ${Math.ceil(jobs / each) * perNode}: larger subnets, more of them, or prefix delegation`,
  };
}

function priceTerm(
  { type, slots: each }: Site,
  hourly: number,
  question: BurstQuestion,
): BurstTerm | undefined {
  const { usdPerHour, jobs } = question;
  if (usdPerHour === undefined || Number.isNaN(hourly)) return undefined;
  return {
    name: 'price',
    allows: Math.floor(usdPerHour / hourly + 1e-9) * each,
    because: `USD ${usdPerHour} an hour; a ${type.name} with ${each} jobs costs ${hourly}`,
    raise: `the budget to USD ${(Math.ceil(jobs / each) * hourly).toFixed(2)} an hour, or take Spot`,
  };
}

/**
 * Addresses that a node takes with the defaults of the VPC CNI: whole network interfaces, and one more in reserve
 * (WARM_ENI_TARGET 1). Two of its pods use the host's network and need none.
 * @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md
 */
function addressesOf({ type, slots: each }: Site, { settings }: Subject): number {
  const pods = each + Math.max(settings.daemonSets.pods - 2, 0);
  const interfaces = Math.ceil(pods / (type.ipv4PerEni - 1)) + 1;
  return Math.min(interfaces, type.enis) * type.ipv4PerEni;
}
