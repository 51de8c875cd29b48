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

/** Containers add up, the largest init container counts where it is larger, and what the pod says comes before either. */
function boundsOfPod({ containers, initContainers, resources }: JobPod): LargestPod {
  const all = containers.map((one) => boundsOf(one.resources));
  const before = initContainers.map((one) => boundsOf(one.resources));
  const own = boundsOf(resources ?? {});
  const total = (kind: keyof Bounds): Amounts => {
    const together = joined(
      all.map((one) => one[kind]),
      (a, b) => a + b,
    );
    const alone = before.map((one) => one[kind]);
    return { ...joined([together, ...alone], (a, b) => (a > b ? a : b)), ...own[kind] };
  };
  return { requests: total('requests'), limits: total('limits'), containers: [...before, ...all] };
}

function joined(all: readonly Amounts[], join: (a: Quantity, b: Quantity) => Quantity): Amounts {
  const found: Record<string, Quantity> = {};
  for (const amounts of all) {
    for (const [name, amount] of Object.entries(amounts)) found[name] = join(found[name] ?? 0n, amount);
  }
  return found;
}

function boundsOf({ requests, limits }: PodResources): Bounds {
  const most = amountsOf(limits ?? {});
  return { requests: { ...most, ...amountsOf(requests ?? {}) }, limits: most };
}
