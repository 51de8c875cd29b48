import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError, git } from './git';
import { runGitForBytes, runGitIntoFile } from './git-process';

/** An object of Git, with the path at which a commit has it; empty for a commit. */
export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'commit';
  readonly bytes: number;
  readonly path: string;
}

/** Every commit and file that a revision has and another one has not, also what a later commit takes away again. */
export function objectsSince(base: string, head: string): readonly GitObject[] {
  const listed = git('-c', 'core.quotePath=false', 'rev-list', '--objects', head, `^${base}`);
  if (listed.status !== 0) throw new GitError("git can't list what the commits of the change hold.");
  return sizesOf(listed.stdout);
}

/** @param lines `<id> <path>` */
export function sizesOf(lines: string): readonly GitObject[] {
  if (lines.trim() === '') return [];
  const { status, stdout } = runGitForBytes(
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize) %(rest)'],
    lines,
  );
  if (status !== 0) throw new GitError("git can't read the files of a commit.");
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line): GitObject[] => {
      const [, id, type, bytes, path] = /^(\w+) (blob|commit) (\d+) ?(.*)$/s.exec(line) ?? [];
      return id === undefined ? [] : [{ id, type: type as GitObject['type'], bytes: Number(bytes), path }];
    });
}

/** Bytes of objects that are read at once, and of a part of one that is larger. */
const [BATCH_BYTES, CHUNK_BYTES] = [32 * 1024 * 1024, 1024 * 1024];

/** Calls back with the bytes of each object, in parts where it is large, so that none of them has to fit into memory. */
export function forEachContent(
  objects: readonly GitObject[],
  use: (object: GitObject, chunks: Iterable<Buffer>) => void,
): void {
  for (const batch of batchesOf(objects)) {
    if (batch.length === 1 && batch[0].bytes > BATCH_BYTES) {
      withLargeObject(batch[0], (chunks) => use(batch[0], chunks));
      continue;
    }
    const input = batch.map(({ id }) => `${id}\n`).join('');
    const { status, stdout } = runGitForBytes(['cat-file', '--batch'], input);
    if (status !== 0) throw new GitError("git can't read the files of a commit.");
    let position = 0;
    for (const object of batch) {
      // `<id> <type> <bytes>`, a line feed, the content, a line feed.
      const start = stdout.indexOf(0x0a, position) + 1;
      position = start + object.bytes + 1;
      use(object, chunksOf(stdout.subarray(start, start + object.bytes)));
    }
  }
}

function batchesOf(objects: readonly GitObject[]): readonly (readonly GitObject[])[] {
  const batches: GitObject[][] = [];
  let room = 0;
  for (const object of objects) {
    if (batches.length === 0 || object.bytes > room) {
      batches.push([]);
      room = BATCH_BYTES;
    }
    batches[batches.length - 1].push(object);
    room -= object.bytes;
  }
  return batches;
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    yield bytes.subarray(start, start + CHUNK_BYTES);
}

/** The bytes of a file of the disk, in parts. */
export function* chunksOfFile(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = readSync(file, chunk, 0, chunk.length, null);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

function withLargeObject({ id, type }: GitObject, use: (chunks: Iterable<Buffer>) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-'));
  try {
    const path = join(folder, 'object');
    if (runGitIntoFile(['cat-file', type, id], path) !== 0)
      throw new GitError("git can't read a large file of a commit.");
    use(chunksOfFile(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
