import { isTable } from '../../values/record';
/**
 * Settings with the fleet's defaults beneath them: objects merge key by key, lists and single values replace.
 * A key that is undefined counts as not said.
 */
export function mergeSettings<T extends object>(defaults: T | undefined, own: T): T {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(own)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isTable(below) && isTable(value) ? mergeSettings(below, value) : value;
  }
  return merged as T;
}
