/** A part of a file, as bytes in Latin-1: what is looked for in it is ASCII. */
export interface Piece {
  readonly text: string;
  /** Line at which it begins, from 1. */
  readonly line: number;
}

/** Bytes that two parts have in common: more than any token, and than the first lines of a key, also in UTF-16. */
const OVERLAP = 4096;

/**
 * The parts of a file of any size, so that what stands at the end of one is whole in the next. A part with zeros in it comes
 * without them too: that is how UTF-16 reads as text.
 *
 * @param chunks the bytes of the file, one after the other
 */
export function* piecesOf(chunks: Iterable<Buffer>): Generator<Piece> {
  let [rest, line] = [Buffer.alloc(0), 1];
  for (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const text = bytes.toString('latin1');
    yield { text, line };
    if (text.includes('\0')) yield { text: text.replaceAll('\0', ''), line };
    const kept = Math.min(OVERLAP, bytes.length);
    line += linesIn(bytes.subarray(0, bytes.length - kept));
    rest = Buffer.from(bytes.subarray(bytes.length - kept));
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, end + 1)) lines += 1;
  return lines;
}
