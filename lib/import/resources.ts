import { JOB_RESOURCES } from '../fleet/defaults';
import type { ResourceRange } from '../fleet/props/containers';
import { parseQuantity } from '../values/quantity';
import { textOf } from '../values/record';
import type { Draft, Keys } from './draft';

const CONTAINERS = [
  ['build', ''],
  ['helper', 'helper_'],
  ['service', 'service_'],
] as const;
const RESOURCES = [
  ['cpu', 'cpu'],
  ['memory', 'memory'],
  ['ephemeralStorage', 'ephemeral_storage'],
] as const;
const BOUNDS = [
  ['request', 'request'],
  ['limit', 'limit'],
  ['maxRequest', 'request_overwrite_max_allowed'],
  ['maxLimit', 'limit_overwrite_max_allowed'],
] as const;

const KEY_OF: Readonly<Record<string, string>> = Object.fromEntries(BOUNDS);

/** Takes requests, limits and ceilings of containers, and clears the fleet's defaults that contradict them. */
export function takeResources(keys: Keys, draft: Draft): void {
  for (const [container, prefix] of CONTAINERS)
    for (const [resource, key] of RESOURCES) {
      const said: Record<string, string> = {};
      for (const [bound, suffix] of BOUNDS) {
        const from = `${prefix}${key}_${suffix}`;
        const value = textOf(keys.take('kubernetes', from));
        if (value === undefined || value === '') continue;
        said[bound] = value;
        draft.option(`kubernetes.${from}`, `${container}.${resource}.${bound}`, value);
      }
      for (const [bound, why] of defaultsInTheWay(said, JOB_RESOURCES[container]?.[resource] ?? {}))
        draft.option(
          `kubernetes.${prefix}${key}_${KEY_OF[bound]}`,
          `${container}.${resource}.${bound}`,
          null,
          why,
        );
    }
}

/**
 * Defaults that contradict given values: a limit below the given request, a ceiling below a request or a limit. Cleared, they are
 * unset as before.
 */
function defaultsInTheWay(
  said: Readonly<Record<string, string>>,
  defaults: ResourceRange,
): readonly (readonly [string, string])[] {
  if (Object.keys(said).length === 0) return [];
  const of = (bound: keyof ResourceRange) => parseQuantity(said[bound] ?? defaults[bound] ?? '');
  const most = [of('request'), of('maxRequest')].reduce((a, b) =>
    b !== undefined && (a === undefined || b > a) ? b : a,
  );
  const isBelow = (bound: keyof ResourceRange, other: bigint | undefined) => {
    const value = parseQuantity(defaults[bound] ?? '');
    return said[bound] === undefined && value !== undefined && other !== undefined && value < other;
  };
  const found: [string, string][] = [];
  const why = 'there was none before, and the default of the fleet is lower than what is requested';
  if (isBelow('limit', said.limit === undefined ? most : undefined)) found.push(['limit', why]);
  if (isBelow('maxRequest', of('request'))) found.push(['maxRequest', why]);
  if (isBelow('maxLimit', said.limit === undefined ? most : of('limit'))) found.push(['maxLimit', why]);
  // A default ceiling of requests above a given limit would let a job ask for what is then refused.
  const limit = parseQuantity(said.limit ?? '');
  const ceiling = parseQuantity(defaults.maxRequest ?? '');
  const covered = parseQuantity(said.maxLimit ?? '') ?? limit;
  if (
    said.maxRequest === undefined &&
    limit !== undefined &&
    ceiling !== undefined &&
    covered !== undefined &&
    ceiling > covered
  )
    found.push([
      'maxRequest',
      'there was none before, and the default of the fleet is higher than the limit',
    ]);
  return found;
}
