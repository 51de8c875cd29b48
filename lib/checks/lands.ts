import { fargateProfilesOf, isMadeForFargate } from '../cluster/fargate-profiles';
import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { formatRefusal, type Refusal } from '../cluster/placement';
import { hasEmptyTermsOnly, type Pod } from '../cluster/pod';
import { type UnknownNodes, unknownNodesOf } from '../cluster/unknown-nodes';
import type { Check } from './check';
import type { FieldOfManifest, Finding } from './finding';
import { LANDS_RULES } from './lands-rules';
import { nearestPool } from './nearest-pool';
import { placedByOthers } from './placed-by-others';
import { claimFindings } from './volume-claims';

const { finding, ...group } = LANDS_RULES;

/** Every job pod and every manager matches a pool: requirements, template labels and taints. */
export const lands: Check = {
  ...group,
  run: (subject) => [
    ...subject.runners.flatMap((runner) => [
      ...podFindings('job', runner.job, jobPlace(runner), subject),
      ...(runner.manager
        ? podFindings('manager', runner.managerPlaced, managerPlace(runner.manager), subject)
        : []),
      ...placedByOthers(runner, matches),
      ...claimFindings(runner, subject),
    ]),
    ...subject.pools.flatMap(variablesOfPool),
  ],
};

/** What of a pool something fills in later. */
function variablesOfPool({ manifest, variables }: NodePool): Finding[] {
  if (variables === undefined) return [];
  const { path, open, withDefault } = variables;
  const at = { manifest, path };
  if (open.length === 0) {
    const why = 'its default stands for each of these variables: with another value nothing is proved';
    const fix = RUN_TIME_VALUE.fix;
    return [finding('run-time-value', { severity: 'note', at, found: withDefault.join(', '), why, fix })];
  }
  return [
    finding('run-time-value', {
      severity: 'note',
      notProved: true,
      at,
      found: open.join(', '),
      why: 'this pool has a variable whose value is not here: what it decides about nodes is not proved',
      fix: RUN_TIME_VALUE.fix,
    }),
  ];
}

function jobPlace({ config, index }: ObservedRunner): FieldOfManifest {
  const within = `runners[${index}].kubernetes.node_selector`;
  return { manifest: config.manifest, path: config.path, within };
}

function managerPlace(manifest: Manifest): FieldOfManifest {
  return { manifest, path: ['spec', 'template', 'spec', 'nodeSelector'] };
}

function podFindings(
  what: 'job' | 'manager',
  placed: PlacedPod | undefined,
  at: FieldOfManifest,
  subject: Subject,
): Finding[] {
  const { pools, manifests } = subject;
  if (placed && hasEmptyTermsOnly(placed.spec)) return [emptyTerm(placed, at)];
  if (!placed || matches(placed) || isLeftByProfiles(placed, manifests)) return [];
  if (isPassedOver(placed, pools)) return [passedOver(what, placed.pod, at)];
  const notProved = { severity: 'note', notProved: true, at } as const;
  if (pools.length === 0) return [finding('no-pools', { ...notProved, ...NO_POOLS })];
  const unknown = unknownNodesOf(placed.pod, pools, manifests);
  if (unknown === undefined) return [finding(what, { severity: 'error', at, ...whyNot(placed, subject) })];
  const { by, found } = unknown;
  // The pool has its own finding.
  if (by === 'run-time-value-of-pool') return [];
  if (by === 'run-time-value') return [finding('run-time-value', { ...notProved, found, ...RUN_TIME_VALUE })];
  return [finding('node-group', { ...notProved, found, ...whyUnknown(placed, by, found) })];
}

/** Whether a pod is made for Fargate and no profile here selects it: fargate/not-selected. Without profiles, nodes may take it. */
function isLeftByProfiles({ fargate, pod }: PlacedPod, manifests: Subject['manifests']): boolean {
  return fargate === undefined && isMadeForFargate(pod.labels) && fargateProfilesOf(manifests).length > 0;
}

function emptyTerm({ pod }: PlacedPod, { within, ...at }: FieldOfManifest): Finding {
  return finding('empty-term', {
    severity: 'error',
    at: within === undefined ? at : { ...at, within: within.replace(/node_selector$/, 'affinity') },
    found: 'a term without expressions',
    why: `an empty term matches no node in Kubernetes: the ${pod.title} stays pending, even if Karpenter starts nodes for it`,
    fix: 'write an expression into the term, or remove the affinity',
  });
}

/** Whether Karpenter looks at a pod and leaves it. Without any pool, nothing says that there is a Karpenter. */
function isPassedOver({ fargate, pod }: PlacedPod, pools: readonly NodePool[]): boolean {
  return fargate === undefined && pod.faults.length > 0 && pools.length > 0;
}

