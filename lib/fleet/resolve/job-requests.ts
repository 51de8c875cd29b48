import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { parseQuantity, type Quantity } from '../../values/quantity';

/** CPU and memory that one job pod may ask for. */
export interface JobRequest {
  readonly cpu: Quantity;
  readonly memory: Quantity;
}

/** The largest request of a job pod without services: build and helper, each at its ceiling where it has one. */
export function largestJobRequest(kubernetes: KubernetesTable): JobRequest {
  const most = (request: string | undefined, ceiling: string | undefined): Quantity => {
    const [low, high] = [parseQuantity(request ?? '0') ?? 0n, parseQuantity(ceiling ?? '0') ?? 0n];
    return high > low ? high : low;
  };
  return {
    cpu:
      most(kubernetes.cpu_request, kubernetes.cpu_request_overwrite_max_allowed) +
      most(kubernetes.helper_cpu_request, kubernetes.helper_cpu_request_overwrite_max_allowed),
    memory:
      most(kubernetes.memory_request, kubernetes.memory_request_overwrite_max_allowed) +
      most(kubernetes.helper_memory_request, kubernetes.helper_memory_request_overwrite_max_allowed),
  };
}
