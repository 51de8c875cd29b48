import { parseQuantity, type Quantity } from '../../values/quantity';
import { JOB_RESOURCES } from '../defaults';
import type { Faults } from '../fault';
import type { ContainerResources, ResourceRange, RunnerSettings } from '../props/runner';
import { checkBytes, checkCpu } from '../validate/fields';

/** Requests, limits and ceilings of one resource; a field is undefined where it shall not be rendered. */
export type ResolvedRange = { readonly [F in keyof Required<ResourceRange>]: string | undefined };

export type ResolvedContainer = { readonly [R in keyof Required<ContainerResources>]: ResolvedRange };

export interface ResolvedJobResources {
  readonly build: ResolvedContainer;
  readonly helper: ResolvedContainer;
  readonly service: ResolvedContainer;
}

/** Requests, limits and ceilings of a job's containers, with defaults that give way to what is said. */
export function resolveResources(faults: Faults, settings: RunnerSettings): ResolvedJobResources {
  return {
    build: resolveContainer(faults, 'build', settings.build),
    helper: resolveContainer(faults, 'helper', settings.helper),
    service: resolveContainer(faults, 'service', settings.service),
  };
}

function resolveContainer(
  faults: Faults,
  name: keyof ResolvedJobResources,
  own: ContainerResources = {},
): ResolvedContainer {
  const defaults = JOB_RESOURCES[name];
  const place = faults.at(name);
  return {
    cpu: resolveRange(place.at('cpu'), checkCpu, own.cpu, defaults.cpu),
    memory: resolveRange(place.at('memory'), checkBytes, own.memory, defaults.memory),
    ephemeralStorage: resolveRange(
      place.at('ephemeralStorage'),
      checkBytes,
      own.ephemeralStorage,
      defaults.ephemeralStorage,
    ),
  };
}

type Check = (faults: Faults, field: string, value: unknown) => Quantity | undefined;

interface Size {
  readonly text: string;
  readonly quantity: Quantity;
}

function resolveRange(
  faults: Faults,
  check: Check,
  own: ResourceRange = {},
  defaults: ResourceRange = {},
): ResolvedRange {
  const said = (field: keyof ResourceRange): Size | undefined => {
    const text = own[field];
    if (text === undefined || text === null) return undefined;
    const quantity = check(faults, field, text);
    return quantity === undefined ? undefined : { text, quantity };
  };
  const range = stretchDefaults(own, defaults, {
    request: said('request'),
    limit: said('limit'),
    maxRequest: said('maxRequest'),
    maxLimit: said('maxLimit'),
  });
  checkOrder(faults, range);
  return {
    request: range.request?.text,
    limit: range.limit?.text,
    maxRequest: range.maxRequest?.text,
    maxLimit: range.maxLimit?.text,
  };
}

type Range = { readonly [F in keyof Required<ResourceRange>]: Size | undefined };

/** Defaults stretch around what is said, so that a larger request alone raises the limit and the ceilings below it. */
function stretchDefaults(own: ResourceRange, defaults: ResourceRange, said: Range): Range {
  const choose = (field: keyof ResourceRange, fallback: (value: Size) => Size | undefined) => {
    if (own[field] !== undefined) return said[field];
    const value = sizeOf(defaults[field]);
    return value && fallback(value);
  };
  const request = choose('request', (value) => smallest(value, said.limit, said.maxRequest, said.maxLimit));
  const limit = choose('limit', (value) => smallest(largest(value, request, said.maxRequest), said.maxLimit));
  const maxRequest = choose('maxRequest', (value) => limit ?? largest(value, request));
  const maxLimit = choose('maxLimit', () => limit);
  return { request, limit, maxRequest, maxLimit };
}

function checkOrder(faults: Faults, range: Range): void {
  const orders: [keyof Range, keyof Range, string][] = [
    ['request', 'limit', 'a request above its limit: the API server refuses every job pod'],
    [
      'request',
      'maxRequest',
      'a request above its ceiling: a job that asks for the default would be refused',
    ],
    ['limit', 'maxLimit', 'a limit above its ceiling: a job that asks for the default would be refused'],
    [
      'maxRequest',
      'limit',
      'a ceiling above the limit: a job that asks for it gets a pod that the API server refuses',
    ],
  ];
  for (const [lower, upper, rule] of orders) {
    const [low, high] = [range[lower], range[upper]];
    if (!low || !high || low.quantity <= high.quantity) continue;
    faults.add(
      lower,
      low.text,
      `${rule} (${upper} is ${high.text})`,
      `lower it to "${high.text}" or raise ${upper}`,
    );
  }
}

function sizeOf(text: string | null | undefined): Size | undefined {
  const quantity = typeof text === 'string' ? parseQuantity(text) : undefined;
  return quantity === undefined || typeof text !== 'string' ? undefined : { text, quantity };
}

function smallest(first: Size, ...others: (Size | undefined)[]): Size {
  return others.reduce<Size>((best, size) => (size && size.quantity < best.quantity ? size : best), first);
}

function largest(first: Size, ...others: (Size | undefined)[]): Size {
  return others.reduce<Size>((best, size) => (size && size.quantity > best.quantity ? size : best), first);
}
