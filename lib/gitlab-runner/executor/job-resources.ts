import { parseQuantity, type Quantity } from '../../values/quantity';
import type { KubernetesTable, RunnerTable } from '../config/toml';
import { type Job, Refusal, textOf } from './job';
import { type Variable, valueOfVariable } from './job-variables';

/** Requests and limits, as the API server takes them. */
export interface PodResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

type ResourcePrefix = '' | 'helper_' | 'service_' | 'pod_';

const RESOURCES = { cpu: 'cpu', memory: 'memory', ephemeral_storage: 'ephemeral-storage' } as const;

/** The job that asks for as much as the ceilings allow, requests within limits. */
export function largestJob({ kubernetes }: RunnerTable): Job {
  const variables: Record<string, string> = {};
  for (const prefix of ['', 'helper_', 'service_', 'pod_']) {
    for (const resource of Object.keys(RESOURCES)) {
      const stem = `${prefix}${resource}`;
      const limit = largest(kubernetes, `${stem}_limit`);
      const request = largest(kubernetes, `${stem}_request`);
      if (limit.own) variables[`KUBERNETES_${stem.toUpperCase()}_LIMIT`] = limit.own;
      if (!request.own) continue;
      const clipped = limit.text !== undefined && above(request.own, limit.text) ? limit.text : request.own;
      variables[`KUBERNETES_${stem.toUpperCase()}_REQUEST`] = clipped;
    }
  }
  return { variables };
}

/** Requests and limits of one kind of container for a job. */
export function resourcesOf(
  kubernetes: KubernetesTable,
  prefix: ResourcePrefix,
  variables: readonly Variable[],
): PodResources {
  const found: Record<'requests' | 'limits', Record<string, string>> = { requests: {}, limits: {} };
  for (const [kind, list] of [
    ['request', 'requests'],
    ['limit', 'limits'],
  ] as const) {
    for (const [resource, name] of Object.entries(RESOURCES)) {
      const value = overwritten(kubernetes, `${prefix}${resource}_${kind}`, variables);
      if (value) found[list][name] = value;
    }
  }
  return {
    ...(Object.keys(found.requests).length > 0 && { requests: found.requests }),
    ...(Object.keys(found.limits).length > 0 && { limits: found.limits }),
  };
}

/** Refuses what the API server would. */
export function checkOrder({ requests = {}, limits = {} }: PodResources): void {
  for (const [name, request] of Object.entries(requests)) {
    if (limits[name] === undefined || !above(request, limits[name])) continue;
    const message = `request ${request} of ${name} exceeds its limit ${limits[name]}: the API server refuses the pod`;
    throw new Refusal('runner_system_failure', message);
  }
}

/** The largest value of a key, and the ceiling where a job has to ask for it. */
function largest(kubernetes: KubernetesTable, key: string): { text?: string; own?: string } {
  const [value, ceiling] = [textOf(kubernetes, key), textOf(kubernetes, `${key}_overwrite_max_allowed`)];
  if (!ceiling || (value && above(value, ceiling))) return { text: value };
  return { text: ceiling, own: ceiling };
}

/** A job's value counts only under a ceiling; above it the job fails, it isn't clipped. */
function overwritten(
  kubernetes: KubernetesTable,
  key: string,
  variables: readonly Variable[],
): string | undefined {
  const own = textOf(kubernetes, key);
  const wanted = valueOfVariable(variables, `KUBERNETES_${key.toUpperCase()}`);
  const ceiling = textOf(kubernetes, `${key}_overwrite_max_allowed`);
  if (!wanted || !ceiling) return own && quantityOf(key, own) !== undefined ? own : undefined;
  if (quantityOf(`${key}: ceiling`, ceiling) >= quantityOf(key, wanted)) return wanted;
  throw new Refusal('script_failure', `${key}: "${wanted}" is higher than the ceiling "${ceiling}"`);
}

function quantityOf(place: string, text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined)
    throw new Refusal('script_failure', `${place}: "${text}" is not a valid quantity`);
  return quantity;
}

function above(one: string, other: string): boolean {
  const [a, b] = [parseQuantity(one), parseQuantity(other)];
  return a !== undefined && b !== undefined && a > b;
}
