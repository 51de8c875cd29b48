import { merge } from '../values/merge';

/** A part of a Kubernetes object, as it would stand in its YAML. */
export type ObjectPatch = { readonly [key: string]: unknown };

/**
 * Changes to rendered objects by kind: the way to any field that has no option of its own.
 *
 * Objects merge key by key, `null` removes a key, and a list replaces the list, but for lists of named objects
 * (containers, env, volumes), which merge by `name`, and never by index.
 */
export type Patches<Kind extends string> = { readonly [K in Kind]?: ObjectPatch };

/** An object with a patch applied; neither is changed. */
export function applyPatch<T>(target: T, patch: unknown): T {
  // A patch that makes another type of it is not one: the rules of patches and of config.toml see to that.
  return merge(target, patch, { nulls: 'remove', lists: 'by-name' }) as T;
}
