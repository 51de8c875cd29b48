import type { NodePool } from '../cluster/node-pools';
import { type Obstacles, obstaclesOf, type Placement, placement, type Refusal } from '../cluster/placement';
import type { Pod } from '../cluster/pod';
import { normalizeLabel } from '../karpenter/labels';
import type { DaemonSetOverhead } from '../karpenter/node-price';
import type { Conflict } from '../karpenter/requirements';
import { formatTaint } from '../karpenter/taints';
import { nearestName } from '../values/suggest';

/** A pool with all that keeps a pod out of it. */
interface Near extends Obstacles {
  readonly pool: NodePool;
  /** What refuses the pod once nothing else does. */
  readonly rest: Refusal | undefined;
}

/**
 * The pool that the fewest things keep a pod out of, and all that has to change for it; undefined without any pool. Among
 * equals, a taint is nearer than a requirement.
 */
export function nearestPool(
  pod: Pod,
  placements: readonly Placement[],
  daemonSets: DaemonSetOverhead,
): string | undefined {
  const distance = ({ taints, conflicts, rest }: Near) => taints.length + conflicts.length + (rest ? 1 : 0);
  const [nearest] = placements
    .map(({ pool }) => nearOf(pod, pool, daemonSets))
    .sort(
      (a, b) => distance(a) - distance(b) || a.conflicts.length - b.conflicts.length || rank(a) - rank(b),
    );
  if (nearest === undefined) return undefined;
  const { pool, taints, conflicts, rest } = nearest;
  const steps = [
    ...taints.map((taint) => `tolerate ${formatTaint(taint)}`),
    ...conflicts.map((conflict) => labelFix(conflict, pool)),
    ...(rest ? [restFix(rest)] : []),
  ];
  return `nearest is ${pool.name}: ${steps.join('; ')}`;
}

/** What is left once labels and taints agree: size is nearer than what no type has. */
function rank({ rest }: Near): number {
  return ['limit', 'min values', 'size', 'device', 'spread', 'no reservation', 'no type'].indexOf(
    rest?.by ?? 'limit',
  );
}

function nearOf(pod: Pod, pool: NodePool, daemonSets: DaemonSetOverhead): Near {
  const found = obstaclesOf(pod, pool);
  const gone = new Set(found.conflicts.map(({ key }) => key));
  const agreeing: Pod = {
    ...pod,
    tolerations: [{ operator: 'Exists' }],
    selections: pod.selections.map(({ nodeSelector = {}, requiredNodeAffinity = [] }) => ({
      nodeSelector: Object.fromEntries(
        Object.entries(nodeSelector).filter(([key]) => !gone.has(normalizeLabel(key))),
      ),
      requiredNodeAffinity: requiredNodeAffinity.filter(({ key }) => !gone.has(normalizeLabel(key))),
    })),
  };
  return { pool, ...found, rest: placement(agreeing, pool, daemonSets).refusal };
}

function restFix(refusal: Refusal): string {
  if (refusal.by === 'size') return 'lower the request';
  if (refusal.by === 'limit') return 'raise its limits';
  if (refusal.by === 'device') return `let it have instance families with ${refusal.device}`;
  if (refusal.by === 'spread') return `spread it over another label, for example topology.kubernetes.io/zone`;
  if (refusal.by === 'no reservation') return 'let its class select reservations, or add on-demand';
  if (refusal.by === 'min values')
    return `lower minValues of ${refusal.shortage.key}, or let the pod have more types`;
  return 'widen its requirements';
}

function labelFix({ key, rule, pool: promised }: Conflict, pool: NodePool): string {
  if (rule !== 'undefined-label') return `select ${key} as the pool has it (${promised})`;
  const near = currentName(key, pool) ?? nearestName(key, pool.wellKnown);
  return near && near !== key
    ? `the label is ${near}`
    : `give the pool the label ${key}, or drop it from the selector`;
}

const DOMAINS = ['karpenter.k8s.aws/', 'eks.amazonaws.com/'];

/** What Karpenter's label is called on nodes of Auto Mode, and the other way round. */
function currentName(key: string, { wellKnown }: NodePool): string | undefined {
  const [domain] = DOMAINS.filter((one) => key.startsWith(one));
  if (domain === undefined) return undefined;
  return DOMAINS.map((one) => key.replace(domain, one)).find((one) => wellKnown.has(one));
}
