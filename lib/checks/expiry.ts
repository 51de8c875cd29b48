import { closedBudgetsOf } from '../cluster/disruption-budgets';
import { hasJobBudget } from '../cluster/job-budgets';
import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { nodeLife } from '../karpenter/node-life';
import { parseDuration } from '../values/duration';
import { at, fieldsOf, textsOf } from '../values/record';
import type { Finding } from './finding';

/** What can be wrong with the life of nodes, as part of `in-time`. */
export const EXPIRY_RULES = {
  'expiry-kills': 'nodes expire before an ordinary job is done',
  'expiry-evicts': 'nodes expire under jobs that nothing protects',
  'endless-expiry': 'nodes that expire may drain without an end',
} as const;

type ExpiryProblem = readonly [keyof typeof EXPIRY_RULES, Omit<Finding, 'id'>];

/** Less than this, and a node has expired before its first job is done. */
const SHORTEST_LIFE_SECONDS = 3600;
/** What Karpenter gives nodes where a pool says nothing. */
const DEFAULT_EXPIRY_SECONDS = 720 * 3600;
const PROTECTION = 'karpenter.sh/do-not-disrupt';

/** What expiry does to jobs and managers: it is forceful, and waits for no budget. */
export function expiryProblems(subject: Subject): readonly ExpiryProblem[] {
  return subject.pools.flatMap((pool) => {
    const expire = nodeLife(pool.template).expireAfter;
    const seconds = parseDuration(expire);
    if (seconds === undefined) return [];
    if (seconds < SHORTEST_LIFE_SECONDS) return [kills(pool, expire)];
    return [...evictions(pool, expire, subject), ...endless(pool, expire, subject)];
  });
}

function kills({ manifest, isAutoMode }: NodePool, expire: string): ExpiryProblem {
  const path = ['spec', 'template', 'spec', 'expireAfter'];
  const why = 'nodes are drained and replaced before an ordinary job is done, again and again';
  const fix = `write at least a few hours${isAutoMode ? '' : ', or Never'}`;
  return ['expiry-kills', { severity: 'error', at: { manifest, path }, found: expire, why, fix }];
}

/**
 * Jobs that an expired node evicts. The default of a month is left to `no-protection`, and so is a pool that consolidates
 * running jobs away before.
 */
function evictions(pool: NodePool, expire: string, { runners, manifests }: Subject): ExpiryProblem[] {
  if ((parseDuration(expire) ?? 0) >= DEFAULT_EXPIRY_SECONDS || consolidates(pool)) return [];
  const hit = runners.filter(
    (runner) => landsOn(pool, runner.job) && !isProtected(runner, { runners, manifests }),
  );
  if (hit.length === 0) return [];
  const names = [...new Set(hit.map(({ name }) => name))].join(', ');
  return [
    [
      'expiry-evicts',
      {
        severity: 'error',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'expireAfter'] },
        found: expire,
        why: `a node that expires evicts the jobs of runner ${names} at once, whatever its budgets say, and they fail`,
        fix: `annotate job pods with ${PROTECTION} = "true"${pool.isAutoMode ? '' : ', or write Never'}`,
      },
    ],
  ];
}

/** Whether a pool removes nodes with running jobs to save money. */
export function consolidates({ manifest }: NodePool): boolean {
  return at(manifest.body, ['spec', 'disruption', 'consolidationPolicy']) !== 'WhenEmpty';
}

/**
 * Whether something keeps job pods from being evicted; how well an annotation does is judged by itself. Pods without a
 * controller are held by a budget that lets none of them go, and the runner can make one for each.
 */
export function isProtected(
  runner: ObservedRunner,
  subject: Pick<Subject, 'manifests' | 'runners'>,
): boolean {
  const { pod_annotations: annotations, pod_disruption_budget: budget } = runner.table.kubernetes;
  if (budget === true || PROTECTION in textsOf(annotations)) return true;
  return hasJobBudget(runner, subject);
}

/** The budgets that hold an expired node without an end. */
export function endlessBudgets(subject: Subject): ReadonlySet<Manifest> {
  const held = subject.pools.filter(expires).flatMap((pool) => heldOn(pool, subject));
  return new Set(held.flatMap(({ budget }) => budget ?? []));
}

function expires({ template }: NodePool): boolean {
  const seconds = parseDuration(nodeLife(template).expireAfter);
  return seconds !== undefined && seconds >= SHORTEST_LIFE_SECONDS;
}

/** Managers that nothing evicts from the nodes of a pool, and by what; none where a grace period ends the wait. */
function heldOn(pool: NodePool, { runners, manifests }: Subject) {
  if (nodeLife(pool.template).terminationGracePeriod !== undefined) return [];
  return runners.flatMap(({ name, manager, managerPlaced }) => {
    const hold = manager && landsOn(pool, managerPlaced) ? holdOf(manager, manifests) : undefined;
    return hold === undefined ? [] : [{ name, ...hold }];
  });
}

/** Managers that nothing evicts hold an expired node as long as they run. Jobs end by themselves, and with them the drain. */
function endless(pool: NodePool, expire: string, subject: Subject): ExpiryProblem[] {
  const held = heldOn(pool, subject);
  if (held.length === 0) return [];
  const isByBudget = held.some(({ budget }) => budget !== undefined);
  const names = [...new Set(held.map(({ name }) => name))];
  const reasons = [...new Set(held.map(({ by }) => by))].join(', ');
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const who =
    names.length === 1 ? `the manager of runner ${names[0]}` : `each manager of runners ${shown.join(', ')}`;
  return [
    [
      'endless-expiry',
      {
        severity: 'error',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'terminationGracePeriod'] },
        found: 'none',
        why: `nodes expire after ${expire}; ${who} (${reasons}) then holds its node, drained and paid, without an end`,
        fix: `${isByBudget ? 'write maxUnavailable: 1 into the budget, and ' : ''}add terminationGracePeriod, at least the longest job`,
      },
    ],
  ];
}

/** What keeps the pods of a Deployment from being evicted, ever; undefined where nothing does. */
function holdOf(
  manager: Manifest,
  manifests: readonly Manifest[],
): { readonly by: string; readonly budget?: Manifest } | undefined {
  const metadata = fieldsOf(at(manager.body, ['spec', 'template', 'metadata']));
  if (textsOf(metadata.annotations)[PROTECTION] === 'true') return { by: PROTECTION };
  const [closed] = closedBudgetsOf(manager, manifests);
  return closed && { by: `PodDisruptionBudget ${closed.manifest.name}`, budget: closed.manifest };
}

function landsOn(pool: NodePool, placed: ObservedRunner['job']): boolean {
  return landing(placed).some((one) => one.pool === pool);
}
