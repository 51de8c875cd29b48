import type { ClusterDiff } from '../diff/all';
import type { ForeignFile } from '../diff/foreign-files';
import { visible, visibleLines, visibleTexts } from '../values/visible';
import { effectTable, fieldLines, foreignParts, otherGroups, securityParts, summaryOf } from './diff-words';
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
    const more = groups.length - fitting.length;
    return [
      `${SIGNS.security} **${plain(sentence)}**`,
      ...(fitting.length > 0 ? [impactTable(fitting)] : []),
      ...(more > 0
        ? [`${SIGNS.security} **${more} more do not fit here; \`npx runner-fleet diff\` prints them all.**`]
        : []),
    ];
  });
}

/** Characters of one text of a row. */
const TEXT_MOST = 600;

/** A text as far as a row has room for it, with how much more there is. */
function short(text: string): string {
  if (text.length <= TEXT_MOST) return text;
  const kept = text.slice(0, TEXT_MOST).replace(/[\ud800-\udbff]$/, '');
  return `${kept}... (${text.length - kept.length} characters more, which npx runner-fleet diff prints)`;
}

function impactTable(groups: readonly ImpactGroup[]): string {
  const rows = groups.map(({ weight, objects, what, why, id }) => {
    const names = firstNames(objects, (name) => code(short(name))).join('<br>');
    return [`${SIGNS[weight]} ${weight}`, names, `${plain(short(what))} *${plain(short(why))}* (${id})`];
  });
  return table(['', 'object', 'what happens, and why'], rows);
}

function effectParts({ effects }: ClusterDiff): string[] {
  if (effects.length === 0) return [];
  const [headings, ...rows] = effectTable(effects).map((row) => row.map(plain));
  const rest = rows.length > ROWS_MOST ? [details('all runners', table(headings, rows))] : [];
  return [table(headings, rows.slice(0, ROWS_MOST)), ...rest];
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
    const text = fieldLines(change).join('\n');
    // A large object does not push out the ones after it.
    if (length + text.length > most) continue;
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
