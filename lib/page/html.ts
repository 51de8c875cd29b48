/** Text that is HTML already. Nothing else makes one but the functions of this file. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template may hold: text is escaped, HTML stays, lists are joined, and what is missing is nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/**
 * A template of HTML. Every value in it is escaped unless it is HTML itself, so that a name in a manifest never becomes an
 * element. Values stand in text or in attributes with double quotes, never in a script, a style or a bare attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, index) => (index === 0 ? '' : textOf(values[index - 1])) + part).join(''));
}

/** Text of ours that is written as it is: the style sheet, the script. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Data for a script: JSON in which no character ends the element or opens a comment. */
export function jsonFor(value: unknown): Html {
  return new Html(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, unicodeEscape));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function textOf(content: Content): string {
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return content === undefined || content === false ? '' : escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
