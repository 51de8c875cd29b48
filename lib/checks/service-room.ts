import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner } from '../cluster/observe';
import { mostServices } from '../cluster/pod-bounds';
import { concurrencyOf } from '../cluster/runners';
import type { KubernetesTable } from '../gitlab-runner/config/toml';
import { servicesOf } from '../gitlab-runner/executor/job-services';
import { largestJobRequest } from '../gitlab-runner/executor/largest-request';
import type { Problem } from '../problem';
import { formatBinary, formatDecimal, parseQuantity } from '../values/quantity';
import type { FieldOfManifest } from './finding';

/** Services of a job itself, where the config has some for every job. */
function ownServices(kubernetes: KubernetesTable, services: number): number {
  return Math.max(0, services - servicesOf(kubernetes, {}).length);
}

/** Shortage that is not worth a note: that all jobs at once bring as many services as admission lets in is rare. */
const TOLERATED_PERCENT = 5n;

/**
 * Jobs with as many services as admission lets in, each at its ceilings, and limits that hold fewer of them than may start at
 * once. Nothing where some runner's services are not bounded: then nothing is proved of them.
 */
export function serviceRoom(
  pool: NodePool,
  runners: readonly ObservedRunner[],
  manifests: readonly Manifest[],
): Omit<Problem<FieldOfManifest>, 'id'> | undefined {
  const own = runners.filter(({ largestJob }) => {
    const landed = landing(largestJob);
    return landed.length === 1 && landed[0].pool === pool;
  });
  const parts = own.map((runner) => ({
    jobs: concurrencyOf(runner),
    services: mostServices(runner, manifests),
    kubernetes: runner.table.kubernetes,
  }));
  const bounded = parts.flatMap(({ services, ...part }) =>
    services === undefined ? [] : [{ ...part, services }],
  );
  if (bounded.length < parts.length) return undefined;
  const short = (['cpu', 'memory'] as const).flatMap((resource) => {
    const limit = parseQuantity(pool.limits[resource] ?? '');
    const needed = bounded.reduce(
      (all, { jobs, services, kubernetes }) =>
        all + BigInt(jobs) * largestJobRequest(kubernetes, ownServices(kubernetes, services))[resource],
      0n,
    );
    if (limit === undefined || needed * (100n - TOLERATED_PERCENT) <= limit * 100n) return [];
    return [{ resource, needed: resource === 'cpu' ? formatDecimal(needed) : formatBinary(needed) }];
  });
  if (short.length === 0) return undefined;
  const names = [...new Set(own.map(({ name }) => name))].join(', ');
  const most = Math.max(...bounded.map(({ services }) => services));
  const amounts = short.map(({ resource, needed }) => `${needed} of ${resource}`).join(' and ');
  return {
    severity: 'note',
    at: { manifest: pool.manifest, path: ['spec', 'limits', short[0].resource] },
    found: short.map(({ resource }) => `${resource} ${pool.limits[resource]}`).join(', '),
    why: `admission lets a job of ${names} have up to ${most} services, and all jobs at once with as many come to ${amounts}: some would take the room of others, which stay pending`,
    fix: `raise the limits to ${amounts}, let in fewer services (maxServices), or give runners of another size a namespace of their own`,
  };
}
