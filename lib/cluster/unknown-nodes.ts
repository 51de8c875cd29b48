import { DEDICATED_KEY, declaredNodes } from '../contract';
import { AUTO_WELL_KNOWN_LABELS } from '../karpenter/auto-mode';
import { BUILT_IN_POOLS } from '../karpenter/built-in-pools';
import {
  ARCH_LABEL,
  COMPUTE_TYPE_LABEL,
  NODE_POOL_LABEL,
  WELL_KNOWN_LABELS,
  WINDOWS_BUILD_LABEL,
} from '../karpenter/labels';
import { has, type NodeSelectorRequirement } from '../karpenter/requirement';
import { conflicts, type PodSelection, podRequirements } from '../karpenter/requirements';
import { tolerates, untolerated } from '../karpenter/taints';
import { nearestName } from '../values/suggest';
import { type FargateProfile, fargateProfilesOf } from './fargate-profiles';
import type { Manifest } from './manifest';
import { declaredIn } from './needs';
import { mayTake, nodeGroupsOf } from './node-groups';
import type { NodePool } from './node-pools';
import { obstacles } from './placement';
import type { Pod } from './pod';

/** Why nothing is known of the nodes of a pod that no pool here takes. */
export interface UnknownNodes {
  readonly by:
    | 'node-group'
    | 'known-group'
    | 'built-in-pool'
    | 'other-pool'
    | 'other-nodes'
    | 'run-time-value'
    | 'run-time-value-of-pool'
    | 'missing-class';
  /** The label, value or absence that says so. */
  readonly found: string;
}

/**
 * Whether a pod that no pool here takes may still run: on a node group, on a pool that is not here, or by a value that
 * exists at run time only. Undefined where it asks for what only the pools here could give.
 */
export function unknownNodesOf(
  pod: Pod,
  pools: readonly NodePool[],
  manifests: readonly Manifest[],
): UnknownNodes | undefined {
  const variable = variableIn(textsOfPod(pod));
  if (variable !== undefined) return { by: 'run-time-value', found: variable };
  const ofPool = variableIn(pools.filter(({ variables }) => variables).flatMap(textsOfPool));
  if (ofPool !== undefined) return { by: 'run-time-value-of-pool', found: ofPool };
  const declared = declaredNodesOf(pod, pools, manifests);
  if (declared !== undefined) return { by: 'other-nodes', found: declared };
  const known = nodeGroupsOf(manifests).find((one) => mayTake(one, pod));
  if (known !== undefined) return { by: 'known-group', found: known.name };
  const group = pod.selections.map(groupLabel).find((label) => label !== undefined);
  if (group !== undefined) return { by: 'node-group', found: group };
  const build = buildOfNoImage(pod, pools);
  if (build !== undefined) return { by: 'missing-class', found: build };
  const named = namedElsewhere(pod, pools) ?? builtInFor(pod, pools) ?? valueElsewhere(pod, pools);
  return named ?? unaskedNodes(pod, pools, fargateProfilesOf(manifests));
}

/** A label that a pod asks for and that an annotation says nodes have, unless a pool here has it, too: then that one is meant. */
function declaredNodesOf(
  pod: Pod,
  pools: readonly NodePool[],
  manifests: readonly Manifest[],
): string | undefined {
  const declared = declaredIn(manifests);
  const isElsewhere = ([key, value]: readonly [string, string]) =>
    declared.has(declaredNodes(key, value)) &&
    !pools.some(({ requirements }) => {
      const promise = requirements.get(key);
      return promise !== undefined && has(promise, value);
    });
  const labels = pod.selections.map(({ nodeSelector = {} }) =>
    Object.entries(nodeSelector).find(isElsewhere),
  );
  return labels.every((label) => label !== undefined) ? labels[0]?.join(': ') : undefined;
}

/** Whether a pod asks for nothing that only the pools here have. */
function unaskedNodes(
  pod: Pod,
  pools: readonly NodePool[],
  profiles: readonly FargateProfile[],
): UnknownNodes | undefined {
  const isOurs =
    pod.selections.every((selection) => asksForPools(selection, pools)) ||
    toleratesPool(pod, pools) ||
    isForFargate(pod, profiles);
  if (isOurs) return undefined;
  const selected = pod.selections.flatMap((selection) => selectedKeys(selection));
  const found =
    selected.length > 0 ? [...new Set(selected)].join(', ') : 'no label of a pool here is selected';
  return { by: 'other-nodes', found };
}

