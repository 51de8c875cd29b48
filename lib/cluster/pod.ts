import type { PodRequests } from '../karpenter/node-price';
import { type NodeSelectorTerm, type PodFault, podFaults } from '../karpenter/pod-validation';
import type { NodeSelectorRequirement, Operator } from '../karpenter/requirement';
import type { PodSelection } from '../karpenter/requirements';
import type { Toleration } from '../karpenter/taints';
import { isSidecar, podTotal } from '../values/pod-total';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { isOfPod } from './pod-amounts';

/** A pod as far as it decides where it lands. */
export interface Pod {
  /** What to call it in a finding: `job pod of runner amd64-spot`. */
  readonly title: string;
  /** Alternatives: it may land where one of them holds. */
  readonly selections: readonly PodSelection[];
  readonly tolerations: readonly Toleration[];
  readonly requests: PodRequests;
  /** Why Karpenter passes it over before it asks any pool; empty where it doesn't. */
  readonly faults: readonly PodFault[];
  /** Labels of nodes over which it must be spread evenly (`DoNotSchedule`); a node that lacks one of them does not take it. */
  readonly spreadKeys?: readonly string[];
  /** Namespace and labels, which a Fargate profile selects by. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The pod of a pod spec, or of what the executor makes of a config; both spell it as the API does. */
export function podOf(title: string, spec: unknown): Pod {
  const fields = fieldsOf(spec);
  const terms = nodeSelectorTermsOf(fields);
  const nodeSelector = textsOf(fields.nodeSelector);
  const spreadKeys = listOf(fields.topologySpreadConstraints)
    .map(fieldsOf)
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway')
    .flatMap(({ topologyKey }) => textOf(topologyKey) ?? []);
  const selections: PodSelection[] = terms.map(({ matchExpressions }) => ({
    nodeSelector,
    requiredNodeAffinity: matchExpressions,
  }));
  return {
    title,
    selections: selections.length > 0 ? selections : [{ nodeSelector }],
    tolerations: listOf(fields.tolerations).map((one) => fieldsOf(one) as Toleration),
    requests: requestsOf(fields),
    faults: [...podFaults(nodeSelector, terms), ...fieldFaults(fields)],
    ...(spreadKeys.length > 0 && { spreadKeys }),
  };
}

/** Fields with which Karpenter starts no node for a pod, whatever it selects. */
function fieldFaults({ resourceClaims, schedulingGates }: Fields): PodFault[] {
  return [
    ...(listOf(schedulingGates).length > 0
      ? [
          {
            key: 'schedulingGates',
            why: 'nothing schedules it until its gates are removed',
            isRemovable: true,
          },
        ]
      : []),
    ...(listOf(resourceClaims).length > 0
      ? [{ key: 'resourceClaims', why: 'Karpenter starts no node for claims of devices', isRemovable: true }]
      : []),
  ];
}

/** Whether a term asks for nothing, which Kubernetes takes for no node at all. */
function isEmptyTerm(term: unknown): boolean {
  const { matchExpressions, matchFields } = fieldsOf(term);
  return listOf(matchExpressions).length === 0 && listOf(matchFields).length === 0;
}

/** Whether a pod requires one of some terms, and all of them are empty: it never lands. */
export function hasEmptyTermsOnly(spec: unknown): boolean {
  const terms = termsOf(fieldsOf(spec));
  return terms.length > 0 && terms.every(isEmptyTerm);
}

function termsOf(spec: Fields): readonly unknown[] {
  const required = ['requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  return listOf(at(spec.nodeAffinity ?? at(spec, ['affinity', 'nodeAffinity']), required));
}

/** The alternatives of the required node affinity of a pod. */
function nodeSelectorTermsOf(spec: Fields): readonly NodeSelectorTerm[] {
  const terms = termsOf(spec);
  // An empty term matches no node; where all are empty, a rule of its own says so.
  return terms
    .filter((term) => !isEmptyTerm(term))
    .map(fieldsOf)
    .map(({ matchExpressions, matchFields }) => ({
      matchExpressions: listOf(matchExpressions).map(expressionOf),
      hasFields: listOf(matchFields).length > 0,
    }));
}

/** A requirement as it stands in an object. */
export function expressionOf(value: unknown): NodeSelectorRequirement {
  const { key, operator, values } = fieldsOf(value);
  return {
    key: textOf(key) ?? '',
    operator: (textOf(operator) ?? 'In') as Operator,
    values: listOf(values).map((one) => textOf(one) ?? ''),
  };
}

/**
 * What the containers of a pod request together. What the pod itself requests comes before that, and its limit stands in where
 * no container requests anything.
 * @see kubernetes component-helpers/resource PodRequests, which the scheduler and Karpenter both ask
 */
function requestsOf(spec: Fields): PodRequests {
  const shares = (list: unknown) =>
    listOf(list).map((one) => ({ amounts: containerRequests(one), isSidecar: isSidecar(one) }));
  const containers = podTotal(shares(spec.containers), shares(spec.initContainers));
  // What a RuntimeClass adds for the pod itself.
  const overhead = amountsOf(spec.overhead);
  const { requests, limits } = fieldsOf(spec.resources);
  const [own, atMost] = [requests, limits].map((one) => ofPodAlone(amountsOf(one)));
  const total: Record<string, number> = {};
  for (const name of Object.keys({ ...containers, ...overhead, ...own, ...atMost })) {
    total[name] = (own[name] ?? containers[name] ?? atMost[name] ?? 0) + (overhead[name] ?? 0);
  }
  const { cpu = 0, memory = 0, 'ephemeral-storage': disk = 0, ...extended } = total;
  return { cpuMilli: cpu, memoryBytes: memory, ephemeralStorageBytes: disk, extended };
}

/** What a pod may say for itself: of other resources, only containers ask. */
function ofPodAlone(amounts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => isOfPod(name)));
}

/** Requests of a container; a limit stands in for a request that is missing, as the API server has it. */
function containerRequests(container: unknown): Record<string, number> {
  const { requests, limits } = fieldsOf(fieldsOf(container).resources);
  return amountsOf({ ...textsOf(limits), ...textsOf(requests) });
}

function amountsOf(value: unknown): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(textsOf(value))) {
    const quantity = parseQuantity(text);
    if (quantity !== undefined) amounts[name] = name === 'cpu' ? toMilli(quantity) : toUnits(quantity);
  }
  return amounts;
}
