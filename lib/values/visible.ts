/**
 * What a reader of a terminal, a log or a comment can't see, or takes for something else: control characters (ESC, CR,
 * line breaks), marks of direction, zero-width and filler characters, blanks other than a space, halves of a pair.
 */
export const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]|\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/** A text as one line in which nothing is hidden: what can't be seen is spelled out, for example `\n` and `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, spelledOut);
}

/** The same for a text of several lines: its line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (character) => (/[\n\t]/.test(character) ? character : spelledOut(character)));
}

/** Whether a text holds a character that can't be seen. */
export function hasUnseen(text: string): boolean {
  return text.search(UNSEEN) >= 0;
}

/** JSON with the same meaning in which every character of a text can be seen. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) => {
    if (character === '\n') return character;
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/**
 * A value with `visible` applied to every text in it and to every key, for printers. Bodies of objects stay as they are:
 * no printer shows them, and lines are looked up in them.
 */
export function visibleTexts<T>(value: T): T {
  return visibleValue(value) as T;
}

function visibleValue(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(visibleValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [visible(key), key === 'body' ? item : visibleValue(item)]),
  );
}

function spelledOut(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
