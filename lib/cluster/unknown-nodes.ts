import { ARCH_LABEL, WELL_KNOWN_LABELS, WINDOWS_BUILD_LABEL } from '../karpenter/labels';
import type { NodeSelectorRequirement } from '../karpenter/requirement';
import type { PodSelection } from '../karpenter/requirements';
import { tolerates } from '../karpenter/taints';
import { nearestName } from '../values/suggest';
import type { FargateProfile } from './fargate-profiles';
import type { NodePool } from './node-pools';
import { obstacles } from './placement';
import type { Pod } from './pod';

/** Why nothing is known of the nodes of a pod that no pool here takes. */
export interface UnknownNodes {
  readonly by: 'node-group' | 'other-nodes' | 'run-time-value' | 'run-time-value-of-pool' | 'missing-class';
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
  profiles: readonly FargateProfile[],
): UnknownNodes | undefined {
  const variable = variableIn(textsOfPod(pod));
  if (variable !== undefined) return { by: 'run-time-value', found: variable };
  const ofPool = variableIn(pools.filter(({ variables }) => variables).flatMap(textsOfPool));
  if (ofPool !== undefined) return { by: 'run-time-value-of-pool', found: ofPool };
  const group = pod.selections.map(groupLabel).find((label) => label !== undefined);
  if (group !== undefined) return { by: 'node-group', found: group };
  const build = buildOfNoImage(pod, pools);
  if (build !== undefined) return { by: 'missing-class', found: build };
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

/** Whether a selection names what only Karpenter's nodes have, or a label that a pool here gives its own. */
function asksForPools(selection: PodSelection, pools: readonly NodePool[]): boolean {
  const own = new Set(
    pools
      .flatMap(({ requirements }) => [...requirements.keys()])
      .filter((key) => !WELL_KNOWN_LABELS.has(key)),
  );
  const isOurs = (key: string) =>
    /^karpenter(\.|$)/.test(key) || own.has(key) || isSlip(key, own) || isSlip(key, WELL_KNOWN_LABELS);
  const arch = selection.nodeSelector?.[ARCH_LABEL];
  const isNowhere = arch !== undefined && !['amd64', 'arm64'].includes(arch);
  return isNowhere || selectedKeys(selection).some(isOurs);
}

/** Whether a label is a known one with a slip of the pen. */
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
