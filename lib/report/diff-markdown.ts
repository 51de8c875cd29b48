import type { ClusterDiff } from '../diff/all';
import type { ForeignFile } from '../diff/foreign-files';
import type { ChangedObject } from '../diff/rule';
import { visible, visibleLines, visibleTexts } from '../values/visible';
import {
  effectFee,
  effectTable,
  fieldLines,
  foreignParts,
  otherGroups,
  securityParts,
  summaryOf,
} from './diff-words';
import { firstNames, type ImpactGroup } from './impact-groups';

/**
 * First line of a note: by it the next run finds the note and updates it. A repository with several projects has a note
 * for each, by its folder.
 */
export function noteMarker(folder = ''): string {
  return folder === ''
    ? '<!-- gitlab-runner-fleet diff -->'
    : `<!-- gitlab-runner-fleet diff of ${visible(folder).replaceAll('>', '\\u{3e}')} -->`;
}

/** The marker that a note begins with; undefined for another text. */
export function markerOf(note: string): string | undefined {
  return /^<!-- gitlab-runner-fleet diff(?: of [^\n]+)? -->(?=\n)/.exec(note)?.[0];
}

/** The note of a change that can't be compared: whatever an earlier one said no longer holds. */
export function printRefusalMarkdown(reason: string, folder: string): string {
  return `${noteMarker(folder)}

### This change can't be compared

${SIGNS.security} Nothing is known of what it does: treat it as if it could do anything. The reason:

${codeBlock(visibleLines(reason).slice(0, REASON_MOST))}
`;
}

/** Characters of a reason. */
const REASON_MOST = 2000;

/** A text that Markdown does not read, whatever fences it holds. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([fence]) => fence.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** What stands unfolded: about a screen. */
const ROWS_MOST = 12;
/** Characters of all folded fields together: below the 65,536 of a comment on GitHub; GitLab takes a million. */
const DETAILS_MOST = 40_000;
/** Characters of what is never folded. A note that holds more is one that nobody reads, or that a server refuses. */
const SECURITY_MOST = 25_000;
/** Rows of the folded table. */
const FOLDED_MOST = 30;

const SIGNS = {
  security: ':unlock:',
  disruptive: ':red_circle:',
  notice: ':large_orange_diamond:',
  info: ':white_circle:',
} as const;

/**
 * A comparison as a note of a merge request: what is weakened, a screen of what happens, the rest folded.
 *
 * @param foreign files that no rule judges
 * @param folder folder of the project below the top of its repository; empty at the top
 */
export function printDiffMarkdown(
  diffs: readonly ClusterDiff[],
  foreign: readonly ForeignFile[] = [],
  folder = '',
): string {
  const shown = visibleTexts(diffs);
  const weaker = securityTables(shown);
  const details = DETAILS_MOST - weaker.join('').length;
  const parts =
    diffs.length === 0
      ? ['No object changes.']
      : shown.flatMap((diff) => clusterParts(diff, details / diffs.length, foreign.length === 0));
  const unjudged = foreignParts(foreign, code).flatMap(({ sentence, lines }) => [
    `${SIGNS.disruptive} **${sentence}**`,
    lines.map((line) => `- ${line}`).join('\n'),
  ]);
  const heading = `### What this does to the runners${folder === '' ? '' : ` of ${code(folder)}`}`;
  return `${[noteMarker(folder), heading, ...unjudged, ...weaker, ...parts].join('\n\n')}\n`;
}

