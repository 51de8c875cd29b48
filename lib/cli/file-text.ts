import { closeSync, openSync, readSync } from 'node:fs';
import { isPlainToken } from '../sealed-secrets/plain-token';
import { MOST_UNPACKED_BYTES, unpacked } from '../values/packed';
import { piecesOf } from '../values/pieces';
import { chunksOfFile } from './git-objects';

/** What is read of a file, to look for tokens in it. */
export interface FileText {
  readonly text: string;
  /** Line at which the text begins, from 1. */
  readonly line: number;
}

/** Most bytes of a file that are decoded. */
const MOST_BYTES = 1024 * 1024;

/** The text of a file, or why it can't be decoded. Of a larger one, or one that is not text, it is the part that holds a token. */
export function fileText(path: string, isDecoded: boolean): FileText | string {
  try {
    const text = isDecoded ? textOf(firstBytes(path)) : 'more than 32 MiB come before it';
    if (typeof text !== 'string') return { ...text, line: 1 };
    for (const piece of piecesOf(chunksOfFile(path))) if (isPlainToken(piece.text)) return piece;
    return text;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'not readable';
  }
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Buffer): { readonly text: string } | string {
  if (bytes.length > MOST_BYTES) return 'larger than 1 MiB';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.toString('utf16le') };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return {
      text: bytes
        .subarray(0, bytes.length & ~1)
        .swap16()
        .toString('utf16le'),
    };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const budget = { bytes: MOST_UNPACKED_BYTES, isSpent: false };
    const text = unpacked(bytes.toString('latin1'), budget);
    return text === undefined ? 'packed, and not readable or too large' : { text };
  }
  const wide = withoutMark(bytes);
  if (wide !== undefined) return { text: wide };
  return bytes.includes(0) ? 'not a text' : { text: bytes.toString('utf8') };
}

/** UTF-16 without the mark of its order: every second byte of a plain text is 0. */
function withoutMark(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 64);
  const zeros = (parity: number) => start.every((byte, index) => (byte === 0) === (index % 2 === parity));
  if (start.length < 8 || !(zeros(0) || zeros(1))) return undefined;
  const even = bytes.subarray(0, bytes.length & ~1);
  return zeros(1) ? even.toString('utf16le') : Buffer.from(even).swap16().toString('utf16le');
}