/** Names of a host: a manager that selects one means a node that is there already. */
const HOSTS = ['kubernetes.io/hostname', 'matchFields'];

function passedOver(what: 'job' | 'manager', { title, faults }: Pod, at: FieldOfManifest): Finding {
  const isThere = what === 'manager' && faults.every(({ key }) => HOSTS.includes(key));
  const reasons = faults.map(({ key, why }) => `${key}: ${why}`);
  const removable = faults.filter(({ isRemovable }) => isRemovable).map(({ key }) => key);
  return finding('passed-over', {
    severity: isThere ? 'warning' : 'error',
    at,
    found: [...new Set(faults.map(({ key }) => key))].join(', '),
    why: `Karpenter starts no node for the ${title}, whatever else it allows: ${reasons.join('; ')}`,
    fix:
      removable.length > 0
        ? `remove ${removable.join(' and ')}`
        : 'select a well-known label or one of the template of the pool, for example karpenter.sh/nodepool',
  });
}

/** Without any pool it is the folder that is wrong, not the pod. */
const NO_POOLS = {
  found: 'no NodePool',
  why: 'no NodePool is among the manifests: that job pods and managers land and fit is not proved',
  fix: 'check the NodePools too, for example npx runner-fleet check <folder> <folder of NodePools>; if node groups run the pods, look at these',
};

const RUN_TIME_VALUE = {
  why: 'a variable decides where pods land, and its value is not here: that they land and fit is not proved',
  fix: 'check what is rendered with its values',
};

/** Of which nodes nothing is known, and what would say more. */
const UNKNOWN: Readonly<
  Record<
    Exclude<UnknownNodes['by'], 'run-time-value' | 'run-time-value-of-pool'>,
    (found: string, title: string) => [string, string]
  >
> = {
  'missing-class': (_, title) => [
    `the image of the EC2NodeClass decides which build of Windows nodes have, and it is not among the manifests: that the ${title} lands is not proved`,
    'check a folder that holds the EC2NodeClass too',
  ],
  'node-group': (_, title) => [
    `the ${title}; a node group may, of which nothing is known here: that it lands and fits is not proved`,
    'look at the node group',
  ],
  'known-group': (found, title) => [
    `the ${title}, and node group ${found} of the ClusterConfig does by its labels and taints: that it fits is not proved`,
    'look at the size of the node group',
  ],
  'built-in-pool': (found, title) => [
    `the ${title}; ${found}, which EKS Auto Mode brings along, may, and it is not among the manifests: that it lands and fits is not proved`,
    `check that pool too: kubectl get nodepool ${found} --output yaml`,
  ],
  'other-pool': (found, title) => [
    `the ${title}, which is for a NodePool called ${found} that is not here: that it lands and fits is not proved`,
    `check the folder that holds NodePool ${found} too, or name a pool that exists`,
  ],
  'other-nodes': (_, title) => [
    `the ${title}; nodes of a node group or of a pool that is not here may, of which nothing is known here: that it lands and fits is not proved`,
    'check the NodePool that is meant too, or look at the nodes that are',
  ],
};

function whyUnknown({ pod, placements }: PlacedPod, by: keyof typeof UNKNOWN, found: string) {
  const [why, fix] = UNKNOWN[by](found, pod.title);
  const none =
    placements.length === 1
      ? 'the NodePool here does not take'
      : `none of the ${placements.length} NodePools here takes`;
  return { why: by === 'missing-class' ? why : `${none} ${why}`, fix };
}

/** Refusals that the check `fits` judges: the pool would take another size of pod. */
const SIZES: readonly Refusal['by'][] = ['size', 'min values', 'limit'];

/** Whether Fargate or some pool takes it but for its size or the pool's limits, which the check `fits` judges. */
function matches(placed: PlacedPod): boolean {
  return (
    placed.fargate !== undefined ||
    landing(placed).length > 0 ||
    (placed.pod.faults.length === 0 &&
      placed.placements.some(({ refusal }) => refusal !== undefined && SIZES.includes(refusal.by)))
  );
}

function whyNot(placed: PlacedPod, { pools, settings }: Subject): Pick<Finding, 'found' | 'why' | 'fix'> {
  const title = placed.pod.title;
  const refusals = placed.placements.map(
    ({ pool, refusal }) => `${pool.name}: ${refusal && formatRefusal(refusal)}`,
  );
  const shown = refusals.length > 6 ? [...refusals.slice(0, 6), `and ${refusals.length - 6} more`] : refusals;
  return {
    found: `no pool of ${pools.length}`,
    why: `the ${title} stays pending indefinitely: ${shown.join('; ')}`,
    fix: nearestPool(placed.pod, placed.placements, settings.daemonSets) ?? 'add a NodePool for it',
  };
}
