import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OtherManifest } from '../cluster/parse';
import { isManifestFile, STANDARD_INPUT } from '../cluster/read-folder';
import { MOST_UNPACKED_BYTES, unpacked } from '../values/packed';

/** Most bytes that are read of one file, and of all together. */
const [MOST_OF_FILE, MOST_OF_ALL] = [1024 * 1024, 32 * 1024 * 1024];
/** Folders that are not committed. */
const PASSED_OVER = new Set(['.git', 'node_modules']);
/** Sealed tokens of the project, which are committed with what is rendered of them. */
const SEALED = 'sealed';

/**
 * The files beside manifests, below the folders that are named and below `sealed/` of this folder: whoever reads the repository
 * reads them too. What is no text, or larger than what is read, says so.
 *
 * @param paths as check was given them
 * @param known files that are read as manifests
 */
export function textsBeside(paths: readonly string[], known: readonly string[]): readonly OtherManifest[] {
  const folders = [
    ...paths.filter((path) => path !== STANDARD_INPUT),
    ...(existsSync(SEALED) ? [SEALED] : []),
  ];
  const seen = new Set(known.map((path) => resolve(path)));
  let room = MOST_OF_ALL;
  return folders
    .filter((path) => statSync(path).isDirectory())
    .flatMap(filesBelow)
    .filter((path) => {
      const isNew = !seen.has(resolve(path));
      seen.add(resolve(path));
      return isNew && (!isManifestFile(path) || isSealed(path));
    })
    .map((path) => {
      const content = room > 0 ? contentOf(path) : 'more than 32 MiB stand before it';
      if (typeof content === 'string') return unreadFile(path, content);
      room -= content.text.length;
      return textFile(path, content.text);
    });
}

function isSealed(path: string): boolean {
  return resolve(path).startsWith(join(resolve(SEALED), '/'));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The text of a file, or why it is not read. */
function contentOf(path: string): { readonly text: string } | string {
  try {
    const bytes = firstBytes(path);
    if (bytes.length > MOST_OF_FILE) return 'larger than 1 MiB';
    return textOf(bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'not readable';
  }
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_OF_FILE + 1);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Buffer): { readonly text: string } | string {
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

function textFile(file: string, text: string): OtherManifest {
  return { ...placeholder(file), other: 'text', fileText: text };
}

function unreadFile(file: string, why: string): OtherManifest {
  return { ...placeholder(file), other: 'unread', body: { why } };
}

function placeholder(file: string): Omit<OtherManifest, 'other'> {
  return { file, apiVersion: '', kind: 'File', name: file, namespace: undefined, body: {}, lineOf: () => 1 };
}
