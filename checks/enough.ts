import { formatBinary, formatDecimal, parseQuantity, type Quantity } from '../values/quantity';
import { type Check, landing, type ObservedRunner } from './check';
import { at } from './fields';
import type { Finding } from './finding';
import type { NodePool } from './node-pools';

interface Demand {
  readonly runners: string[];
  jobs: number;
  cpu: Quantity;
  memory: Quantity;
}

/** The pools' limits hold what their runners may start at once. */
export const enough: Check = {
  id: 'enough',
  title: 'The limits of a pool hold the jobs that its runners may start at once.',
  run: ({ runners, pools }) =>
    pools.flatMap((pool) => {
      const usual = poolFindings(pool, demandOn(pool, runners, 'job'), 'error');
      return usual.length > 0 ? usual : poolFindings(pool, demandOn(pool, runners, 'largestJob'), 'warning');
    }),
};

/** Jobs that only this pool can hold, or that it takes first. */
function demandOn(pool: NodePool, runners: readonly ObservedRunner[], size: 'job' | 'largestJob'): Demand {
  const demand: Demand = { runners: [], jobs: 0, cpu: 0n, memory: 0n };
  for (const runner of runners) {
    const placed = runner[size];
    const taken = landing(placed);
    // Where a lower pool takes what this one can't hold, its limit makes jobs dearer, not late.
    if (taken.length !== 1 || taken[0].pool !== pool || !placed) continue;
    const { cpuMilli, memoryBytes } = placed.pod.requests;
    const jobs = concurrencyOf(runner);
    demand.runners.push(runner.name);
    demand.jobs += jobs;
    demand.cpu += BigInt(jobs * cpuMilli) * 1_000_000n;
    demand.memory += BigInt(jobs) * BigInt(memoryBytes) * 1_000_000_000n;
  }
  return demand;
}

/** Most jobs of an entry at once: its own limit, within that of the process, in each replica of its Deployment. */
export function concurrencyOf({ config, table, manager }: ObservedRunner): number {
  const concurrent = wholeNumber(config.parsed?.concurrent) ?? 1;
  const limit = wholeNumber(table.limit) ?? 0;
  const replicas = wholeNumber(at(manager?.body, ['spec', 'replicas']) ?? 1) ?? 1;
  // A manager that is stopped, for want of a token or for a while, is counted as if it ran.
  return (limit > 0 ? Math.min(limit, concurrent) : concurrent) * Math.max(replicas, 1);
}

/** A count as the runner reads it; `config` tells of others. */
function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

function poolFindings(pool: NodePool, demand: Demand, severity: 'error' | 'warning'): Finding[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const text = pool.limits[resource];
    const limit = text === undefined ? undefined : parseQuantity(text);
    const needed = demand[resource];
    if (limit === undefined || demand.jobs === 0 || limit >= needed) return [];
    const share = needed / BigInt(demand.jobs);
    const fitting = share > 0n ? Number(limit / share) : demand.jobs;
    const shown = resource === 'cpu' ? formatDecimal(needed) : formatBinary(needed);
    return [
      {
        rule: 'enough',
        severity,
        manifest: pool.manifest,
        path: ['spec', 'limits', resource],
        found: text ?? '',
        why: `${resource} binds first: ${demand.jobs} jobs at once of ${demand.runners.join(', ')}${severity === 'warning' ? ', each at its ceilings,' : ''} request ${shown}, so that all but about ${fitting} stay pending`,
        fix: `raise the limit to ${shown} and what nodes lose to daemonsets, or lower the concurrency`,
      },
    ];
  });
}
