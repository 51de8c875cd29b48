import type { Manifest } from '../cluster/manifest';
import { valuesOf } from '../cluster/min-values';
import { hasOpenVariables, type NodePool } from '../cluster/node-pools';
import type { PlacedPod, Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { obstacles, type Placement } from '../cluster/placement';
import { AUTO_MODE_DISK } from '../karpenter/auto-mode';
import { OS_LABEL } from '../karpenter/labels';
import type { Requirement } from '../karpenter/requirement';
import { cronFault } from '../values/cron';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { holdsVariable } from '../values/run-time-variable';
import { nearestName } from '../values/suggest';
import { classMixOf, isForeign } from './auto-mode-classes';
import type { Check } from './check';
import type { Finding } from './finding';
import { classUseFindings } from './node-class-use';
import { POOLS_USABLE_RULES } from './pools-usable-rules';
import { correctionOf, culpritsOf, ec2Has, formatDemand } from './requirement-values';

const { finding, ...group } = POOLS_USABLE_RULES;

/** No requirement is dead, no pool out of reach, no schedule unreadable. */
export const poolsUsable: Check = {
  ...group,
  run: (subject) => [
    ...subject.pools.flatMap((pool) => [
      ...emptyFindings(pool),
      ...deadValueFindings(pool),
      ...scheduleFindings(pool),
      ...classFindings(pool, subject),
      ...latestFindings(pool),
      ...windowsFindings(pool),
      ...staticFindings(pool),
      ...minValuesFindings(pool),
      ...startupTaintFindings(pool),
      ...reachFindings(pool, subject),
    ]),
    ...classUseFindings(subject),
  ],
};

const REQUIREMENTS = ['spec', 'template', 'spec', 'requirements'];

function emptyFindings(pool: NodePool): Finding[] {
  // What a variable will say is not known.
  if (pool.types.length > 0 || hasOpenVariables(pool)) return [];
  const culprits = culpritsOf(pool);
  const [alone] = culprits;
  const index = culprits.length === 1 ? pool.expressions.findIndex(({ key }) => key === alone.key) : -1;
  // auto-mode/foreign-label says more.
  if (alone !== undefined && culprits.length === 1 && isForeign(pool, alone.key)) return [];
  const values = [...(alone?.values ?? [])];
  const near = culprits.length === 1 && !alone.complement ? nearOf(pool, alone.key, values) : undefined;
  return [
    finding('no-type', {
      severity: 'error',
      at: { manifest: pool.manifest, path: index < 0 ? REQUIREMENTS : [...REQUIREMENTS, index] },
      found: 'no type',
      why: `no ${pool.isAutoMode ? 'instance type of EKS Auto Mode' : 'EC2 instance type'} meets ${formatCulprits(pool, culprits)}: the pool never starts a node`,
      fix: near ?? (culprits.length > 1 ? 'widen one of the two' : 'widen the requirements'),
    }),
  ];
}

/** What rules out all types, in words, and whether only EKS Auto Mode does. */
function formatCulprits({ isAutoMode }: NodePool, culprits: readonly Requirement[]): string {
  if (culprits.length === 0) return 'all requirements';
  const both = culprits.length > 1 ? 'both ' : '';
  const isElsewhere = isAutoMode && culprits.length === 1 && ec2Has(culprits[0]);
  return `${both}${culprits.map(formatDemand).join(' and ')}${isElsewhere ? ', although EC2 has such types' : ''}`;
}

/** The first correction that there is for one of the values. */
function nearOf(
  pool: NodePool,
  key: string,
  values: readonly string[],
  all: readonly string[] = values,
): string | undefined {
  const listed = new Set(all);
  return values
    .map((value) => correctionOf(pool, key, value, listed))
    .find((correction) => correction !== undefined);
}

/** Values of an In that no type has together with the other requirements. */
function deadValueFindings(pool: NodePool): Finding[] {
  if (pool.types.length === 0) return [];
  return pool.expressions.flatMap((expression, index) => {
    if (expression.operator !== 'In' || (expression.values ?? []).length < 2) return [];
    const dead = (expression.values ?? []).filter(
      (value) => !isAlive(pool, index, value) && !holdsVariable(value),
    );
    if (dead.length === 0) return [];
    const near = nearOf(pool, expression.key, dead, expression.values);
    return [
      finding('dead-value', {
        severity: 'warning',
        at: { manifest: pool.manifest, path: [...REQUIREMENTS, index, 'values'] },
        found: dead.join(', '),
        why: `no instance type${pool.isAutoMode ? ' of EKS Auto Mode' : ''} has ${expression.key} of ${dead.join(' or ')} together with the other requirements`,
        fix: near ?? 'remove what can not match, or widen the other requirements',
      }),
    ];
  });
}

/** The types of a pool meet all of its requirements, so that a value is alive where one of them has it. */
function isAlive({ types, expressions }: NodePool, index: number, value: string): boolean {
  const { key } = expressions[index];
  const known = types.filter(({ labels }) => labels[key] !== undefined);
  return known.length === 0 || known.some(({ labels }) => labels[key] === value);
}

function scheduleFindings(pool: NodePool): Finding[] {
  const path = ['spec', 'disruption', 'budgets'];
  const budgets = listOf(at(pool.manifest.body, path)).map(fieldsOf);
  const unreadable = budgets.flatMap((budget, index) => {
    const schedule = textOf(budget.schedule);
    const fault = schedule === undefined ? undefined : cronFault(schedule);
    if (fault === undefined) return [];
    const why = `${fault}; Karpenter then allows no disruption of this pool at all`;
    return [
      finding('schedule', {
        severity: 'error',
        at: { manifest: pool.manifest, path: [...path, index, 'schedule'] },
        found: schedule ?? '',
        why,
        fix: 'write five fields, for example "0 8 * * mon-fri"',
      }),
    ];
  });
  const unscheduled = budgets.length === 0 || budgets.some(({ schedule }) => schedule === undefined);
  if (unscheduled) return unreadable;
  const why = 'outside of its window a scheduled budget allows any number of disruptions at once';
  return [
    ...unreadable,
    finding('scheduled-budgets-alone', {
      severity: 'warning',
      at: { manifest: pool.manifest, path },
      found: 'scheduled budgets alone',
      why,
      fix: 'add one without a schedule',
    }),
  ];
}

/** Classes of Karpenter's AWS provider, and of EKS Auto Mode. */
const CLASS_KINDS = ['karpenter.k8s.aws/EC2NodeClass', 'eks.amazonaws.com/NodeClass'];

function classFindings(pool: NodePool, { manifests }: Subject): Finding[] {
  const { apiVersion, kind, group = apiVersion?.split('/')[0] } = textsOf(pool.template.nodeClassRef);
  if (classMixOf(pool, manifests) !== undefined) return [];
  // A reference without them, or with a version in the group, is one that `schema` has found already.
  if (group === undefined || kind === undefined || group.includes('/')) return [];
  if (CLASS_KINDS.includes(`${group}/${kind}`))
    return [...(pool.isAutoMode ? [autoModeNote(pool)] : []), ...missingClass(pool, manifests)];
  return [
    finding('unknown-class', {
      severity: 'error',
      at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'nodeClassRef'] },
      found: `${group}/${kind}`,
      why: 'no Karpenter for EKS knows this class: the pool never starts a node',
      fix: 'write group karpenter.k8s.aws and kind EC2NodeClass',
    }),
  ];
}

