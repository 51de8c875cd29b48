import { isTable } from './record';

/** How two values merge where they leave a choice. */
export interface MergeRules {
  /** What null means in a change: a value like any other, or that the key goes, also within what is new. */
  readonly nulls: 'stay' | 'remove';
  /**
   * What a list does: it replaces the list, or lists of named objects merge by `name` and never by index. An empty list
   * empties the list.
   */
  readonly lists: 'replace' | 'by-name';
}

/** A value with a change on top, objects key by key; neither is changed. A key that is undefined says nothing. */
export function merge(target: unknown, change: unknown, rules: MergeRules): unknown {
  if (mergesByName(target, change, rules)) return mergeNamed(target, change as readonly Named[], rules);
  if (Array.isArray(change))
    return rules.nulls === 'remove' ? change.map((item) => merge(undefined, item, rules)) : change;
  if (!isTable(change)) return change;
  // A map, since setting the key `__proto__` of an object sets something else.
  const result = new Map(isTable(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(change)) {
    if (value === null && rules.nulls === 'remove') result.delete(key);
    else if (value !== undefined) result.set(key, merge(result.get(key), value, rules));
  }
  return Object.fromEntries(result);
}

interface Named {
  readonly name: string;
}

function mergesByName(target: unknown, change: unknown, { lists }: MergeRules): target is readonly Named[] {
  if (lists === 'replace' || !isNamedList(target) || !isNamedList(change)) return false;
  return target.length > 0 && change.length > 0;
}

function mergeNamed(target: readonly Named[], change: readonly Named[], rules: MergeRules): unknown[] {
  const changes = new Map(change.map((item) => [item.name, item]));
  const names = new Set(target.map(({ name }) => name));
  return [
    ...target.map((item) => merge(item, changes.get(item.name) ?? {}, rules)),
    ...change.filter(({ name }) => !names.has(name)).map((item) => merge(undefined, item, rules)),
  ];
}

function isNamedList(value: unknown): value is readonly Named[] {
  return Array.isArray(value) && value.every((item) => isTable(item) && typeof item.name === 'string');
}
