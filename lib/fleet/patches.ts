import { merge } from '../values/merge';

/** A part of a Kubernetes object, as in its YAML. */
export type ObjectPatch = { readonly [key: string]: unknown };

/**
 * Changes to rendered objects by kind, for any field that has no option.
 *
 * Objects merge key by key, `null` removes a key, and a list replaces the list, except for lists of named objects
 * (containers, env, volumes), which merge by `name`, never by index.
 */
export type Patches<Kind extends string> = { readonly [K in Kind]?: ObjectPatch };

/** An object with a patch applied; neither is changed. */
export function applyPatch<T>(target: T, patch: unknown): T {
  // A patch that makes another type of it is not one: the rules of patches and of config.toml see to that.
  return merge(target, patch, { nulls: 'remove', lists: 'by-name' }) as T;
}
