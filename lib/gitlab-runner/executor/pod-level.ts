import { parseQuantity, type Quantity } from '../../values/quantity';
import { Refusal } from './job';
import type { PodResources } from './job-resources';

interface WithResources {
  readonly name: string;
  readonly resources: PodResources;
}

/**
 * Refuses what the API server does of requests and limits of a pod as a whole: requests below what the containers request
 * together, and limits below those of a container.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go, validatePodResourceConsistency
 */
export function checkPodLevel(
  { requests = {}, limits = {} }: PodResources,
  containers: readonly WithResources[],
  initContainers: readonly WithResources[],
): void {
  for (const [name, text] of Object.entries(requests)) {
    const own = parseQuantity(text);
    const together = requestedOf(name, containers, initContainers);
    if (own !== undefined && own < together.amount)
      refuse(
        `request ${text} of ${name} is below what ${together.by} request${together.by.includes(' ') ? '' : 's'}`,
      );
  }
  for (const [name, text] of Object.entries(limits)) {
    const own = parseQuantity(text);
    if (own === undefined) continue;
    const above = [...containers, ...initContainers].find((one) => limitOf(one, name) > own);
    if (above) refuse(`limit ${text} of ${name} is below that of the container ${above.name}`);
    if (requests[name] === undefined && requestedOf(name, containers, initContainers).amount > own)
      refuse(`limit ${text} of ${name} is below what its containers request`);
  }
}

function requestedOf(
  name: string,
  containers: readonly WithResources[],
  initContainers: readonly WithResources[],
): { readonly amount: Quantity; readonly by: string } {
  const of = ({ resources }: WithResources) => parseQuantity(resources.requests?.[name] ?? '0') ?? 0n;
  const side = containers.reduce((sum, one) => sum + of(one), 0n);
  const first = initContainers.find((one) => of(one) > side);
  return first ? { amount: of(first), by: first.name } : { amount: side, by: 'its containers together' };
}

function limitOf({ resources }: WithResources, name: string): Quantity {
  return parseQuantity(resources.limits?.[name] ?? '0') ?? 0n;
}

function refuse(what: string): never {
  throw new Refusal('runner_system_failure', `pod: ${what}: the API server refuses the pod`);
}
