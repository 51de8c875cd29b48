import { parseQuantity, type Quantity } from '../../values/quantity';
import type { KubernetesTable } from '../config/toml';
import { textOf } from './job';
import { servicesOf } from './job-services';

/** What one job pod may ask for. */
export interface JobRequest {
  readonly cpu: Quantity;
  readonly memory: Quantity;
  readonly ephemeralStorage: Quantity;
}

/**
 * The largest request of a job pod: build, helper, the services of the config, and so many of the job's own, each at its
 * ceiling where it has one. A text that is not a quantity asks for nothing.
 */
export function largestJobRequest(kubernetes: KubernetesTable, services = 0): JobRequest {
  const count = BigInt(services + servicesOf(kubernetes, {}).length);
  const largest = (resource: string): Quantity => {
    const of = (prefix: string) => mostOf(kubernetes, `${prefix}${resource}_request`);
    const together = of('') + of('helper_') + count * of('service_');
    const pod = of('pod_');
    // What the pod as a whole requests comes before its containers; where only its ceiling is set, a job may ask for it.
    return textOf(kubernetes, `pod_${resource}_request`) || pod > together ? pod : together;
  };
  return {
    cpu: largest('cpu'),
    memory: largest('memory'),
    ephemeralStorage: largest('ephemeral_storage'),
  };
}

function mostOf(kubernetes: KubernetesTable, key: string): Quantity {
  return [key, `${key}_overwrite_max_allowed`]
    .map((one) => parseQuantity(textOf(kubernetes, one) ?? ''))
    .reduce<Quantity>((most, one) => (one !== undefined && one > most ? one : most), 0n);
}
