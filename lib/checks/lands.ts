import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { formatRefusal, obstacles, type Placement, type Refusal } from '../cluster/placement';
import { WELL_KNOWN_LABELS } from '../karpenter/labels';
import { nearestName } from '../values/suggest';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup('lands', 'Every job pod and every manager matches a node pool.', {
  'no-pools': 'there is no NodePool among the manifests',
  job: 'a job pod matches no pool',
  manager: 'a manager matches no pool',
  'node-group': 'a manager selects a node group, of which nothing is known',
});

/** Every job pod and every manager matches a pool: requirements, template labels and taints. */
export const lands: Check = {
  ...group,
  run: (subject) =>
    subject.runners.flatMap((runner) => [
      ...jobFindings(runner, subject),
      ...(runner.manager && runner.managerPlaced
        ? managerFindings(runner, runner.managerPlaced, subject)
        : []),
    ]),
};

function jobFindings(runner: ObservedRunner, subject: Subject): Finding[] {
  const { job } = runner;
  if (!job || matches(job)) return [];
  const place = { manifest: runner.config.manifest, path: runner.config.path };
  const within = `runners[${runner.index}].kubernetes.node_selector`;
  return [
    finding(whatIsMissing('job', subject), {
      severity: 'error',
      at: { ...place, within },
      ...whyNot(job, subject),
    }),
  ];
}

function managerFindings(runner: ObservedRunner, placed: PlacedPod, subject: Subject): Finding[] {
  if (!runner.manager || matches(placed)) return [];
  // Managers may live on nodes that are no Karpenter pool's; with a selector of ours they can't.
  const selects = placed.pod.selections.some(({ nodeSelector }) =>
    Object.keys(nodeSelector ?? {}).some(isPools),
  );
  const severity = selects ? 'error' : 'warning';
  const path = ['spec', 'template', 'spec', 'nodeSelector'];
  const at = { manifest: runner.manager, path };
  const group = groupOf(placed);
  if (group === undefined)
    return [finding(whatIsMissing('manager', subject), { severity, at, ...whyNot(placed, subject) })];
  const why =
    'it selects nodes of a node group, of which nothing is known here: that it lands and fits is not proved';
  return [finding('node-group', { severity: 'note', at, found: group, why, fix: 'look at the node group' })];
}

/** Labels that only nodes of node groups have. */
const GROUP_LABELS = ['eks.amazonaws.com/nodegroup', 'alpha.eksctl.io/nodegroup-name'];

function groupOf({ pod }: PlacedPod): string | undefined {
  const selected = pod.selections.flatMap(({ nodeSelector }) => Object.entries(nodeSelector ?? {}));
  const [found] = selected.filter(([key]) => GROUP_LABELS.includes(key));
  return found && `${found[0]}: ${found[1]}`;
}

/** Whether Fargate or some pool takes it but for its size or the pool's limits, which the check `fits` judges. */
function matches(placed: PlacedPod): boolean {
  return (
    placed.fargate !== undefined ||
    landing(placed).length > 0 ||
    placed.placements.some(({ refusal }) => refusal?.by === 'size' || refusal?.by === 'limit')
  );
}

/** Without any pool it is the folder that is wrong, not the pod. */
function whatIsMissing<What extends string>(what: What, { pools }: Subject): What | 'no-pools' {
  return pools.length === 0 ? 'no-pools' : what;
}

function isPools(key: string): boolean {
  return key.startsWith('karpenter.') || !WELL_KNOWN_LABELS.has(key);
}

function whyNot(placed: PlacedPod, { pools }: Subject): Pick<Finding, 'found' | 'why' | 'fix'> {
  const title = placed.pod.title;
  if (pools.length === 0) {
    return {
      found: 'no NodePool',
      why: `there is no NodePool that the ${title} could land on`,
      fix: 'check a folder that holds the NodePools too',
    };
  }
  const nearest = nearestOf(placed);
  const refusals = placed.placements.map(
    ({ pool, refusal }) => `${pool.name}: ${refusal && formatRefusal(refusal)}`,
  );
  const shown = refusals.length > 6 ? [...refusals.slice(0, 6), `and ${refusals.length - 6} more`] : refusals;
  return {
    found: `no pool of ${pools.length}`,
    why: `the ${title} stays pending for ever: ${shown.join('; ')}`,
    fix: nearest?.refusal
      ? `nearest is ${nearest.pool.name}: ${fixOf(nearest.refusal)}`
      : 'add a NodePool for it',
  };
}

/** The pool that the fewest things keep the pod out of; among equals, a taint alone is nearer than a requirement. */
function nearestOf({ pod, placements }: PlacedPod): Placement | undefined {
  const order = ['requirement', 'no type', 'device', 'taint', 'size', 'limit'];
  const rank = ({ refusal }: Placement) => order.indexOf(refusal?.by ?? 'requirement');
  return placements
    .map((placement) => ({ placement, distance: obstacles(pod, placement.pool) }))
    .sort((a, b) => a.distance - b.distance || rank(b.placement) - rank(a.placement))[0]?.placement;
}

function fixOf(refusal: Refusal): string {
  if (refusal.by === 'taint') return `tolerate ${refusal.taint}`;
  if (refusal.by === 'no type') return 'widen its requirements';
  if (refusal.by === 'size') return 'lower the request';
  if (refusal.by === 'limit') return 'raise its limits';
  if (refusal.by === 'device') return `let it have instance families with ${refusal.device}`;
  const { key, rule, pool } = refusal.conflict;
  if (rule === 'undefined-label') {
    const near = nearestName(key, WELL_KNOWN_LABELS);
    return near && near !== key
      ? `the label is ${near}`
      : `give the pool the label ${key}, or drop it from the selector`;
  }
  return `select ${key} as the pool has it (${pool})`;
}
