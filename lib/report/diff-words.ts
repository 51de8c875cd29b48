import { displayName } from '../cluster/manifest';
import type { ClusterDiff } from '../diff/all';
import type { Capacity, Effect } from '../diff/effect';
import type { ForeignFile } from '../diff/foreign-files';
import { type ChangedObject, objectOf } from '../diff/rule';
import { feeSentence } from './auto-mode-fee';
import { groupImpacts, type ImpactGroup } from './impact-groups';

/** Longest value that a note prints whole. */
const VALUE_MOST = 120;

/** `production: 1 object added, 2 changed`. */
export function summaryOf({ cluster, changes }: ClusterDiff): string {
  const added = changes.filter(({ before }) => !before).length;
  const removed = changes.filter(({ after }) => !after).length;
  const counts = [
    [added, 'added'],
    [removed, 'removed'],
    [changes.length - added - removed, 'changed'],
  ] as const;
  const [first, ...rest] = counts.filter(([count]) => count > 0);
  const name = cluster === '' ? '' : `${cluster}: `;
  if (first === undefined) return `${name}no object changes`;
  const noun = first[0] === 1 ? 'object' : 'objects';
  return `${name}${[`${first[0]} ${noun} ${first[1]}`, ...rest.map(([count, verb]) => `${count} ${verb}`)].join(', ')}`;
}

/** Impacts that weaken what guards the fleet, by cluster: they stand before everything else. */
export function securityParts(
  diffs: readonly ClusterDiff[],
): readonly { readonly sentence: string; readonly groups: readonly ImpactGroup[] }[] {
  return diffs.flatMap(({ cluster, impacts }) => {
    const groups = groupImpacts(impacts.filter(({ weight }) => weight === 'security'));
    if (groups.length === 0) return [];
    const sentence = cluster === '' ? 'Security' : `${cluster}: security`;
    return [{ sentence: `${sentence} is weaker after this change`, groups }];
  });
}

/** The other impacts of a cluster. @param isOfRunners whether what happens to several runners is one */
export function otherGroups({ impacts }: ClusterDiff, isOfRunners = false): readonly ImpactGroup[] {
  return groupImpacts(
    impacts.filter(({ weight }) => weight !== 'security'),
    isOfRunners,
  );
}

/** Files that no rule judges: a sentence for those below the folder, one for those above it, each with its lines. */
export function foreignParts(
  foreign: readonly ForeignFile[],
  show: (file: string) => string,
): readonly { readonly sentence: string; readonly lines: readonly string[] }[] {
  const parts = [
    {
      where: 'below',
      sentence:
        'These files were not rendered, and no rule judges them. Flux or Argo CD may apply them, or read them as settings:',
    },
    {
      where: 'above',
      sentence:
        'These files decide what Flux takes of the repository or what Git makes of its files, and no rule judges them:',
    },
  ] as const;
  return parts.flatMap(({ where, sentence }) => {
    const files = foreign.filter((one) => one.where === where);
    const more = files.length - FOREIGN_MOST;
    const lines = files.slice(0, FOREIGN_MOST).map(({ file, is }) => `${is}: ${show(file)}`);
    if (files.length === 0) return [];
    return [{ sentence, lines: more > 0 ? [...lines, `and ${more} more`] : lines }];
  });
}

/** Files that no rule judges that are named one by one. */
const FOREIGN_MOST = 50;

/**
 * The fields of an object in lines: `+` for one that is new, `-` for one that goes, `~` and its fields for the rest.
 *
 * @param most characters of each value; the end of a longer one is left out
 */
export function fieldLines(change: ChangedObject, most = VALUE_MOST): readonly string[] {
  const { before, after, fields } = change;
  const name = displayName(objectOf(change));
  if (!after) return [`- ${name}`];
  if (!before)
    return [`+ ${name}`, ...fields.map(({ path, after: now }) => `    ${path}: ${cut(now, most)}`)];
  const renamed = before.name === after.name ? '' : ` (was ${before.name})`;
  return [
    `~ ${name}${renamed}`,
    ...fields.map(
      ({ path, before: old, after: now }) => `    ${path}: ${cutPair(old, now, most).join(' -> ')}`,
    ),
  ];
}

const HEADINGS = ['runner', 'jobs at once', 'types for the largest job', 'cheapest', 'USD/min'];

/** Cost and capacity of runners in a table, its headings first: `20 -> 40` where something differs. */
export function effectTable(effects: readonly Effect[]): readonly (readonly string[])[] {
  const isHeld = effects.some(({ before, after }) => before?.heldUsdPerMonth ?? after?.heldUsdPerMonth);
  const headings = isHeld ? [...HEADINGS, 'held room, USD/month'] : HEADINGS;
  return [headings, ...effects.map((effect) => effectRow(effect).slice(0, headings.length))];
}

/** What stands below the table where prices hold the fee of EKS Auto Mode. */
export function effectFee(effects: readonly Effect[]): readonly string[] {
  return feeSentence(effects.flatMap(({ before, after }) => [before ?? {}, after ?? {}]));
}

function effectRow({ runner, before, after }: Effect): readonly string[] {
  const cell = (show: (capacity: Capacity) => string) => {
    const [old, now] = [before && show(before), after && show(after)];
    if (old === now) return now ?? '-';
    return `${old ?? '-'} -> ${now ?? '-'}`;
  };
  return [
    runner,
    cell(({ jobs }) => String(jobs)),
    cell(({ types }) => String(types ?? '-')),
    cell(({ cheapest }) => cheapest ?? 'none'),
    cell(({ usdPerMinute }) => usdPerMinute?.toFixed(5) ?? '-'),
    cell(({ heldUsdPerMonth }) => heldUsdPerMonth?.toFixed(0) ?? '0'),
  ];
}

/** Two values, each from shortly before the first place where they differ: what was added to the end is seen. */
function cutPair(before: string | undefined, after: string | undefined, most: number): readonly string[] {
  const [old, now] = [before, after].map((value) => value ?? '');
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[same] === now[same]) same++;
  if (Math.max(old.length, now.length) <= VALUE_MOST || same <= BEFORE_CHANGE)
    return [cut(before, most), cut(after, most)];
  // A pair of code units is one character.
  const start = same - BEFORE_CHANGE - Number(/[\udc00-\udfff]/.test(old[same - BEFORE_CHANGE] ?? ''));
  return [before, after].map((value) =>
    value === undefined ? cut(value, most) : `...${cut(value.slice(start), most)}`,
  );
}

/** How much of two long values is printed before they differ. */
const BEFORE_CHANGE = 40;

function cut(value: string | undefined, most: number): string {
  if (value === undefined) return '(none)';
  const line = value.replaceAll('\n', '\\n');
  return line.length > most ? `${line.slice(0, most)}...` : line;
}
