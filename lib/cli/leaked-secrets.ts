import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { LeakedSecret } from '../diff/leaked-secrets';
import { type Leak, leaksIn } from '../sealed-secrets/leaks';
import { piecesOf } from '../values/pieces';
import { type Change, type Comparison, pathFromTop } from './git';
import { chunksOfFile, forEachContent, type GitObject, objectsSince, sizesOf } from './git-objects';

/** Bytes of all files together that are decoded; the rest is read as it is. */
const MOST_DECODED = 1024 * 1024;

interface Found extends Leak {
  readonly place: string;
  readonly isGone: boolean;
}

/**
 * Tokens and private keys that a change brings: in files and their names, in targets of links, in messages of commits, and in
 * commits whose content a later one removes. What the same files held before is not among them.
 *
 * @param folder of rendered objects, in which `check` looks for what is encoded
 * @throws GitError where git can't read the commits
 */
export function leakedSecrets(comparison: Comparison, folder: string): readonly LeakedSecret[] {
  const { base, head, changes, place } = comparison;
  const objects = objectsSince(base, head ?? 'HEAD');
  const rendered = `${pathFromTop(folder, place)}/`;
  const found = [
    ...inObjects(objects, changes, rendered),
    ...onDisk(comparison, objects),
    ...inNames(comparison),
  ];
  if (found.length === 0) return [];
  const known = secretsBefore(changes);
  const bySecret = new Map<string, Found[]>();
  for (const one of found) {
    const same = bySecret.get(one.secret);
    if (same) same.push(one);
    else if (!known.has(one.secret)) bySecret.set(one.secret, [one]);
  }
  return [...bySecret.values()].map((all) => ({
    what: all[0].what,
    places: [...new Set(all.map((one) => one.place))],
    isGone: all.every((one) => one.isGone),
  }));
}

/** In what commits hold. */
function inObjects(
  objects: readonly GitObject[],
  changes: readonly Change[],
  rendered: string,
): readonly Found[] {
  const last = new Set(changes.map(({ after }) => after?.id));
  const found: Found[] = [];
  let room = MOST_DECODED;
  // Small ones first: those are written by hand.
  const inOrder = [...objects].sort((a, b) => a.bytes - b.bytes);
  forEachContent(inOrder, ({ type, id, path, bytes }, chunks) => {
    const isDecoded = bytes <= room && !path.startsWith(rendered);
    if (isDecoded) room -= bytes;
    for (const leak of leaksIn(piecesOf(chunks), isDecoded)) {
      const isCommit = type === 'commit';
      const place = isCommit ? `commit ${id.slice(0, 12)}` : lineOf(path, leak);
      found.push({ ...leak, place, isGone: !isCommit && !last.has(id) });
    }
  });
  return found;
}

/** In files of the working tree that no commit holds yet. */
function onDisk(
  { head, changes, untracked, place }: Comparison,
  objects: readonly GitObject[],
): readonly Found[] {
  if (head !== undefined) return [];
  const committed = new Set(objects.map(({ id }) => id));
  const changed = changes.filter(({ after }) => after !== undefined && !committed.has(after.id));
  return [...changed.map(({ path }) => path), ...untracked].flatMap((path) =>
    leaksIn(piecesOf(chunksAt(join(place.top, path))), false).map((leak) => ({
      ...leak,
      place: lineOf(path, leak),
      isGone: false,
    })),
  );
}

function chunksAt(path: string): Iterable<Buffer> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) return [Buffer.from(readlinkSync(path))];
  return found?.isFile() ? chunksOfFile(path) : [];
}

/** In names of files and folders. */
function inNames({ changes, untracked }: Comparison): readonly Found[] {
  const added = changes.filter(({ before, after }) => before === undefined && after !== undefined);
  return [...added.map(({ path }) => path), ...untracked].flatMap((path) =>
    leaksIn(piecesOf([Buffer.from(path)]), false).map((leak) => ({
      ...leak,
      place: `the name ${path}`,
      isGone: false,
    })),
  );
}

/** What changed files held before, with what they were renamed from. */
function secretsBefore(changes: readonly Change[]): ReadonlySet<string> {
  const lines = changes.flatMap(({ before }) => (before === undefined ? [] : [`${before.id}\n`]));
  const found = new Set<string>();
  let room = MOST_DECODED;
  forEachContent(sizesOf(lines.join('')), ({ bytes }, chunks) => {
    const isDecoded = bytes <= room;
    if (isDecoded) room -= bytes;
    for (const { secret } of leaksIn(piecesOf(chunks), isDecoded)) found.add(secret);
  });
  return found;
}

function lineOf(path: string, { line }: Leak): string {
  return line === undefined ? path : `${path}, line ${line}`;
}
