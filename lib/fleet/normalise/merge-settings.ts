import { merge } from '../../values/merge';

/**
 * Settings with the fleet's defaults beneath them: objects merge key by key, lists and single values replace, and null
 * is a value. A key that is undefined counts as not said.
 */
export function mergeSettings<T extends object>(defaults: Partial<T> | undefined, own: T): T {
  return merge(defaults, own, { nulls: 'stay', lists: 'replace' }) as T;
}

/** Settings with every default that depends on nothing else filled in. */
export function fillDefaults<T extends object, D extends Partial<T>>(
  defaults: D,
  said: T,
): T & Required<Pick<T, keyof D & keyof T>> {
  return merge(defaults, said, { nulls: 'stay', lists: 'replace' }) as T &
    Required<Pick<T, keyof D & keyof T>>;
}
