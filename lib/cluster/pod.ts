import type { PodRequests } from '../karpenter/node-price';
import type { NodeSelectorRequirement, Operator } from '../karpenter/requirement';
import type { PodSelection } from '../karpenter/requirements';
import type { Toleration } from '../karpenter/taints';
import { parseQuantity, toMilli, toUnits } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** A pod as far as it decides where it lands. */
export interface Pod {
  /** What to call it in a finding: `job pod of runner amd64-spot`. */
  readonly title: string;
  /** Alternatives: it may land where one of them holds. */
  readonly selections: readonly PodSelection[];
  readonly tolerations: readonly Toleration[];
  readonly requests: PodRequests;
  /** Namespace and labels, which a Fargate profile selects by. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The pod of a pod spec, or of what the executor makes of a config; both spell it as the API does. */
export function podOf(title: string, spec: unknown): Pod {
  const fields = fieldsOf(spec);
  const required = ['requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  const terms = listOf(at(fields.nodeAffinity ?? at(fields, ['affinity', 'nodeAffinity']), required));
  const nodeSelector = textsOf(fields.nodeSelector);
  const selections: PodSelection[] = terms.map((term) => ({
    nodeSelector,
    requiredNodeAffinity: listOf(fieldsOf(term).matchExpressions).map(expressionOf),
  }));
  return {
    title,
    selections: selections.length > 0 ? selections : [{ nodeSelector }],
    tolerations: listOf(fields.tolerations).map((one) => fieldsOf(one) as Toleration),
    requests: requestsOf(fields),
  };
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

/** Containers run side by side and add up; init containers run before them, so that the largest counts. */
function requestsOf(spec: Fields): PodRequests {
  const containers = listOf(spec.containers).map(containerRequests);
  const init = listOf(spec.initContainers).map(containerRequests);
  const names = new Set([...containers, ...init].flatMap((one) => Object.keys(one)));
  const total: Record<string, number> = {};
  for (const name of names) {
    const side = containers.reduce((sum, one) => sum + (one[name] ?? 0), 0);
    total[name] = Math.max(side, ...init.map((one) => one[name] ?? 0));
  }
  const { cpu = 0, memory = 0, 'ephemeral-storage': disk = 0, ...extended } = total;
  return { cpuMilli: cpu, memoryBytes: memory, ephemeralStorageBytes: disk, extended };
}

/** Requests of a container; a limit stands in for a request that is missing, as the API server has it. */
function containerRequests(container: unknown): Record<string, number> {
  const { requests, limits } = fieldsOf(fieldsOf(container).resources);
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries({ ...textsOf(limits), ...textsOf(requests) })) {
    const quantity = parseQuantity(text);
    if (quantity !== undefined) amounts[name] = name === 'cpu' ? toMilli(quantity) : toUnits(quantity);
  }
  return amounts;
}
