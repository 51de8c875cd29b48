/** One step of a pattern: a character, or any of a set, as often as it likes where it is repeated. */
export interface Step {
  readonly accepts: (character: string) => boolean;
  readonly repeats: boolean;
}

/**
 * Whether a text matches a pattern of `*`, `**` and `?` as a whole. Takes time that grows with the product of their
 * lengths; a regular expression of several `.*` takes a power of it.
 *
 * @param separator a character that `*` and `?` stop at and `**` does not; without one, they stop at none
 */
export function matchesGlob(pattern: string, text: string, separator?: string): boolean {
  return matchesSteps(stepsOf(pattern, separator), text);
}

/** Whether a text is made of these steps as a whole. */
export function matchesSteps(steps: readonly Step[], text: string): boolean {
  // Which steps may come next: after a repeated step, those after it too.
  let open = skipRepeats(steps, [0]);
  for (const character of text) {
    const next = [...open].flatMap((index) => {
      const step = steps[index];
      if (step === undefined || !step.accepts(character)) return [];
      return step.repeats ? [index] : [index + 1];
    });
    open = skipRepeats(steps, next);
    if (open.size === 0) return false;
  }
  return open.has(steps.length);
}

/** The same for a pattern in which stars alone stand for something else, and a star for any text. */
export function matchesStars(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let place = first.length;
  // The first place of each part leaves the most room for those after it.
  for (const part of rest) {
    const found = text.indexOf(part, place);
    if (found < 0) return false;
    place = found + part.length;
  }
  return place <= text.length - last.length;
}

function stepsOf(pattern: string, separator: string | undefined): readonly Step[] {
  const isPart = (character: string) => character !== separator;
  const tokens = pattern.match(/\*\*|[\s\S]/gu) ?? [];
  return tokens.map((token) => {
    if (token === '**') return { accepts: () => true, repeats: true };
    if (token === '*') return { accepts: isPart, repeats: true };
    if (token === '?') return { accepts: isPart, repeats: false };
    return { accepts: (character) => character === token, repeats: false };
  });
}

function skipRepeats(steps: readonly Step[], indexes: readonly number[]): Set<number> {
  const open = new Set<number>();
  for (let index of indexes) {
    while (!open.has(index)) {
      open.add(index);
      if (!steps[index]?.repeats) break;
      index++;
    }
  }
  return open;
}