/** @param isAll whether nothing but objects changes */
function clusterParts(diff: ClusterDiff, most: number, isAll: boolean): string[] {
  const groups = otherGroups(diff);
  const isWeaker = diff.impacts.some(({ weight }) => weight === 'security');
  const heavy = groups.filter(({ weight }) => weight !== 'info');
  const shown = heavy.slice(0, ROWS_MOST);
  const folded = groups.filter((group) => !shown.includes(group));
  return [
    `**${plain(summaryOf(diff))}**`,
    ...(diff.changes.length > 0 && heavy.length === 0 && isAll && !isWeaker
      ? ['Nothing that runs is touched.']
      : []),
    ...(shown.length > 0 ? [impactTable(shown)] : []),
    ...effectParts(diff),
    ...(folded.length > 0
      ? [details(`${folded.length} more effects`, impactTable(folded.slice(0, FOLDED_MOST)))]
      : []),
    ...fieldParts(diff, most),
  ];
}

/** What is weakened, each as far as a row has room; what does not fit into any note is counted, and where it stands is said. */
function securityTables(diffs: readonly ClusterDiff[]): string[] {
  let left = SECURITY_MOST;
  return securityParts(diffs).flatMap(({ sentence, groups }) => {
    // One that is too long for what is left hides none of those after it.
    const fitting = groups.filter((group) => {
      const { length } = impactTable([group]);
      if (length > left) return false;
      left -= length;
      return true;
    });
    const others = groups.filter((group) => !fitting.includes(group));
    return [
      `${SIGNS.security} **${plain(sentence)}**`,
      ...(fitting.length > 0 ? [impactTable(fitting)] : []),
      ...(others.length > 0
        ? [
            `${SIGNS.security} **${others.length} more do not fit here; \`npx runner-fleet diff\` prints them all:** ${namesOf(others)}`,
          ]
        : []),
    ];
  });
}

/** What rows are about that have no room. */
function namesOf(groups: readonly ImpactGroup[]): string {
  const names = groups.flatMap(({ objects, id }) =>
    objects.map((name) => `${code(cutItem(name, ITEM_MOST))} (${id})`),
  );
  const more = names.length - NAMES_MOST;
  return `${names.slice(0, NAMES_MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Objects named of rows that have no room. */
const NAMES_MOST = 60;

/** Characters of one text of a row. */
const TEXT_MOST = 600;
/** Characters that each item of a long text keeps: enough for the name of a field, and the start of its value. */
const ITEM_MOST = 120;
/** The same where there are many items: the end of a name says more than its start. */
const ITEM_LEAST = 80;
/** Characters of a text of many items: those that have no room are counted. */
const ITEMS_MOST = 8_000;

/**
 * A text as far as a row has room for it, with how much more there is. Each item of a list is cut, never the list: a long value
 * in front must not hide the name of a field after it.
 */
function short(text: string): string {
  if (text.length <= TEXT_MOST) return text;
  // Within a field, a comma parts what was from what is.
  const fields = text.split(/(?<=;) /);
  const items = fields.length > FEW ? fields : text.split(/(?<=[;,]) /);
  const room = Math.max(TEXT_MOST, Math.min(ITEMS_MOST, ITEM_MOST * items.length));
  const most = Math.max(ITEM_LEAST, Math.floor(room / items.length));
  const named = items.slice(0, Math.floor(room / most));
  const kept = named.map((item) => cutItem(item, most)).join(' ');
  const more = text.length - kept.length;
  if (more <= 0) return text;
  const left = items.length - named.length;
  return `${kept} (${left > 0 ? `${left} items and ` : ''}${more} characters more, which npx runner-fleet diff prints)`;
}

/** Objects that a row of weakened security names. */
const WEAKENED_MOST = 30;

function cutItem(item: string, most: number): string {
  if (item.length <= most + CUT.length) return item;
  return `${item.slice(0, most).replace(/[\ud800-\udbff]$/, '')}${CUT}`;
}

/** Fields up to which lists within one are read too. */
const FEW = 8;

/** Stands for what is left out of an item. */
const CUT = '...';

function impactTable(groups: readonly ImpactGroup[]): string {
  const rows = groups.map(({ weight, objects, what, why, id }) => {
    const names = firstNames(
      objects,
      (name) => code(short(name)),
      weight === 'security' ? WEAKENED_MOST : undefined,
    ).join('<br>');
    return [`${SIGNS[weight]} ${weight}`, names, `${plain(short(what))} *${plain(short(why))}* (${id})`];
  });
  return table(['', 'object', 'what happens, and why'], rows);
}

function effectParts({ effects }: ClusterDiff): string[] {
  if (effects.length === 0) return [];
  const [headings, ...rows] = effectTable(effects).map((row) => row.map(plain));
  const rest = rows.length > ROWS_MOST ? [details('all runners', table(headings, rows))] : [];
  return [table(headings, rows.slice(0, ROWS_MOST)), ...effectFee(effects), ...rest];
}

function fieldParts({ changes, silent }: ClusterDiff, most: number): string[] {
  if (changes.length === 0) return [];
  const lines: string[] = [];
  let length = 0;
  let left = changes.length;
  // A volume of new objects does not push out what changes.
  const isChanged = ({ before, after }: (typeof changes)[number]) =>
    before !== undefined && after !== undefined;
  const sorted = [...changes.filter(isChanged), ...changes.filter((change) => !isChanged(change))];
  for (const change of sorted) {
    const text = fittingFields(change, Math.min(most - length, most / OBJECT_SHARE));
    if (text === undefined) continue;
    lines.push(text);
    length += text.length;
    left--;
  }
  const cut =
    left > 0 ? [`${left} more objects are left out here; \`npx runner-fleet diff\` prints them all.`] : [];
  const untold =
    silent.length > 0 ? [`No rule says that ${silent.length} of them touch anything that runs.`] : [];
  return [details('every changed field', [fenced(lines.join('\n')), ...cut, ...untold].join('\n\n'))];
}

