import { inMebibytes, isByteSlip, isBytesAsCpu, parseQuantity, type Quantity } from '../../values/quantity';
import { type ResourceOrder, raisesBoth, resourceDisorders } from '../resource-order';
import { KUBERNETES_TABLE } from './keys';
import type { ConfigProblem } from './problem';

type Texts = Readonly<Record<string, unknown>>;

/**
 * Requests, limits and ceilings that fail when a job runs, which the runner's own lint lets pass.
 *
 * @param kubernetes the parsed `[runners.kubernetes]` table
 */
export function resourceFaults(kubernetes: Texts, path: string): readonly ConfigProblem[] {
  return [...quantityFaults(kubernetes, path), ...orderFaults(kubernetes, path)];
}

function quantityFaults(kubernetes: Texts, path: string): ConfigProblem[] {
  const faults: ConfigProblem[] = [];
  for (const [key, shape] of Object.entries(KUBERNETES_TABLE)) {
    const value = kubernetes[key];
    if ((shape !== 'cpu' && shape !== 'bytes') || typeof value !== 'string' || value === '') continue;
    const quantity = parseQuantity(value);
    const place = `${path}.${key}`;
    if (quantity === undefined || quantity < 0n) faults.push(notAQuantity(place, value, shape));
    else if (isSlip(quantity, shape))
      faults.push(shape === 'cpu' ? bytesAsCpu(place, value) : unitSlip(place, value));
  }
  return faults;
}

function notAQuantity(path: string, value: string, shape: 'cpu' | 'bytes'): ConfigProblem {
  const example = shape === 'cpu' ? '"500m" or "2"' : '"512Mi" or "2Gi"';
  const why = 'no Kubernetes quantity: every job fails before its pod is made';
  return { id: 'quantity', severity: 'error', at: path, found: value, why, fix: `write it as ${example}` };
}

function unitSlip(path: string, value: string): ConfigProblem {
  const why = 'less than a mebibyte: "m" means thousandths, and no unit means bytes';
  // A request of next to nothing keeps no room; with such a limit no container starts.
  const severity = path.endsWith('_request') ? 'warning' : 'error';
  return { id: 'unit-slip', severity, at: path, found: value, why, fix: `write "${inMebibytes(value)}"` };
}

function bytesAsCpu(path: string, value: string): ConfigProblem {
  const why = 'a unit of bytes on a count of CPUs: no node has that many';
  return {
    id: 'unit-slip',
    severity: 'error',
    at: path,
    found: value,
    why,
    fix: 'write CPUs, for example "500m" or "2"',
  };
}

function orderFaults(kubernetes: Texts, path: string): ConfigProblem[] {
  const faults: ConfigProblem[] = [];
  for (const container of ['', 'helper_', 'service_', 'pod_']) {
    for (const resource of ['cpu', 'memory', 'ephemeral_storage']) {
      faults.push(...orderOf(kubernetes, path, `${container}${resource}`));
    }
  }
  return faults;
}

const RULES: Record<ResourceOrder, string> = {
  'request-limit': 'the API server refuses every job pod whose request exceeds its limit',
  'request-maxRequest': 'a job that asks for the default by variable is refused',
  'limit-maxLimit': 'a job that asks for the default by variable is refused',
  'maxRequest-limit':
    'a job that asks for its ceiling gets a pod above its limit, which the API server refuses',
};

function orderOf(kubernetes: Texts, path: string, stem: string): ConfigProblem[] {
  const keys = {
    request: `${stem}_request`,
    limit: `${stem}_limit`,
    maxRequest: `${stem}_request_overwrite_max_allowed`,
    maxLimit: `${stem}_limit_overwrite_max_allowed`,
  };
  const shape = stem.endsWith('cpu') ? 'cpu' : 'bytes';
  const amountOf = (key: string) => quantityOf(kubernetes[key], shape);
  const amounts = {
    request: amountOf(keys.request),
    limit: amountOf(keys.limit),
    maxRequest: amountOf(keys.maxRequest),
    maxLimit: amountOf(keys.maxLimit),
  };
  const disorders = resourceDisorders(amounts).map(
    ({ order, lower, upper }): ConfigProblem => ({
      id: 'resource-order',
      severity: 'error',
      at: `${path}.${keys[lower]}`,
      found: String(kubernetes[keys[lower]]),
      why: RULES[order],
      fix: `lower it to ${kubernetes[keys[upper]]} (${keys[upper]}), or raise that`,
    }),
  );
  return raisesBoth(amounts) ? [...disorders, bothNote(kubernetes, path, keys)] : disorders;
}

/** Right as it is, and a trap for jobs that raise one of the two alone. */
function bothNote(
  kubernetes: Texts,
  path: string,
  { limit, maxRequest }: Readonly<Record<'limit' | 'maxRequest', string>>,
): ConfigProblem {
  return {
    id: 'resource-order',
    severity: 'note',
    at: `${path}.${maxRequest}`,
    found: String(kubernetes[maxRequest]),
    why: `a job that asks for more than ${kubernetes[limit]} must raise its limit too: the API server refuses a request above its limit`,
    fix: `tell pipeline authors, or raise ${limit}`,
  };
}

/** An amount that is to be compared; one with the unit of something else is reported as that, and compared with nothing. */
function quantityOf(value: unknown, shape: 'cpu' | 'bytes'): Quantity | undefined {
  const quantity = typeof value === 'string' && value !== '' ? parseQuantity(value) : undefined;
  return quantity === undefined || isSlip(quantity, shape) ? undefined : quantity;
}

function isSlip(quantity: Quantity, shape: 'cpu' | 'bytes'): boolean {
  return shape === 'cpu' ? isBytesAsCpu(quantity) : quantity > 0n && isByteSlip(quantity);
}
