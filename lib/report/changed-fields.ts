import type { ClusterDiff } from '../diff/all';
import type { ChangedObject } from '../diff/rule';
import { fieldLines } from './diff-words';
import { codeBlock } from './markdown';

/** Every changed field as far as there is room, and what is left out. @param most characters of all */
export function changedFields({ changes, silent }: ClusterDiff, most: number): readonly string[] {
  if (changes.length === 0) return [];
  const lines: string[] = [];
  let length = 0;
  let left = changes.length;
  // A volume of new objects does not push out what changes.
  const isChanged = ({ before, after }: ChangedObject) => before !== undefined && after !== undefined;
  const sorted = [...changes.filter(isChanged), ...changes.filter((change) => !isChanged(change))];
  for (const alike of withAlikeFields(sorted)) {
    const text = fittingFields(alike, Math.min(most - length, most / OBJECT_SHARE));
    if (text === undefined) continue;
    lines.push(text);
    length += text.length;
    left -= alike.length;
  }
  const cut =
    left > 0 ? [`${left} more objects are left out here; \`npx runner-fleet diff\` prints them all.`] : [];
  const untold =
    silent.length > 0 ? [`No rule says that ${silent.length} of them touch anything that runs.`] : [];
  return [codeBlock(lines.join('\n'), 'diff'), ...cut, ...untold];
}

/** Objects that change in the same way, one after the other: their fields stand once, below all of their names. */
function withAlikeFields(changes: readonly ChangedObject[]): readonly (readonly ChangedObject[])[] {
  const groups = new Map<string, ChangedObject[]>();
  for (const [index, change] of changes.entries()) {
    const isOfBoth = change.before && change.after && change.fields.length > 0;
    const key = isOfBoth ? JSON.stringify(change.fields) : String(index);
    const group = groups.get(key);
    if (group && group.length < ALIKE_MOST) group.push(change);
    else groups.set(group ? `${key} ${index}` : key, [change]);
  }
  return [...groups.values()];
}

/** Names above the same fields. */
const ALIKE_MOST = 50;

/** An object takes at most this part of the room: a large one does not push out the ones after it. */
const OBJECT_SHARE = 2;
/** Characters of each value of an object with many fields. */
const SHORT_VALUE = 40;

/** The fields of objects that fit, with shorter values where there are many; undefined where there is no room for any. */
function fittingFields(alike: readonly ChangedObject[], most: number): string | undefined {
  const [last] = alike.slice(-1);
  const names = alike.slice(0, -1).map((change) => fieldLines(change)[0]);
  const whole = [...names, ...fieldLines(last)].join('\n');
  if (whole.length <= most) return whole;
  const [name, ...fields] = fieldLines(last, SHORT_VALUE);
  const kept = [...names, name];
  const heads = kept.length;
  let length = kept.join('\n').length;
  for (const field of fields) {
    length += field.length + 1;
    if (length > most) break;
    kept.push(field);
  }
  const left = fields.length - (kept.length - heads);
  if (kept.length === heads) return undefined;
  return [...kept, ...(left > 0 ? [`    ... and ${left} more fields`] : [])].join('\n');
}
