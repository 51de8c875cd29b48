/**
 * Why a pattern of images is broken, as a sentence; undefined where it is not. The runner takes a broken pattern for one that
 * matches nothing, without a word.
 *
 * @see github.com/bmatcuk/doublestar, by which the runner matches
 */
export function globFault(pattern: string): string | undefined {
  let braces = 0;
  for (let index = 0; index < pattern.length; index++) {
    const end = endOfStep(pattern, index);
    if (end === undefined)
      return pattern[index] === '[' ? 'a bracket opens and is never closed' : 'it ends with a backslash';
    if (pattern[index] === '{') braces++;
    if (pattern[index] === '}') braces = Math.max(0, braces - 1);
    index = end;
  }
  return braces > 0 ? 'a brace opens and is never closed' : undefined;
}

/** Last place of what begins at a place: a character, one behind a backslash, or a set; undefined where it has no end. */
function endOfStep(pattern: string, start: number): number | undefined {
  if (pattern[start] === '[') return endOfSet(pattern, start);
  if (pattern[start] !== '\\') return start;
  return start + 1 < pattern.length ? start + 1 : undefined;
}

/** Where a set of characters, `[a-z]` or `[^a]`, ends. */
function endOfSet(pattern: string, start: number): number | undefined {
  const first = pattern[start + 1] === '^' || pattern[start + 1] === '!' ? start + 2 : start + 1;
  for (let index = first; index < pattern.length; index++) {
    if (pattern[index] === '\\') index++;
    else if (pattern[index] === ']') return index === first ? undefined : index;
  }
  return undefined;
}
