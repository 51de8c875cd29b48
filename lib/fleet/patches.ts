import { merge } from '../values/merge';

/** A part of a Kubernetes object, as in its YAML. */
export type ObjectPatch = { readonly [key: string]: unknown };

/** `<Kind>/<name>`. */
type OneObject<Kind extends string> = `${Kind}/${string}`;

/**
 * Changes to rendered objects, for any field that has no option: by kind for all of them, by `<Kind>/<name>` for one, on top
 * of what its kind says. A NetworkPolicy goes by its namespace, for example `NetworkPolicy/gitlab-jobs`.
 *
 * Objects merge key by key, `null` removes a key, and a list replaces the list, except for lists of named objects
 * (containers, env, volumes), which merge by `name`, never by index.
 */
export type Patches<Kind extends string> = { readonly [K in Kind | OneObject<Kind>]?: ObjectPatch };

/** The patches of one object, in the order in which they apply: that of its kind, then its own. */
export function patchesOf<Kind extends string>(
  patches: Patches<Kind> | undefined,
  kind: Kind,
  name: string,
): readonly ObjectPatch[] {
  const known: { readonly [key: string]: ObjectPatch | undefined } = patches ?? {};
  return [known[kind], known[`${kind}/${name}`]].filter((patch) => patch !== undefined);
}

/** An object with a patch applied; neither is changed. */
export function applyPatch<T>(target: T, patch: unknown): T {
  // A patch that makes another type of it is not one: the rules of patches and of config.toml see to that.
  return merge(target, patch, { nulls: 'remove', lists: 'by-name' }) as T;
}
