import { isByteSlip, isBytesAsCpu, parseQuantity, type Quantity } from '../../values/quantity';
import { DOCKER_JOB_RESOURCES, JOB_RESOURCES } from '../defaults';
import type { JobResources, NormalContainer, NormalRange } from '../normal-fleet';
import type { ContainerResources, ResourceRange, RunnerSettings } from '../props/runner';

/** Requests, limits and ceilings of a job's containers, with defaults that give way to what is said. */
export function normaliseResources(said: RunnerSettings): JobResources {
  const defaults = said.dockerInDocker === undefined ? JOB_RESOURCES : DOCKER_JOB_RESOURCES;
  return {
    build: normaliseContainer(said.build, defaults.build),
    helper: normaliseContainer(said.helper, defaults.helper),
    service: normaliseContainer(said.service, defaults.service),
  };
}

function normaliseContainer(said: ContainerResources = {}, defaults: ContainerResources): NormalContainer {
  return {
    cpu: normaliseRange(said.cpu, defaults.cpu, isBytesAsCpu),
    memory: normaliseRange(said.memory, defaults.memory, isByteSlip),
    ephemeralStorage: normaliseRange(said.ephemeralStorage, defaults.ephemeralStorage, isByteSlip),
  };
}

interface Size {
  readonly text: string;
  readonly quantity: Quantity;
}

type Field = keyof ResourceRange;

/**
 * Defaults stretch around what is said, so that a larger request alone raises the limit and the ceilings below it.
 * Around what is not an amount nothing stretches: it stays as it is said, for the rules to report.
 */
function normaliseRange(
  said: ResourceRange = {},
  defaults: ResourceRange = {},
  isSlip: (quantity: Quantity) => boolean,
): NormalRange {
  const own = {
    request: sizeOf(said.request, isSlip),
    limit: sizeOf(said.limit, isSlip),
    maxRequest: sizeOf(said.maxRequest, isSlip),
    maxLimit: sizeOf(said.maxLimit, isSlip),
  };
  const choose = (field: Field, stretch: (size: Size) => Size | undefined): Size | undefined => {
    const size = sizeOf(defaults[field], isSlip);
    return said[field] === undefined ? size && stretch(size) : own[field];
  };
  const request = choose('request', (size) => smallest(size, own.limit, own.maxRequest, own.maxLimit));
  const limit = choose('limit', (size) => smallest(largest(size, request, own.maxRequest), own.maxLimit));
  const maxRequest = choose('maxRequest', (size) => limit ?? largest(size, request));
  const maxLimit = choose('maxLimit', () => limit);
  const text = (field: Field, size: Size | undefined) => said[field] ?? size?.text;
  return {
    request: text('request', request),
    limit: text('limit', limit),
    maxRequest: text('maxRequest', maxRequest),
    maxLimit: text('maxLimit', maxLimit),
  };
}

function sizeOf(text: unknown, isSlip: (quantity: Quantity) => boolean): Size | undefined {
  const quantity = typeof text === 'string' ? parseQuantity(text) : undefined;
  if (typeof text !== 'string' || quantity === undefined || quantity <= 0n || isSlip(quantity))
    return undefined;
  return { text, quantity };
}

function smallest(first: Size, ...others: (Size | undefined)[]): Size {
  return others.reduce<Size>((best, size) => (size && size.quantity < best.quantity ? size : best), first);
}

function largest(first: Size, ...others: (Size | undefined)[]): Size {
  return others.reduce<Size>((best, size) => (size && size.quantity > best.quantity ? size : best), first);
}
