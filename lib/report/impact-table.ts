import { firstNames, type ImpactGroup } from './impact-groups';
import { code, plain, table } from './markdown';
import { short } from './row-text';

/** What stands for each weight at a glance. */
export const SIGNS = {
  security: ':unlock:',
  disruptive: ':red_circle:',
  notice: ':large_orange_diamond:',
  info: ':white_circle:',
} as const;

/** Objects that a row names. */
const OBJECTS_MOST = 30;

/** What happens, a row for each cause; @param most objects that a row names before it counts the rest */
export function impactTable(groups: readonly ImpactGroup[], most?: number): string {
  const rows = groups.map(({ weight, objects, what, why, id }) => {
    const names = firstNames(
      objects,
      (name) => code(short(name)),
      weight === 'security' ? OBJECTS_MOST : most,
    ).join('<br>');
    return [`${SIGNS[weight]} ${weight}`, names, `${plain(short(what))} *${plain(short(why))}* (${id})`];
  });
  return table(['', 'object', 'what happens, and why'], rows);
}
