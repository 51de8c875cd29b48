import { isSidecar, podTotal } from '../../values/pod-total';
import { parseQuantity, type Quantity } from '../../values/quantity';
import type { KubernetesTable, RunnerTable } from '../config/toml';
import { type JobPod, jobPod } from './job-pod';
import { largestJob, type PodResources } from './job-resources';

/** Amounts by resource: `cpu`, `memory`, `ephemeral-storage`. */
export type Amounts = Readonly<Record<string, Quantity>>;

/** Requests and limits; a limit stands in for a request that is missing, as the API server has it. */
export interface Bounds {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** The largest pod of a runner. */
export interface LargestPod extends Bounds {
  readonly containers: readonly Bounds[];
}

/** The pod of a job that asks for as much as the ceilings allow and has so many services; undefined where there is none. */
export function largestPod(table: RunnerTable, services: number): LargestPod | undefined {
  const image = table.kubernetes.image || 'service';
  const job = { ...largestJob(table), services: Array.from({ length: services }, () => image) };
  const pod = jobPod(withAnyService(table), job);
  return 'refused' in pod ? undefined : boundsOfPod(pod);
}

/** Amounts of a table of quantities, without those that are not valid. */
export function amountsOf(texts: Readonly<Record<string, string | undefined>>): Amounts {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const quantity = text === undefined ? undefined : parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity]];
    }),
  );
}

/** Which images services may have decides nothing of their size. */
function withAnyService(table: RunnerTable): RunnerTable {
  const { allowed_services: _, ...kubernetes } = table.kubernetes;
  return { ...table, kubernetes: kubernetes as KubernetesTable };
}

/** What the containers come to, and before that what the pod itself says; its limit where nothing requests anything. */
function boundsOfPod({ containers, initContainers, resources }: JobPod): LargestPod {
  const side = containers.map((one) => boundsOf(one.resources));
  const before = initContainers.map((one) => boundsOf(one.resources));
  const own = { requests: amountsOf(resources?.requests ?? {}), limits: amountsOf(resources?.limits ?? {}) };
  const total = (kind: keyof Bounds): Amounts => {
    const together = podTotal(
      side.map((one) => ({ amounts: one[kind] })),
      before.map((one, index) => ({ amounts: one[kind], isSidecar: isSidecar(initContainers[index]) })),
    );
    return kind === 'requests'
      ? { ...own.limits, ...together, ...own.requests }
      : { ...together, ...own.limits };
  };
  return { requests: total('requests'), limits: total('limits'), containers: [...before, ...side] };
}

function boundsOf({ requests, limits }: PodResources): Bounds {
  const most = amountsOf(limits ?? {});
  return { requests: { ...most, ...amountsOf(requests ?? {}) }, limits: most };
}
