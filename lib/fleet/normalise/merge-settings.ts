import { merge } from '../../values/merge';
import { fieldsOf, isTable } from '../../values/record';
import type { Override } from '../override';

/**
 * Settings with the fleet's defaults beneath them: objects merge key by key, lists and single values replace, and null
 * is a value. A key that is undefined counts as not said.
 */
export function mergeSettings<T extends object>(defaults: Partial<T> | undefined, own: Override<T>): T {
  return merge(defaults, own, { nulls: 'stay', lists: 'replace' }) as T;
}

/** The same, and null takes back what the defaults say. */
export function inheritSettings<T extends object>(defaults: Partial<T> | undefined, own: Override<T>): T {
  return withoutNulls(mergeSettings(defaults, own)) as T;
}

/** Options below which null is a value: no request at all, or a class of nodes that inherits from one more level. */
const NULL_IS_SAID = new Set(['cpu', 'memory', 'ephemeralStorage', 'nodeClass']);
/** Options of which only the first level is ours: below it, null removes a key of what is rendered. */
const NULL_REMOVES = new Set(['config', 'patches']);

function withoutNulls(settings: unknown): unknown {
  if (!isTable(settings)) return settings;
  const said = Object.entries(settings).filter(([, value]) => value !== null);
  return Object.fromEntries(said.map(([key, value]) => [key, belowKey(key, value)]));
}

function belowKey(key: string, value: unknown): unknown {
  if (NULL_IS_SAID.has(key)) return value;
  if (!NULL_REMOVES.has(key)) return withoutNulls(value);
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(([, item]) => item !== null));
}

/** Settings with every default that depends on nothing else filled in. */
export function fillDefaults<T extends object, D extends Partial<T>>(
  defaults: D,
  said: T,
): T & Required<Pick<T, keyof D & keyof T>> {
  return merge(defaults, said, { nulls: 'stay', lists: 'replace' }) as T &
    Required<Pick<T, keyof D & keyof T>>;
}
