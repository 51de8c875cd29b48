import { displayName } from '../../cluster/manifest';
import { namespaceOfJobs } from '../../cluster/namespaces';
import type { NodePool } from '../../cluster/node-pools';
import { landing, type ObservedRunner, type Subject } from '../../cluster/observe';
import { fleetOf, type SharedKind, type SharedThing, sharedBetweenFleets } from '../../cluster/tiers';
import { privilegedBy } from '../../gitlab-runner/executor/privileged';
import type { Comparison, Impact, Rule } from '../rule';
import { runnerPairs } from './runner-pairs';

/** Tiers of trust that were apart. */
export const tiersJoined: Rule = {
  id: 'tiers-joined',
  title: 'Fleets, namespaces and managers that were apart now share what a job reaches another one by.',
  run: (comparison) => [...fleetImpacts(comparison), ...leftFleets(comparison), ...nodeImpacts(comparison)],
};

const KINDS: Readonly<Record<SharedKind, string>> = {
  nodes: 'the nodes of',
  namespace: 'the namespace',
  cache: 'the cache',
  'service-account': 'the service account',
  role: 'the IAM role',
  token: 'the token',
};

function fleetImpacts({ before, after }: Comparison): Impact[] {
  return Object.keys(KINDS).flatMap((name) => {
    const kind = name as SharedKind;
    const known = new Set(sharedBetweenFleets(before, kind).map(keyOf));
    return sharedBetweenFleets(after, kind)
      .filter((shared) => !known.has(keyOf(shared)))
      .map(({ value, runner, owner }) => ({
        id: 'tiers-joined',
        weight: 'security' as const,
        object: displayName(runner.config.manifest),
        what: `${owner.name} of fleet ${fleetOf(owner)} and ${runner.name} of fleet ${fleetOf(runner)} share ${KINDS[kind]} ${value}.`,
        why: 'Fleets of one cluster are tiers of trust.',
      }));
  });
}

function keyOf({ kind, value, runner, owner }: SharedThing): string {
  return [kind, value, ...[fleetOf(runner), fleetOf(owner)].sort()].join(' ');
}

/** Runners whose labels no longer say which fleet they are of: nothing is proved of them then. */
function leftFleets(comparison: Comparison): Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const [old, now] = [before && fleetOf(before), fleetOf(after)];
    if (old === undefined || old === now) return [];
    const what = `The runner is of ${now === undefined ? 'no fleet' : `fleet ${now}`}, before of fleet ${old}.`;
    const why = 'By its labels it is kept apart from other fleets, and judged as what was rendered.';
    return [
      { id: 'tiers-joined', weight: 'security', object: displayName(after.config.manifest), what, why },
    ];
  });
}

/** Pods of two kinds that may now meet on a node. */
function nodeImpacts({ before, after }: Comparison): Impact[] {
  if (before.runners.length === 0 || before.pools.length === 0) return [];
  const known = meetings(before);
  return [...meetings(after)]
    .filter(([pair]) => !known.has(pair))
    .map(([pair, pool]) => ({
      id: 'tiers-joined',
      weight: 'security' as const,
      object: `NodePool/${pool}`,
      what: `${pair[0].toUpperCase()}${pair.slice(1)} may share nodes.`,
      why: 'Whoever breaks out of a container has the pods of the others on its node, and the tokens of managers.',
    }));
}

/** Kinds of pods that land on one pool, in pairs, with the first pool of each. */
function meetings({ pools, runners }: Subject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pool of pools) {
    const sorted = [...kindsOn(pool, runners)].sort();
    for (const [index, one] of sorted.entries())
      for (const other of sorted.slice(index + 1))
        if (!found.has(`${one} and ${other}`)) found.set(`${one} and ${other}`, pool.name);
  }
  return found;
}

function kindsOn(pool: NodePool, runners: readonly ObservedRunner[]): ReadonlySet<string> {
  const lands = (runner: ObservedRunner, role: 'job' | 'managerPlaced') =>
    landing(runner[role]).some((one) => one.pool === pool);
  const jobs = runners.filter((runner) => lands(runner, 'job'));
  const own = [
    ...jobs.map((runner) => `jobs of ${namespaceOfJobs(runner)}`),
    ...jobs.filter(({ table }) => privilegedBy(table.kubernetes) !== undefined).map(() => 'privileged jobs'),
    ...(runners.some((runner) => lands(runner, 'managerPlaced')) ? ['managers'] : []),
  ];
  const isOpen = own.length > 0 && pool.taints.every(({ effect }) => effect === 'PreferNoSchedule');
  return new Set([...own, ...(isOpen ? ['any pod of the cluster'] : [])]);
}
