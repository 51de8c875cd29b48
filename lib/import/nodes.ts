import { POOL_NAME_MOST } from '../fleet/names';
import { ARCH_LABEL, CAPACITY_TYPE_LABEL, OS_LABEL, WELL_KNOWN_LABELS } from '../karpenter/labels';
import { asDnsLabel } from '../values/label';
import { at, listOf, textOf, textsOf } from '../values/record';
import type { Draft, Keys } from './draft';

const GROUP_CAPACITY = 'eks.amazonaws.com/capacityType';
const GROUP_LABELS = /^eks\.amazonaws\.com\/(?:nodegroup|capacityType)$|^alpha\.eksctl\.io\//;

/** What is known of the nodes that jobs of a source land on. */
export interface KnownNodes {
  /** Whether NodePools are among the files. */
  readonly hasPools: boolean;
  /** Capacity types of the NodePools that take its jobs; none if no such pool is known. */
  readonly capacityTypes: readonly string[];
  /** Architectures of these. */
  readonly architectures: readonly string[];
}

/** Where jobs run: architecture, capacity, and whose nodes. */
export function takeNodes(keys: Keys, known: KnownNodes, draft: Draft): void {
  const selector = new Map(Object.entries(textsOf(keys.take('kubernetes', 'node_selector'))));
  const tolerations = textsOf(keys.take('kubernetes', 'node_tolerations'));
  takeArch(keys, selector, known, draft);
  const label = takeCapacity(selector, draft);
  if (selector.get(OS_LABEL) === 'linux') {
    selector.delete(OS_LABEL);
    const why = 'jobs always select Linux, unless their pool runs Windows';
    draft.say('not-needed', `kubernetes.node_selector.${OS_LABEL}`, why);
  }
  selector.delete('beta.kubernetes.io/os');
  const own = [...selector].filter(([key]) => !isOfAnyPool(key));
  if (own.length > 0 || hasNodeAffinity(keys)) {
    if (label === undefined) guessCapacity(known, draft);
    existingPool(selector, tolerations, startedBy([...selector.keys(), label ?? ''], known), draft);
    return;
  }
  if (label === undefined) {
    const why = 'no capacity is set: write spot or spot-first if interrupted jobs may run again';
    draft.guess('kubernetes.node_selector', 'capacity', 'on-demand', why);
  }
  ownPool(selector, tolerations, draft);
}

function ownPool(
  selector: ReadonlyMap<string, string>,
  tolerations: Readonly<Record<string, string>>,
  draft: Draft,
): void {
  for (const [key, value] of selector)
    draft.option(`kubernetes.node_selector.${key}`, 'nodeSelector', {
      ...textsOf(draft.runner.nodeSelector),
      [key]: value,
    });
  if (Object.keys(tolerations).length > 0) {
    const why = 'remove those for nodes that jobs no longer use';
    draft.option('kubernetes.node_tolerations', 'tolerations', tolerations, why);
  }
  draft.say(
    'decide',
    'kubernetes.node_selector',
    'jobs selected no nodes of their own: the fleet now starts nodes for them with Karpenter. To use existing nodes, set existingPools and pool',
  );
}

/** The capacity of nodes that the fleet does not start: that of their pools, or any. */
function guessCapacity({ capacityTypes }: KnownNodes, draft: Draft): void {
  const [only, ...others] = capacityTypes;
  if ((only === 'spot' || only === 'on-demand') && others.length === 0)
    draft.option('NodePools of its jobs', 'capacity', only);
  else {
    const why =
      'jobs ran on any of these nodes and still do: write spot or on-demand if all of them have that capacity';
    draft.guess('kubernetes.node_selector', 'capacity', 'spot-first', why);
  }
}

/** Labels that nodes of any pool may have, whoever starts them. */
function isOfAnyPool(key: string): boolean {
  return WELL_KNOWN_LABELS.has(key) && key !== OS_LABEL;
}

function takeArch(
  keys: Keys,
  selector: Map<string, string>,
  { architectures }: KnownNodes,
  draft: Draft,
): void {
  const label = [ARCH_LABEL, 'beta.kubernetes.io/arch'].find((key) => selector.has(key));
  const arch = label && selector.get(label);
  selector.delete(ARCH_LABEL);
  selector.delete('beta.kubernetes.io/arch');
  const helper = textOf(keys.peek('kubernetes', 'helper_image')) ?? '';
  if (arch === 'amd64' || arch === 'arm64') draft.option(`kubernetes.node_selector.${label}`, 'arch', arch);
  else if (/:(?:arm64|aarch64)-/.test(helper)) draft.option('kubernetes.helper_image', 'arch', 'arm64');
  else if (architectures.length === 1) draft.option('NodePools of its jobs', 'arch', architectures[0]);
  else {
    const why = 'no architecture is set: write arm64 if jobs run on ARM';
    draft.guess('kubernetes.node_selector', 'arch', 'amd64', why);
  }
}

/** The label by which jobs ask for Spot or on-demand nodes; undefined where they don't. */
function takeCapacity(selector: Map<string, string>, draft: Draft): string | undefined {
  const label = [CAPACITY_TYPE_LABEL, GROUP_CAPACITY].find((key) => selector.has(key));
  if (label === undefined) return undefined;
  const value = selector.get(label) ?? '';
  selector.delete(label);
  const capacity = { SPOT: 'spot', ON_DEMAND: 'on-demand' }[value] ?? value;
  draft.option(`kubernetes.node_selector.${label}`, 'capacity', capacity);
  return label;
}

function hasNodeAffinity(keys: Keys): boolean {
  const affinity = keys.peek('kubernetes', 'affinity', 'node_affinity');
  return (
    listOf(at(affinity, ['required_during_scheduling_ignored_during_execution', 'node_selector_terms']))
      .length > 0
  );
}

function existingPool(
  selector: ReadonlyMap<string, string>,
  tolerations: Readonly<Record<string, string>>,
  starter: Starter,
  draft: Draft,
): void {
  const pool = asDnsLabel(draft.name, POOL_NAME_MOST);
  // Nodes that only an affinity names: at least one label is asked for, and this one all of them have.
  const nodeSelector = selector.size > 0 ? Object.fromEntries(selector) : { [OS_LABEL]: 'linux' };
  draft.fleet.existingPools = [
    {
      pool,
      nodeSelector,
      ...(Object.keys(tolerations).length > 0 && { tolerations }),
      ...(starter !== 'karpenter' && { startedBy: starter }),
    },
  ];
  draft.option('kubernetes.node_selector', 'pool', pool);
  const why =
    'the fleet does not start these nodes: check their NodePools too, to prove that jobs land there';
  const from = 'kubernetes.node_selector, kubernetes.node_tolerations';
  draft.say('option', from, why, 'existingPools of the fleet');
}

type Starter = 'karpenter' | 'node-group' | 'other';

function startedBy(labels: readonly string[], { hasPools }: KnownNodes): Starter {
  if (labels.some((key) => GROUP_LABELS.test(key))) return 'node-group';
  if (labels.some((key) => /^karpenter\.|^eks\.amazonaws\.com\//.test(key)) || hasPools) return 'karpenter';
  return 'other';
}
