import type { ClusterDiff } from '../diff/all';
import type { ForeignFile } from '../diff/foreign-files';
import type { Weight } from '../diff/rule';
import { visible, visibleTexts } from '../values/visible';
import type { Colors } from './colors';
import { costChangeLines } from './cost-text';
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
import { alignedLines } from './table';

/** A comparison as a person reads it at a terminal: what is weakened, what happens, cost and capacity, then every field. */
export function printDiffText(
  diffs: readonly ClusterDiff[],
  colors: Colors,
  foreign: readonly ForeignFile[] = [],
): string {
  const unjudged = foreignParts(foreign, visible).map(({ sentence, lines }) =>
    [colors.red(sentence), ...lines.map((line) => `  ${line}`), ''].join('\n'),
  );
  const shown = visibleTexts(diffs);
  const security = securityParts(shown).map(({ sentence, groups }) =>
    [colors.red(colors.bold(sentence)), '', ...groups.flatMap((group) => impactLines(group, colors))].join(
      '\n',
    ),
  );
  return [...unjudged, ...security, ...shown.map((diff) => clusterText(diff, colors))].join('\n');
}

function clusterText(diff: ClusterDiff, colors: Colors): string {
  return [
    colors.bold(summaryOf(diff)),
    '',
    ...otherGroups(diff).flatMap((group) => impactLines(group, colors)),
    ...silentLines(diff),
    ...effectLines(diff, colors),
    ...moneyLines(diff, colors),
    // Whole, since a note that cuts them says that they stand here.
    ...diff.changes.flatMap((change) => fieldLines(change, Number.POSITIVE_INFINITY)),
    ...(diff.changes.length > 0 ? [''] : []),
  ].join('\n');
}

function impactLines({ weight, id, objects, what, why }: ImpactGroup, colors: Colors): string[] {
  return [
    `${colorOf(weight, colors)(weight)} ${colors.bold(`[${id}]`)} ${firstNames(objects, undefined, weight === 'security' ? objects.length : undefined).join(', ')}`,
    `  ${what}`,
    colors.dim(`  why: ${why}`),
    '',
  ];
}

function silentLines({ silent }: ClusterDiff): string[] {
  return silent.length > 0
    ? [`No rule says that these touch anything that runs: ${firstNames(silent).join(', ')}`, '']
    : [];
}

function effectLines({ effects }: ClusterDiff, colors: Colors): string[] {
  if (effects.length === 0) return [];
  const [headings, ...lines] = alignedLines(effectTable(effects));
  return [colors.bold(headings), ...lines, ...effectFee(effects), ''];
}

function moneyLines({ cost }: ClusterDiff, colors: Colors): string[] {
  const [heading, ...lines] = costChangeLines(cost);
  return heading === undefined ? [] : [colors.bold(heading), ...lines, ''];
}

function colorOf(weight: Weight, colors: Colors): (text: string) => string {
  if (weight === 'security' || weight === 'disruptive') return colors.red;
  return weight === 'notice' ? colors.yellow : colors.dim;
}
