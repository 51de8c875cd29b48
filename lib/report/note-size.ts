/**
 * A note that a server takes: whole where it is short enough, else its first lines, with what is open closed, and a sentence
 * that says where the rest is.
 *
 * @param most characters that the server takes
 * @param whole where the whole note is, as Markdown
 */
export function fittingNote(note: string, most: number, whole: string): string {
  if (note.length <= most) return note;
  const lines = note.split('\n');
  const told = (kept: number) =>
    `**This note is cut: ${kept} of ${lines.length} lines, as the server takes no longer ones. The whole of it: ${whole}.**`;
  // After the marker and the heading, where nobody misses it.
  const head = lines.slice(0, HEAD_LINES);
  const open = new OpenBlocks();
  let length = [...head, told(lines.length)].join('\n').length + ROOM_TO_CLOSE;
  let kept = HEAD_LINES;
  for (const line of lines.slice(HEAD_LINES)) {
    length += line.length + 1;
    if (length > most) break;
    open.read(line);
    kept++;
  }
  return [...head, told(kept), ...lines.slice(HEAD_LINES, kept), ...open.closing(), ''].join('\n');
}

/** The marker, a blank line, the heading and another blank line. */
const HEAD_LINES = 4;
/** What a fence and the ends of `details` take at most. */
const ROOM_TO_CLOSE = 500;

/** Blocks of Markdown that are open after some lines. */
class OpenBlocks {
  private fence = '';
  private details = 0;

  read(line: string): void {
    const ticks = /^`{3,}/.exec(line)?.[0] ?? '';
    if (this.fence !== '') {
      if (line === this.fence) this.fence = '';
    } else if (ticks !== '') this.fence = ticks;
    else if (line.startsWith('<details>')) this.details++;
    else if (line === '</details>') this.details--;
  }

  closing(): string[] {
    const ends = Array.from({ length: this.details }, () => '</details>');
    return [...(this.fence === '' ? [] : [this.fence]), '', ...ends];
  }
}
