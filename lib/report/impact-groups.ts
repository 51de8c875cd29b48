import type { Impact } from '../diff/rule';

/** Objects to which the same happens for the same reason: one line for a release that touches them all. */
export interface ImpactGroup extends Omit<Impact, 'object'> {
  readonly objects: readonly string[];
}

/**
 * Impacts of one text together, in the order of the first of each.
 *
 * @param isOfRunners whether what happens to several runners is one: the name of the runner in the place of a key is left out
 */
export function groupImpacts(impacts: readonly Impact[], isOfRunners = false): readonly ImpactGroup[] {
  const groups = new Map<string, { first: Impact; objects: string[] }>();
  for (const impact of impacts) {
    const what = isOfRunners ? ofAnyRunner(impact) : impact.what;
    const key = [impact.id, impact.weight, what, impact.why].join('\n');
    const group = groups.get(key);
    if (group) group.objects.push(impact.object);
    else groups.set(key, { first: impact, objects: [impact.object] });
  }
  return [...groups.values()].map(({ first: { object: _own, ...first }, objects }) => ({
    ...first,
    what: objects.length > 1 && isOfRunners ? ofAnyRunner(first) : first.what,
    objects,
  }));
}

/** What is said of keys of a config.toml, without the name of the runner that they are of. */
function ofAnyRunner({ id, what }: Pick<Impact, 'id' | 'what'>): string {
  return id === 'config-changed' ? what.replace(/\brunners\[[^\]]*\]/g, 'runners[*]') : what;
}

/** Objects that a line or a row names before it counts the rest. */
const OBJECTS_MOST = 4;

/** The first few names, each as it is to be shown, and how many more there are. */
export function firstNames(
  names: readonly string[],
  show: (name: string) => string = (name) => name,
  most = OBJECTS_MOST,
): readonly string[] {
  const more = names.length - most;
  return more > 0 ? [...names.slice(0, most).map(show), `and ${more} more`] : names.map(show);
}
