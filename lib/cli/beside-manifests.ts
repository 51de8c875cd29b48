import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { OtherManifest } from '../cluster/parse';
import { isManifestFile, STANDARD_INPUT } from '../cluster/read-folder';
import { typeOf } from '../cluster/rendered-folder';
import { holdsPlainToken, isPlainToken } from '../sealed-secrets/plain-token';
import { fileText } from './file-text';

/** Most bytes of all files together that are decoded. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Folders that are not committed. */
const PASSED_OVER = new Set(['.git', 'node_modules']);
/** Sealed tokens of the project, which are committed with what is rendered of them. */
const SEALED = 'sealed';

/**
 * The files beside manifests, below the folders that are named and below `sealed/` of this folder: whoever reads the repository
 * reads them too, with their names and the targets of links. What can't be decoded says so.
 *
 * @param paths as check was given them
 * @param known files that are read as manifests
 */
export function textsBeside(paths: readonly string[], known: readonly string[]): readonly OtherManifest[] {
  const folders = [
    ...paths.filter((path) => path !== STANDARD_INPUT),
    ...(existsSync(SEALED) ? [SEALED] : []),
  ].filter((path) => statSync(path).isDirectory());
  const entries = [
    ...new Map(folders.flatMap(entriesBelow).map((entry) => [resolve(entry.path), entry])).values(),
  ];
  const seen = new Set(known.map((path) => resolve(path)));
  const files = entries.filter(
    ({ path, is }) => is === 'file' && !seen.has(resolve(path)) && (!isManifestFile(path) || isSealed(path)),
  );
  let room = MOST_BYTES;
  const texts = files.map(({ path }) => {
    const content = fileText(path, room > 0);
    if (typeof content === 'string') return unreadFile(path, content);
    room -= content.text.length;
    return textFile(path, content.text, content.line);
  });
  return [...texts, ...entries.flatMap(namesOf)];
}

/** What is read of an entry without its content. */
function namesOf({ path, is }: Entry): OtherManifest[] {
  const target = is === 'link' ? readlinkSync(path) : '';
  return [
    ...(isPlainToken(basename(path)) ? [textFile(path, basename(path), 1, 'its name')] : []),
    ...(holdsPlainToken(target) ? [textFile(path, target, 1, 'the target of the link')] : []),
  ];
}

function isSealed(path: string): boolean {
  return resolve(path).startsWith(join(resolve(SEALED), '/'));
}

/** What stands below a folder, and its folders. */
interface Entry {
  readonly path: string;
  readonly is: 'file' | 'link' | 'folder' | 'other';
}

function entriesBelow(folder: string): readonly Entry[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly Entry[] => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [{ path, is: typeOf(entry) }];
    return PASSED_OVER.has(entry.name) ? [] : [{ path, is: 'folder' }, ...entriesBelow(path)];
  });
}

/** @param within what of the file it is, where it is not its content */
function textFile(file: string, text: string, line: number, within = ''): OtherManifest {
  return { ...placeholder(file), other: 'text', fileText: text, body: { line, within } };
}

function unreadFile(file: string, why: string): OtherManifest {
  return { ...placeholder(file), other: 'unread', body: { why } };
}

function placeholder(file: string): Omit<OtherManifest, 'other'> {
  return { file, apiVersion: '', kind: 'File', name: file, namespace: undefined, body: {}, lineOf: () => 1 };
}
