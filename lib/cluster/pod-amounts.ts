import { isSidecar, podTotal } from '../values/pod-total';
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
  /** An init container that runs on beside the others. */
  readonly isSidecar: boolean;
}

/** Amounts of a table of quantities, without those that are not valid. */
export function amountsOf(value: unknown): Amounts {
  const amounts: [string, bigint][] = [];
  for (const [name, text] of Object.entries(textsOf(value))) {
    const quantity = parseQuantity(text);
    if (quantity !== undefined) amounts.push([name, quantity]);
  }
  return Object.fromEntries(amounts);
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
      return {
        name: textOf(name) ?? '',
        isInit,
        isSidecar: isInit && isSidecar(one),
        ...resourcesOf(resources),
      };
    });
  return [...read(spec.initContainers, true), ...read(spec.containers, false)];
}

/** Whether a pod as a whole may request a resource, besides its containers. */
export function isOfPod(resource: string): boolean {
  return ['cpu', 'memory'].includes(resource) || resource.startsWith('hugepages-');
}

/**
 * What a pod requests and may use as a whole, its overhead left out: what its containers come to, and before that what the
 * pod itself says. Its limit is its request where no container has one.
 * @see kubernetes 1.36 pkg/apis/core/v1/defaults.go, defaultPodRequests
 */
export function podResourcesOf(spec: Fields): Resources {
  const containers = containerResourcesOf(spec);
  const { requests, limits } = fieldsOf(spec.resources);
  const [own, atMost] = [requests, limits].map((one) => ofPodAlone(amountsOf(one)));
  return {
    requests: { ...atMost, ...total(containers, 'requests'), ...own },
    limits: { ...total(containers, 'limits'), ...atMost },
  };
}

function ofPodAlone(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => isOfPod(name)));
}

function total(containers: readonly ContainerResources[], kind: 'requests' | 'limits'): Amounts {
  const shares = (isInit: boolean) =>
    containers
      .filter((one) => one.isInit === isInit)
      .map((one) => ({ amounts: one[kind], isSidecar: one.isSidecar }));
  return podTotal(shares(false), shares(true));
}
