/** Lines of a note before its text: the marker, a blank line, the heading and another blank line. */
const HEAD_LINES = 4;

/** Whether an address may stand in a note: nothing in it ends a link of Markdown. */
export function isPageAddress(address: string): boolean {
  return /^https?:\/\/[\w.~:/?#@!$&*+,;=%-]+$/.test(address);
}

/** A note with a link to the page of the change, below its heading. */
export function withPageLink(note: string, address: string): string {
  const lines = note.split('\n');
  const at = lines[HEAD_LINES - 2]?.startsWith('#') ? HEAD_LINES : HEAD_LINES - 2;
  const link = `[The fleet before and after this change, as a page](${address})`;
  return [...lines.slice(0, at), link, '', ...lines.slice(at)].join('\n');
}
