import type { Line, LineKind } from '../import/line';
import { visibleTexts } from '../values/visible';

/** Headings in the order in which a person wants them. */
const HEADINGS: readonly (readonly [LineKind, string])[] = [
  ['unread', 'Could not be read'],
  ['refused', 'Refused'],
  ['decide', 'To decide'],
  ['no-effect', 'Had no effect before, left out'],
  ['config', 'Carried over to config'],
  ['option', 'Carried over to options'],
  ['not-needed', 'Not needed'],
];

/** What happened to each value and key, for people: equal lines once, with the runners that have them. */
export function printImport(lines: readonly Line[]): string {
  const all = visibleTexts(lines);
  const runners = new Set(all.map(({ runner }) => runner).filter((name) => name !== undefined));
  return HEADINGS.flatMap(([kind, heading]) => {
    const rows = joined(
      all.filter((line) => line.kind === kind),
      runners.size,
    );
    return rows.length > 0 ? [`${heading}:`, ...rows, ''] : [];
  }).join('\n');
}

function joined(lines: readonly Line[], count: number): readonly string[] {
  const groups = new Map<string, (string | undefined)[]>();
  for (const { from, to, why, runner } of withJointNames(lines)) {
    const text = `${from}${to === undefined ? '' : ` -> ${to}`}${why === undefined ? '' : `: ${why}`}`;
    groups.set(text, [...(groups.get(text) ?? []), runner]);
  }
  return [...groups].map(([text, names]) => {
    const named = [...new Set(names.filter((name) => name !== undefined))];
    const isOfAll = named.length === 0 || (named.length === count && count > 1) || count < 2;
    return `  ${isOfAll ? '' : `[${named.join(', ')}] `}${text}`;
  });
}

/** Lines of what is not needed, with those of one runner and reason as one. */
function withJointNames(lines: readonly Line[]): readonly Line[] {
  const groups = new Map<string, Line>();
  for (const [index, line] of lines.entries()) {
    const isJoint = line.kind === 'not-needed' && line.to === undefined;
    const key = isJoint ? JSON.stringify([line.runner, line.why]) : String(index);
    const known = groups.get(key);
    groups.set(key, known === undefined ? line : { ...line, from: `${known.from}, ${line.from}` });
  }
  return [...groups.values()];
}