/** An object takes at most this part of the room: a large one does not push out the ones after it. */
const OBJECT_SHARE = 2;
/** Characters of each value of an object with many fields. */
const SHORT_VALUE = 40;

/** The fields of an object that fit, with shorter values where there are many; undefined where there is no room for any. */
function fittingFields(change: ChangedObject, most: number): string | undefined {
  const whole = fieldLines(change).join('\n');
  if (whole.length <= most) return whole;
  const [name, ...fields] = fieldLines(change, SHORT_VALUE);
  const kept = [name];
  let length = name.length;
  for (const field of fields) {
    length += field.length + 1;
    if (length > most) break;
    kept.push(field);
  }
  const left = fields.length - (kept.length - 1);
  if (kept.length === 1) return undefined;
  return [...kept, ...(left > 0 ? [`    ... and ${left} more fields`] : [])].join('\n');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function details(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** Text in a block of code, whatever fences it holds itself. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** A name in code, where Markdown reads nothing into it. */
function code(name: string): string {
  return `\`${visible(name).replace(/[\s`|]+/g, ' ')}\``;
}

/**
 * Text that Markdown shows as it is. Names and tags are anybody's words: none may notify people (`@all`), refer to issues,
 * become a link or an emoji, hide what follows or end a cell. Where a backslash does not do on every server, a word joiner
 * parts the sign from what follows.
 */
function plain(text: string): string {
  return (
    visible(text)
      .replace(/\s+/g, ' ')
      .replace(/[\\`*_~|<[\]!#&$%^{}]/g, '\\$&')
      .replaceAll('@', `@${JOINER}`)
      // References as `#1`, `!1`, `%1`, `~label`, `$1`, `&1` are read again after backslashes are gone.
      .replace(/(?<=[#!%~$&^])(?=[\w"])/g, JOINER)
      // Addresses: https://, www., and whatever else has a scheme.
      .replace(/:(?=\/\/)/g, `:${JOINER}`)
      .replace(/\b(www|mailto|xmpp|GH)(?=[.:-])/gi, `$1${JOINER}`)
      // Emoji: `:name:`.
      .replace(/:(?=[\w+\\-]+:)/g, `:${JOINER}`)
  );
}

/** Parts two characters and shows nothing. */
const JOINER = '\u2060';
