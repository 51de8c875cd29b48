import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner } from '../cluster/observe';
import type { Placement } from '../cluster/placement';
import { jobsWithin, leastOf, nodeLimits } from '../cluster/pool-limits';
import { concurrencyOf } from '../cluster/runners';
import type { DaemonSetOverhead, PodRequests } from '../karpenter/node-price';
import { formatBinary, formatDecimal, parseQuantity, type Quantity, toUnits } from '../values/quantity';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';
import { serviceRoom } from './service-room';

interface Demand {
  readonly runners: string[];
  /** Placement and requests of each runner's jobs, and how many there are. */
  readonly parts: { readonly placement: Placement; readonly requests: PodRequests; readonly jobs: number }[];
  jobs: number;
  cpu: Quantity;
  memory: Quantity;
}

const { finding, ...group } = ruleGroup(
  'limits-suffice',
  'The limits of a pool hold the jobs that its runners may start at once.',
  {
    requests: 'limits below what the jobs of a pool request at once',
    nodes: 'limits below the nodes that the jobs of a pool need at least',
    ceilings: 'limits below what the jobs of a pool need, each at its ceilings',
    'with-services': 'limits below what the jobs of a pool may bring with their services',
    'whole-nodes': 'limits that hold the requests, but not the nodes that Karpenter starts for them',
  },
);

/** The pools' limits hold what their runners may start at once. */
export const limitsSuffice: Check = {
  ...group,
  run: ({ manifests, runners, pools, settings: { daemonSets } }) =>
    pools.flatMap((pool) => {
      const demand = demandOn(pool, runners, 'job');
      const usual = poolFindings(pool, demand, daemonSets, 'error');
      if (usual.length > 0) return usual;
      const ceilings = poolFindings(pool, demandOn(pool, runners, 'largestJob'), daemonSets, 'warning');
      const short = ceilings.length > 0 ? undefined : serviceRoom(pool, runners, manifests);
      return [
        ...packedFindings(pool, demand, daemonSets),
        ...ceilings,
        ...(short ? [finding('with-services', short)] : []),
      ];
    }),
};

/** Jobs that only this pool can hold, or that it takes first. */
function demandOn(pool: NodePool, runners: readonly ObservedRunner[], size: 'job' | 'largestJob'): Demand {
  const demand: Demand = { runners: [], parts: [], jobs: 0, cpu: 0n, memory: 0n };
  for (const runner of runners) {
    const placed = runner[size];
    const taken = landing(placed);
    // Where a lower pool takes what this one can't hold, its limit makes jobs more expensive, not late.
    if (taken.length !== 1 || taken[0].pool !== pool || !placed) continue;
    const { cpuMilli, memoryBytes } = placed.pod.requests;
    const jobs = concurrencyOf(runner);
    demand.runners.push(runner.name);
    demand.parts.push({ placement: taken[0], requests: placed.pod.requests, jobs });
    demand.jobs += jobs;
    demand.cpu += BigInt(jobs * cpuMilli) * 1_000_000n;
    demand.memory += BigInt(jobs) * BigInt(memoryBytes) * 1_000_000_000n;
  }
  return demand;
}

function poolFindings(
  pool: NodePool,
  demand: Demand,
  daemonSets: DaemonSetOverhead,
  severity: 'error' | 'warning',
): Finding[] {
  const names = `${demand.jobs} jobs at once of ${demand.runners.join(', ')}`;
  const who = severity === 'warning' ? `${names}, each at its ceilings,` : names;
  const place = (resource: string) => ({
    severity,
    at: { manifest: pool.manifest, path: ['spec', 'limits', resource] },
    found: pool.limits[resource],
  });
  const isUsual = severity === 'error';
  return [
    ...requestShortages(pool, demand).map(({ resource, needed, fitting }) =>
      finding(isUsual ? 'requests' : 'ceilings', {
        ...place(resource),
        why: `${resource} binds first: ${who} request ${needed}, so that all but about ${fitting} stay pending`,
        fix: `raise the limit to ${needed} and what nodes lose to daemonsets, or lower the concurrency`,
      }),
    ),
    ...nodeShortages(pool, demand, daemonSets).map(({ resource, needed }) =>
      finding(isUsual ? 'nodes' : 'ceilings', {
        ...place(resource),
        why: `the nodes for ${who} come to ${needed} of ${resource} at the least, and Karpenter starts no more than the limit`,
        fix: `raise the limit to ${needed} or more, or lower the concurrency`,
      }),
    ),
  ];
}

/** Jobs of one size on whole nodes: what else a node holds counts, too. */
function packedFindings(
  pool: NodePool,
  { parts, jobs, runners }: Demand,
  daemonSets: DaemonSetOverhead,
): Finding[] {
  const [first] = parts;
  const sizes = new Set(parts.map(({ requests }) => JSON.stringify(requests)));
  if (first === undefined || sizes.size > 1) return [];
  const running = jobsWithin(first.placement, first.requests, daemonSets);
  if (running >= jobs) return [];
  return [
    finding('whole-nodes', {
      severity: 'warning',
      at: { manifest: pool.manifest, path: ['spec', 'limits'] },
      found: Object.entries(pool.limits)
        .map(([resource, limit]) => `${resource} ${limit}`)
        .join(', '),
      why: `limits count whole nodes: of ${jobs} jobs at once of ${runners.join(', ')} about ${running} run, on nodes as Karpenter packs them`,
      fix: `raise the limits: npx runner-fleet plan <folder> --jobs ${jobs} says to what`,
    }),
  ];
}

/** Limits of what pods request. */
function requestShortages(
  pool: NodePool,
  demand: Demand,
): { resource: string; needed: string; fitting: number }[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const limit = parseQuantity(pool.limits[resource] ?? '');
    const needed = demand[resource];
    if (limit === undefined || demand.jobs === 0 || limit >= needed) return [];
    const share = needed / BigInt(demand.jobs);
    const fitting = share > 0n ? Number(limit / share) : demand.jobs;
    const shown = resource === 'cpu' ? formatDecimal(needed) : formatBinary(needed);
    return [{ resource, needed: shown, fitting }];
  });
}

/**
 * Limits that count what comes with nodes: their number, pods, disks and devices. Where every job holds a device, the CPUs and
 * memory of whole nodes too, since what is left of a node without a free device is of no use to another job.
 */
function nodeShortages(
  pool: NodePool,
  demand: Demand,
  daemonSets: DaemonSetOverhead,
): { resource: string; needed: string }[] {
  const { parts } = demand;
  const told = requestShortages(pool, demand).map(({ resource }) => resource);
  const holdDevices = parts.every(({ requests }) => Object.keys(requests.extended ?? {}).length > 0);
  const limits = holdDevices ? pool.limits : nodeLimits(pool.limits);
  return Object.entries(limits).flatMap(([resource, text]) => {
    const limit = told.includes(resource) ? undefined : parseQuantity(text);
    const needed = parts.reduce(
      (sum, { placement, jobs, requests }) => sum + leastOf(resource, placement, jobs, requests, daemonSets),
      0,
    );
    if (limit === undefined || toUnits(limit) >= needed) return [];
    const isBytes = ['memory', 'ephemeral-storage'].includes(resource);
    return [{ resource, needed: isBytes ? `${Math.ceil(needed / 1024 ** 3)}Gi` : `${needed}` }];
  });
}
