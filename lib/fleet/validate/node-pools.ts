import { formatDuration, parseDuration } from '../../values/duration';
import { SAFE_POOL } from '../defaults';
import type { Faults } from '../fault';
import { classKind, POOL_NAME_MOST } from '../names';
import type { NormalFleet, NormalNodePool } from '../normal-fleet';
import { poolKey } from '../normalise/nodes';
import type { RunnerFleetProps } from '../props/fleet';
import { checkName, checkOneOf } from './fields';
import { checkNodePool } from './node-pool';
import { checkPatches, isPatchable, type Patchable } from './patches';

/** Reports what is wrong with the node pools of a fleet, and with what it says of pools that no runner needs. */
export function validateNodePools(faults: Faults, { said, jobPools, managerPool }: NormalFleet): void {
  checkEntries(faults, said, jobPools);
  const objects = jobPools.map(patchableOf);
  for (const [index, pool] of jobPools.entries()) {
    const place = faults.at(pool.place);
    checkNodePool(place, pool);
    // What all pools inherit may name the object of one.
    const elsewhere = Object.keys(said.nodePoolDefaults?.patches ?? {}).filter(
      (key) =>
        !isPatchable(key, objects[index]) &&
        key.includes('/') &&
        objects.some((one) => isPatchable(key, one)),
    );
    checkPatches(place, pool.said.patches, objects[index], elsewhere);
    checkTermination(place, pool);
  }
  if (managerPool === undefined) return;
  const place = faults.at(managerPool.place);
  checkNodePool(place, managerPool);
  checkPatches(place, managerPool.said.patches, patchableOf(managerPool));
  checkTermination(place, managerPool);
}

/** A pool that patches its class has one of its own, which is called like the pool. */
function patchableOf({ name, compute }: NormalNodePool): Patchable {
  return { NodePool: [name], [classKind(compute)]: [name] };
}

function checkEntries(
  faults: Faults,
  { nodePools: entries = [], existingPools = [] }: RunnerFleetProps,
  jobPools: readonly NormalNodePool[],
): void {
  const wanted = jobPools.map(({ pool, arches, capacity }) => ({ pool, arch: arches[0], capacity }));
  const keys = new Set(wanted.map(poolKey));
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const place = faults.at(`nodePools[${index}]`);
    if (entry.pool !== undefined) checkName(place, 'pool', entry.pool, POOL_NAME_MOST);
    checkOneOf(place, 'arch', entry.arch, ['amd64', 'arm64']);
    checkOneOf(place, 'capacity', entry.capacity, ['spot', 'on-demand']);
    if (entry.pool === 'managers') {
      place.add('pool', 'managers', 'the managers have a pool of their own', 'set managerNodePool instead');
    } else if (existingPools.some(({ pool }) => pool === entry.pool)) {
      const rule = 'existingPools says that someone else manages this pool: nothing of it is rendered';
      place.add('pool', entry.pool, rule, 'leave out one of the two entries');
    } else if (seen.has(poolKey(entry))) {
      const rule = 'the same node pool is described twice';
      place.add('(the whole)', poolText(entry), rule, 'merge the two entries');
    } else if (!keys.has(poolKey(entry))) {
      place.add(
        '(the whole)',
        poolText(entry),
        `no runner uses this pool, architecture and capacity: runners use ${wanted.map(poolText).join(', ')}`,
        'write pool, arch and capacity of one that runners use, or leave the entry out',
      );
    }
    seen.add(poolKey(entry));
  }
}

function poolText({ pool = SAFE_POOL, arch, capacity }: Parameters<typeof poolKey>[0]): string {
  return `${pool} ${arch} ${capacity}`;
}

function checkTermination(faults: Faults, { said, drainSeconds }: NormalNodePool): void {
  const { terminationGracePeriod: period } = said;
  const seconds = period === undefined ? undefined : parseDuration(period);
  if (seconds === undefined || seconds >= drainSeconds) return;
  const needed = formatDuration(drainSeconds);
  faults.add(
    'terminationGracePeriod',
    period,
    `a node that goes would cut jobs off: the runners on it drain for up to ${needed}`,
    `raise it to at least "${needed}", or leave it out`,
  );
}
