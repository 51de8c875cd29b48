import type { ClusterDiff } from '../diff/all';
import type { ForeignFile } from '../diff/foreign-files';
import { SAID_IN_SENTENCE } from '../diff/running-jobs';
import { visible, visibleLines, visibleTexts } from '../values/visible';
import { changedFields } from './changed-fields';
import { effectParts } from './diff-effects';
import { foreignParts, otherGroups, securityParts, summaryOf } from './diff-words';
import type { ImpactGroup } from './impact-groups';
import { impactTable, SIGNS } from './impact-table';
import { code, codeBlock, details, plain } from './markdown';
import { cutItem, ITEM_MOST } from './row-text';
import { causesToList, summarySentence } from './summary-sentence';

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

/** What stands unfolded: about a screen. */
const ROWS_MOST = 12;
/** Characters of all folded fields together: below the 65,536 of a comment on GitHub; GitLab takes a million. */
const DETAILS_MOST = 40_000;
/** Characters of what is never folded. A note that holds more is one that nobody reads, or that a server refuses. */
const SECURITY_MOST = 25_000;
/** Rows of the folded table. */
const FOLDED_MOST = 30;

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

/**
 * One cluster: a sentence, what it costs, what is disruptive or asks somebody to act, and the rest folded.
 * @param isAll whether nothing but objects changes
 */
function clusterParts(diff: ClusterDiff, most: number, isAll: boolean): string[] {
  const groups = otherGroups(diff, true);
  const disruptive = groups.filter(({ weight }) => weight === 'disruptive').slice(0, DISRUPTIVE_MOST);
  const toDo = groups.filter(({ weight, id }) => weight === 'notice' && !SAID_IN_SENTENCE.has(id));
  const shown = [...disruptive, ...toDo.slice(0, Math.max(ROWS_MOST - disruptive.length, ROWS_LEAST))];
  const folded = groups.filter((group) => !shown.includes(group));
  const name = diff.cluster === '' ? '' : `${diff.cluster}: `;
  const sentence = summarySentence(diff, isAll);
  return [
    `**${plain(sentence === undefined ? summaryOf(diff) : `${name}${sentence}.`)}**`,
    ...causeList(diff),
    ...effectParts(diff),
    ...(shown.length > 0 ? [impactTable(shown)] : []),
    ...foldedParts(diff, folded, most),
  ];
}

/** Rows of what asks somebody to act, however much is disruptive. */
const ROWS_LEAST = 4;
/** Rows of what is disruptive. */
const DISRUPTIVE_MOST = 30;

/** What was meant, one a line, where a sentence has no room for it. */
function causeList(diff: ClusterDiff): readonly string[] {
  const causes = causesToList(diff);
  if (causes.length === 0) return [];
  const more = causes.length - ROWS_MOST;
  const lines = causes.slice(0, ROWS_MOST).map((cause) => `- ${plain(cause)}`);
  return [[...lines, ...(more > 0 ? [`- and ${more} more, folded below`] : [])].join('\n')];
}

/** What else happens and every changed field, opened by a click. */
function foldedParts(diff: ClusterDiff, groups: readonly ImpactGroup[], most: number): readonly string[] {
  const rest = groups.length - FOLDED_MOST;
  const effects =
    groups.length === 0
      ? []
      : [
          impactTable(groups.slice(0, FOLDED_MOST), NAMES_MOST),
          ...(rest > 0
            ? [`${rest} more effects are left out here; \`npx runner-fleet diff\` prints them all.`]
            : []),
        ];
  const fields = changedFields(diff, most);
  if (effects.length + fields.length === 0) return [];
  const count = groups.length === 0 ? '' : `${groups.length} more effect${groups.length === 1 ? '' : 's'}`;
  const what = [count, ...(fields.length > 0 ? ['every changed field'] : [])].filter((one) => one !== '');
  const objects = diff.changes.length === 0 ? '' : `${summaryWithoutName(diff)}: `;
  return [details(`${objects}${what.join(' and ')}`, [...effects, ...fields].join('\n\n'))];
}

function summaryWithoutName(diff: ClusterDiff): string {
  return summaryOf({ ...diff, cluster: '' });
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
