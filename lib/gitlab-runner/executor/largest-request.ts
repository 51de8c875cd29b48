import { parseQuantity, type Quantity } from '../../values/quantity';
import type { KubernetesTable } from '../config/toml';

/** What one job pod may ask for. */
export interface JobRequest {
  readonly cpu: Quantity;
  readonly memory: Quantity;
  readonly ephemeralStorage: Quantity;
}

/**
 * The largest request of a job pod without services: build and helper, each at its ceiling where it has one. A text
 * that is not a quantity asks for nothing.
 */
export function largestJobRequest(kubernetes: KubernetesTable): JobRequest {
  const largest = (...texts: readonly (string | undefined)[]): Quantity =>
    texts
      .map((text) => (text === undefined ? undefined : parseQuantity(text)))
      .reduce<Quantity>((most, one) => (one !== undefined && one > most ? one : most), 0n);
  return {
    cpu:
      largest(kubernetes.cpu_request, kubernetes.cpu_request_overwrite_max_allowed) +
      largest(kubernetes.helper_cpu_request, kubernetes.helper_cpu_request_overwrite_max_allowed),
    memory:
      largest(kubernetes.memory_request, kubernetes.memory_request_overwrite_max_allowed) +
      largest(kubernetes.helper_memory_request, kubernetes.helper_memory_request_overwrite_max_allowed),
    ephemeralStorage:
      largest(
        kubernetes.ephemeral_storage_request,
        kubernetes.ephemeral_storage_request_overwrite_max_allowed,
      ) +
      largest(
        kubernetes.helper_ephemeral_storage_request,
        kubernetes.helper_ephemeral_storage_request_overwrite_max_allowed,
      ),
  };
}