/** A pool that a pod names and that is not here. A name that is almost one of those here is a slip of the pen. */
function namedElsewhere(pod: Pod, pools: readonly NodePool[]): UnknownNodes | undefined {
  const names = new Set(pools.map(({ name }) => name));
  const isElsewhere = (name: string) => !names.has(name) && (isBuiltIn(name) || !isSlip(name, names));
  const name = pod.selections.flatMap((one) => wantedValues(one, NODE_POOL_LABEL)).find(isElsewhere);
  if (name === undefined) return undefined;
  return { by: isBuiltIn(name) ? 'built-in-pool' : 'other-pool', found: name };
}

function isBuiltIn(name: string): boolean {
  return BUILT_IN_POOLS.some((pool) => pool.name === name);
}

/** A built-in pool of EKS Auto Mode that takes a pod. Clusters without Auto Mode have none. */
function builtInFor(pod: Pod, pools: readonly NodePool[]): UnknownNodes | undefined {
  const wantsAuto = pod.selections.some((one) => wantedValues(one, COMPUTE_TYPE_LABEL).includes('auto'));
  if (!wantsAuto && !pools.some(({ isAutoMode }) => isAutoMode)) return undefined;
  const found = BUILT_IN_POOLS.filter(({ name }) => pools.every((pool) => pool.name !== name)).find(
    ({ requirements, taints }) =>
      untolerated(taints, pod.tolerations).length === 0 &&
      pod.selections.some(
        (selection) =>
          conflicts(requirements, podRequirements(selection), AUTO_WELL_KNOWN_LABELS).length === 0,
      ),
  );
  return found && { by: 'built-in-pool', found: found.name };
}

/**
 * A label of a pool here with a value that no pool here gives it: other nodes may. Labels of Karpenter, of every node and of
 * this product's own pools say nothing of the kind, and a value that is almost one of those here is a slip of the pen.
 */
function valueElsewhere(pod: Pod, pools: readonly NodePool[]): UnknownNodes | undefined {
  const own = [...ownKeys(pools)].filter((key) => !OF_CONTROLLER.test(key) && key !== DEDICATED_KEY);
  for (const key of own) {
    const promises = pools.flatMap(({ requirements }) => requirements.get(key) ?? []);
    const given = new Set(promises.flatMap(({ values }) => [...values]));
    const isElsewhere = (value: string) =>
      !promises.some((promise) => has(promise, value)) && !isSlip(value, given);
    const value = pod.selections.flatMap((one) => wantedValues(one, key)).find(isElsewhere);
    if (value !== undefined) return { by: 'other-nodes', found: `${key}: ${value}` };
  }
  return undefined;
}

/** The build of Windows that a pod asks for, where the image of a pool that takes it otherwise is in a class that is not here. */
function buildOfNoImage(pod: Pod, pools: readonly NodePool[]): string | undefined {
  const wanted = pod.selections.flatMap(textsOfSelection).find(([key]) => key === WINDOWS_BUILD_LABEL);
  const isOpen = pools.some((pool) => !pool.nodeClass && !pool.isAutoMode && obstacles(pod, pool) === 0);
  return isOpen ? wanted?.join(': ') : undefined;
}