/** Where no class is here at all, they are kept elsewhere. Besides others, a name that is almost one of theirs is a typo. */
function missingClass(
  { manifest, nodeClass, template, isAutoMode }: NodePool,
  manifests: readonly Manifest[],
): Finding[] {
  const { name = '', kind = '' } = textsOf(template.nodeClassRef);
  // An empty name is refused by the definition of the kind. EKS makes the default class of Auto Mode itself.
  if (nodeClass || name === '' || (isAutoMode && name === 'default')) return [];
  const known = ofKind(manifests, kind).map((one) => one.name);
  const near = nearestName(name, known);
  const at = { manifest, path: ['spec', 'template', 'spec', 'nodeClassRef', 'name'] };
  if (near !== undefined) {
    const why = `no ${kind} here has this name, and ${near} has almost the same: without its class the pool starts no node`;
    return [
      finding('missing-class', {
        severity: 'error',
        at,
        found: name,
        why,
        fix: `write ${near}, or add the class`,
      }),
    ];
  }
  const taken = isAutoMode
    ? `the disk of its nodes is taken as ${AUTO_MODE_DISK}`
    : 'disk, pods and system of its nodes are taken as those of AL2023 with 20Gi';
  const why = `its ${kind} is not among the manifests: ${taken}`;
  const severity = known.length === 0 ? 'note' : 'warning';
  const fix = 'check a folder that holds it too';
  return [finding('missing-class', { severity, notProved: true, at, found: name, why, fix })];
}

/** Prices of the catalogue are those of Linux. */
function windowsFindings({ manifest, types }: NodePool): Finding[] {
  if (types.length === 0 || types.some(({ labels }) => labels[OS_LABEL] !== 'windows')) return [];
  const at = { manifest, path: REQUIREMENTS };
  const why =
    'prices here are those of Linux, by which Karpenter chooses too: the licence of Windows comes on top';
  return [
    finding('windows-price', {
      severity: 'note',
      at,
      found: 'windows',
      why,
      fix: 'add it where costs are counted',
    }),
  ];
}

/** What of EKS Auto Mode is not proved. */
function autoModeNote({ manifest }: NodePool): Finding {
  const why =
    'EKS Auto Mode starts its nodes: AWS does not publish what it reserves on them, so that what fits is an estimate';
  return finding('auto-mode', {
    severity: 'note',
    at: { manifest, path: ['spec', 'template', 'spec', 'nodeClassRef'] },
    found: 'eks.amazonaws.com/NodeClass',
    why,
    fix: 'leave some room in requests',
  });
}

