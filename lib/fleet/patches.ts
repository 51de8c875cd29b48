import { isTable } from '../values/record';

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
export function applyPatch(target: unknown, patch: unknown): unknown {
  if (isNamedList(target) && isNamedList(patch)) return mergeNamedLists(target, patch);
  // Also what is new loses its nulls: a patch applied twice is as once.
  if (Array.isArray(patch)) return patch.map((item) => applyPatch(undefined, item));
  if (!isTable(patch)) return patch;
  const result: Record<string, unknown> = isTable(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = applyPatch(result[key], value);
  }
  return result;
}

type Named = { readonly name: string };

function mergeNamedLists(target: readonly Named[], patch: readonly Named[]): unknown[] {
  const names = new Set(target.map(({ name }) => name));
  const merged = target.map((item) => {
    const change = patch.find(({ name }) => name === item.name);
    return change ? applyPatch(item, change) : item;
  });
  return [
    ...merged,
    ...patch.filter(({ name }) => !names.has(name)).map((item) => applyPatch(undefined, item)),
  ];
}

function isNamedList(value: unknown): value is readonly Named[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isTable(item) && typeof item.name === 'string')
  );
}