const VARIABLE = /\$[{(]?[A-Za-z_]|\{\{/;

/** A variable among what decides where a pod lands. */
function variableIn(texts: readonly unknown[]): string | undefined {
  return texts.map(String).find((text) => VARIABLE.test(text));
}

function textsOfPod({ selections, tolerations }: Pod): readonly unknown[] {
  return [
    ...selections.flatMap(textsOfSelection).flat(),
    ...tolerations.flatMap(({ key, value }) => [key ?? '', value ?? '']),
  ];
}

function textsOfPool({ requirements, taints }: NodePool): readonly unknown[] {
  return [
    ...[...requirements.values()].flatMap(({ key, values }) => [key, ...values]),
    ...taints.flatMap(({ key, value }) => [key, value ?? '']),
  ];
}

function textsOfSelection({ nodeSelector, requiredNodeAffinity }: PodSelection): string[][] {
  return [
    ...Object.entries(nodeSelector ?? {}),
    ...(requiredNodeAffinity ?? []).map(({ key, values }) => [key, ...(values ?? [])]),
  ];
}

/** Labels that only nodes of node groups have. */
const GROUP_LABEL =
  /^(eks\.amazonaws\.com\/(nodegroup.*|capacityType|sourceLaunchTemplate.*)|(alpha\.)?eksctl\.io\/nodegroup-name|kops\.k8s\.io\/instancegroup)$/;

function groupLabel(selection: PodSelection): string | undefined {
  const selector = Object.entries(selection.nodeSelector ?? {}).find(([key]) => GROUP_LABEL.test(key));
  if (selector) return selector.join(': ');
  const affinity = positive(selection).find(({ key }) => GROUP_LABEL.test(key));
  return affinity && `${affinity.key}: ${(affinity.values ?? []).join(', ')}`;
}

/** Expressions that want a label; the others only keep away from one. */
function positive({ requiredNodeAffinity }: PodSelection): readonly NodeSelectorRequirement[] {
  return (requiredNodeAffinity ?? []).filter(({ operator }) => !['NotIn', 'DoesNotExist'].includes(operator));
}

function selectedKeys(selection: PodSelection): readonly string[] {
  return [...Object.keys(selection.nodeSelector ?? {}), ...positive(selection).map(({ key }) => key)];
}

/** The values of a label of which a selection wants one. */
function wantedValues(selection: PodSelection, key: string): readonly string[] {
  const selected = selection.nodeSelector?.[key];
  const listed = positive(selection).filter((one) => one.key === key && one.operator === 'In');
  return [...(selected === undefined ? [] : [selected]), ...listed.flatMap(({ values }) => values ?? [])];
}

/** Labels that none but Karpenter, or EKS Auto Mode, puts on nodes. */
const OF_CONTROLLER = /^(karpenter(\.|$)|eks\.amazonaws\.com\/)/;

/** Labels that pools here give their nodes, those aside that every node or every node of Auto Mode has. */
function ownKeys(pools: readonly NodePool[]): ReadonlySet<string> {
  return new Set(
    pools
      .flatMap(({ requirements }) => [...requirements.keys()])
      .filter((key) => !WELL_KNOWN_LABELS.has(key) && key !== COMPUTE_TYPE_LABEL),
  );
}

/** Whether a selection names what only Karpenter's nodes have, or a label that a pool here gives its own. */
function asksForPools(selection: PodSelection, pools: readonly NodePool[]): boolean {
  const own = ownKeys(pools);
  const isOurs = (key: string) =>
    /^karpenter(\.|$)/.test(key) ||
    key === DEDICATED_KEY ||
    own.has(key) ||
    isSlip(key, own) ||
    isSlip(key, WELL_KNOWN_LABELS);
  const arch = selection.nodeSelector?.[ARCH_LABEL];
  const isNowhere = arch !== undefined && !['amd64', 'arm64'].includes(arch);
  return isNowhere || selectedKeys(selection).some(isOurs);
}

/** Whether a label, a value or a name is a known one with a slip of the pen. */
function isSlip(key: string, known: ReadonlySet<string>): boolean {
  const near = known.has(key) ? undefined : nearestName(key, known);
  return near !== undefined && Math.abs(near.length - key.length) <= 2 && near.charAt(0) === key.charAt(0);
}

/** Whether a pod tolerates the very taint of a pool here: it is meant for that pool. */
function toleratesPool({ tolerations }: Pod, pools: readonly NodePool[]): boolean {
  const named = tolerations.filter(({ key }) => key !== undefined && key !== '');
  return pools.some(({ taints }) =>
    taints.some((taint) => named.some((toleration) => tolerates(toleration, taint))),
  );
}

/** Whether a profile here is for pods of its namespace, by labels that it lacks. */
function isForFargate({ namespace }: Pod, profiles: readonly FargateProfile[]): boolean {
  return profiles.some(({ selectors }) => selectors.some((selector) => selector.namespace === namespace));
}
