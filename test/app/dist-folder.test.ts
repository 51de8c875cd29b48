import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FolderError, replaceFolder } from '../../lib/app/dist-folder';
import { HEADER, type RenderedFile } from '../../lib/app/render';
import { withFolder } from './temporary-folder';

const file = (path: string, body: string): RenderedFile => ({ path, text: `${HEADER}${body}\n` });
const FILES = [file('a/one.yaml', 'kind: One'), file('a/two.yaml', 'kind: Two')];

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

test('a folder is made where there is none', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    const changes = replaceFolder(dist, FILES);
    expect(changes).toMatchObject({
      added: ['a/one.yaml', 'a/two.yaml'],
      changed: [],
      removed: [],
      unchanged: 0,
    });
    expect(contents(dist)).toEqual(Object.fromEntries(FILES.map(({ path, text }) => [path, text])));
  });
});

test('files that are rendered no more go, changed ones change, and the rest counts as unchanged', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, [...FILES, file('b/three.yaml', 'kind: Three')]);
    const changes = replaceFolder(dist, [FILES[0], file('a/two.yaml', 'kind: Other')]);
    expect(changes).toMatchObject({
      added: [],
      changed: ['a/two.yaml'],
      removed: ['b/three.yaml'],
      unchanged: 1,
    });
    expect(Object.keys(contents(dist))).toEqual(['a/one.yaml', 'a/two.yaml']);
    expect(existsSync(join(dist, 'b'))).toBe(false);
  });
});

test('nothing is touched where nothing changes', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    mkdirSync(join(dist, 'an-empty-folder'));
    expect(replaceFolder(dist, FILES)).toMatchObject({ added: [], changed: [], removed: [], unchanged: 2 });
    expect(existsSync(join(dist, 'an-empty-folder'))).toBe(true);
  });
});

test.each(['mine.yaml', 'mine.yml', 'a/mine.json'])(
  'a manifest that a person put there (%s) stops the run and is kept',
  (path) => {
    withFolder((root) => {
      const dist = join(root, 'dist');
      replaceFolder(dist, FILES);
      writeFileSync(join(dist, path), 'kind: Mine\n');
      const before = contents(dist);
      const run = () => replaceFolder(dist, [file('a/one.yaml', 'kind: New')]);
      expect(run).toThrow(FolderError);
      expect(run).toThrow(join(dist, path));
      expect(run).toThrow('nothing was written');
      expect(contents(dist)).toEqual(before);
    });
  },
);

test('other files of a person are kept and named', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    writeFileSync(join(dist, 'README.md'), 'Rendered; do not edit.\n');
    const changes = replaceFolder(dist, [FILES[0]]);
    expect(changes.foreign).toEqual(['README.md']);
    expect(contents(dist)['README.md']).toBe('Rendered; do not edit.\n');
  });
});

test('a run that was killed between its two renames is made good by the next', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    renameSync(dist, join(root, '.dist.synth-previous'));
    mkdirSync(join(root, '.dist.synth-next.999999999'));
    expect(replaceFolder(dist, FILES)).toMatchObject({ unchanged: 2, added: [] });
    expect(readdirSync(root)).toEqual(['dist']);
  });
});

test('a link in the place of the folder is not followed', () => {
  withFolder((root) => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'dist'));
    expect(() => replaceFolder(join(root, 'dist'), FILES)).toThrow(/is not a folder/);
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  });
});

test('folders of a person beside it are left alone, whatever they are called', () => {
  withFolder((root) => {
    for (const name of ['dist.previous', 'dist.next.123']) mkdirSync(join(root, name));
    replaceFolder(join(root, 'dist'), FILES);
    expect(readdirSync(root).sort()).toEqual(['dist', 'dist.next.123', 'dist.previous']);
  });
});
