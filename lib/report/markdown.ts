import { visible } from '../values/visible';

/** A text that Markdown does not read, whatever fences it holds. @param language how it is coloured */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([fence]) => fence.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A table of cells that are Markdown already. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What is folded until somebody opens it. */
export function details(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** A name in code, where Markdown reads nothing into it. */
export function code(name: string): string {
  return `\`${visible(name).replace(/[\s`|]+/g, ' ')}\``;
}

/**
 * Text that Markdown shows as it is. Names and tags are anybody's words: none may notify people (`@all`), refer to issues,
 * become a link or an emoji, hide what follows or end a cell. Where a backslash does not do on every server, a word joiner
 * parts the sign from what follows.
 */
export function plain(text: string): string {
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
