import type { SourceFile } from './manifest';

/**
 * The text of a file as kustomize reads it, which takes UTF-16 with a mark too; else as `sourceFile`.
 */
export function anySourceFile(path: string, bytes: Uint8Array): SourceFile {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!isWide) return sourceFile(path, bytes);
  return { path, text: new TextDecoder(first === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes) };
}

/** The text of a file, whose bytes must be UTF-8: Flux and kubectl refuse others. */
export function sourceFile(path: string, bytes: Uint8Array): SourceFile {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (!text.includes('\ufffd') || isUtf8(bytes)) return { path, text };
  // The decoder replaces what it can't read. A line that holds the replacement itself, rightly encoded, is not meant.
  const line = lineThatIsNot(bytes);
  return {
    path,
    text: '',
    unreadable: {
      id: 'yaml-encoding',
      severity: 'error',
      at: { file: path, line },
      found: 'not UTF-8',
      why: 'Flux and kubectl read no other encoding',
      fix: 'save the file as UTF-8',
    },
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The first line, from 1, whose bytes are not UTF-8. A line feed is never part of another character. */
function lineThatIsNot(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