/** An image that changes without a merge. Aliases of Windows name no release. */
function latestFindings({ nodeClass }: NodePool): Finding[] {
  return listOf(nodeClass?.spec.amiSelectorTerms).flatMap((term, index) => {
    const alias = textOf(fieldsOf(term).alias) ?? '';
    if (!nodeClass || !/^(al2|al2023|bottlerocket)@latest$/.test(alias)) return [];
    return [
      finding('latest-image', {
        severity: 'warning',
        at: { manifest: nodeClass.manifest, path: ['spec', 'amiSelectorTerms', index, 'alias'] },
        found: alias,
        why: 'whenever AWS publishes an image, every node drifts and is replaced, without a review',
        fix: 'pin a release, for example al2023@v20260801',
      }),
    ];
  });
}

/** A pool with a number of nodes keeps just these, whatever waits. */
function staticFindings({ manifest }: NodePool): Finding[] {
  const replicas = at(manifest.body, ['spec', 'replicas']);
  if (replicas === undefined || replicas === null) return [];
  return [
    finding('static', {
      severity: replicas === 0 ? 'error' : 'warning',
      at: { manifest, path: ['spec', 'replicas'] },
      found: String(replicas),
      why: 'a pool with replicas is static: Karpenter starts no node of it for a pod that waits',
      fix: 'remove it',
    }),
  ];
}

/** Requirements that ask for more values than the types of the pool have. */
function minValuesFindings({ manifest, template, types }: NodePool): Finding[] {
  return listOf(template.requirements).flatMap((requirement, index) => {
    const { minValues, operator, values } = fieldsOf(requirement);
    // Fewer values than that are refused by the API server.
    const isRefused = operator === 'In' && listOf(values).length < Number(minValues);
    if (typeof minValues !== 'number' || isRefused) return [];
    const key = textOf(fieldsOf(requirement).key) ?? '';
    const count = valuesOf(key, types);
    if (count === 0 || count >= minValues) return [];
    return [
      finding('min-values', {
        severity: 'error',
        at: { manifest, path: [...REQUIREMENTS, index, 'minValues'] },
        found: String(minValues),
        why: `the types of the pool have ${count} values of ${key}: Karpenter starts no node with fewer than are asked for`,
        fix: `write at most ${count}, or widen the requirements`,
      }),
    ];
  });
}

/** Daemons that take off a taint of their own once they run on a node. */
const TAKEN_OFF =
  /^(node\.cilium\.io|ebs\.csi\.aws\.com|efs\.csi\.aws\.com|fsx\.csi\.aws\.com|s3\.csi\.aws\.com)\/|^node\.(cloudprovider\.)?kubernetes\.io\//;

function startupTaintFindings({ manifest, template, isAutoMode }: NodePool): Finding[] {
  return listOf(template.startupTaints).flatMap((taint, index) => {
    const key = textOf(fieldsOf(taint).key) ?? '';
    // The disk driver of EKS Auto Mode is not a daemonset, and removes no taint.
    const isLeft = isAutoMode && key.startsWith('ebs.csi.aws.com/');
    if (TAKEN_OFF.test(key) && !isLeft) return [];
    return [
      finding('startup-taint', {
        severity: 'warning',
        at: { manifest, path: ['spec', 'template', 'spec', 'startupTaints', index] },
        found: key,
        why: 'until something removes this taint from a new node, no job starts there that does not tolerate it',
        fix: 'remove it, unless a daemonset takes it off',
      }),
    ];
  });
}

/** Clusters have other tenants, whose pools are none of our business; one that says it is for runners is. */
function reachFindings(pool: NodePool, { runners }: Subject): Finding[] {
  const reached = runners.some((runner) =>
    [runner.job, runner.largestJob, runner.managerPlaced].some((placed) =>
      // A pod that Karpenter passes over is another fault, and not the pool's.
      (placed?.placements ?? []).some(
        (one) => one.pool === pool && (one.types.length > 0 || isOpen(one, placed)),
      ),
    ),
  );
  if (reached || runners.length === 0 || hasOpenVariables(pool)) return [];
  const at = { manifest: pool.manifest, path: ['metadata', 'name'] };
  if (isForRunners(pool))
    return [
      finding('unreached', {
        severity: 'warning',
        at,
        found: pool.name,
        why: 'it is a pool for runners, and no job and no manager of these runners can land on it',
        fix: 'let a runner select it, or render the fleet without it',
      }),
    ];
  return [
    finding('unreached', {
      severity: 'note',
      at,
      found: 'a pool that no runner here reaches',
      why: 'no job and no manager of these runners can land on it: other workloads may',
      fix: 'nothing, unless it is meant for a runner: let that one select it',
    }),
  ];
}

/** Whether only a class that is not here says whether a pod lands. */
function isOpen({ pool }: Placement, placed: PlacedPod | undefined): boolean {
  return placed !== undefined && !pool.nodeClass && !pool.isAutoMode && obstacles(placed.pod, pool) === 0;
}

/** Whether a pool says so itself, by the labels that objects of runners have. */
function isForRunners({ manifest }: NodePool): boolean {
  const labels = textsOf(fieldsOf(manifest.body.metadata).labels);
  return labels['app.kubernetes.io/name'] === 'gitlab-runner';
}
