import { parseQuantity, type Quantity } from '../values/quantity';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** Amounts by resource: `cpu`, `memory`, `nvidia.com/gpu`. */
export type Amounts = Readonly<Record<string, Quantity>>;

/** Requests and limits, of a container or a pod. */
export interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface ContainerResources extends Resources {
  readonly name: string;
  /** Runs before the others, so that it does not add up with them. */
  readonly isInit: boolean;
}

/** Amounts of a table of quantities, without those that are not valid. */
export function amountsOf(value: unknown): Amounts {
  return Object.fromEntries(
    Object.entries(textsOf(value)).flatMap(([name, text]) => {
      const quantity = parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity]];
    }),
  );
}

/** Requests and limits; a limit stands in for a request that is missing, as the API server has it. */
export function resourcesOf(value: unknown): Resources {
  const { requests, limits } = fieldsOf(value);
  const atMost = amountsOf(limits);
  return { requests: { ...atMost, ...amountsOf(requests) }, limits: atMost };
}

/** All containers of a pod, with what they request. */
export function containerResourcesOf(spec: Fields): readonly ContainerResources[] {
  const read = (list: unknown, isInit: boolean) =>
    listOf(list).map((one) => {
      const { name, resources } = fieldsOf(one);
      return { name: textOf(name) ?? '', isInit, ...resourcesOf(resources) };
    });
  return [...read(spec.initContainers, true), ...read(spec.containers, false)];
}

/**
 * What a pod requests and may use as a whole, its overhead left out: containers add up, the largest init container counts
 * where it is larger, and what the pod itself says comes before either.
 */
export function podResourcesOf(spec: Fields): Resources {
  const containers = containerResourcesOf(spec);
  const own = resourcesOf(spec.resources);
  return {
    requests: { ...total(containers, 'requests'), ...own.requests },
    limits: { ...total(containers, 'limits'), ...own.limits },
  };
}

function total(containers: readonly ContainerResources[], kind: 'requests' | 'limits'): Amounts {
  const sum: Record<string, Quantity> = {};
  for (const one of containers.filter(({ isInit }) => !isInit)) {
    for (const [name, amount] of Object.entries(one[kind])) sum[name] = (sum[name] ?? 0n) + amount;
  }
  for (const one of containers.filter(({ isInit }) => isInit)) {
    for (const [name, amount] of Object.entries(one[kind])) {
      if (amount > (sum[name] ?? 0n)) sum[name] = amount;
    }
  }
  return sum;
}
