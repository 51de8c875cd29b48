import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FolderError, replaceFolder } from '../../lib/app/dist-folder';
import { HEADER, type RenderedFile } from '../../lib/app/render';
import { tree, withFolder } from './temporary-folder';

const file = (path: string, body: string): RenderedFile => ({ path, text: `${HEADER}${body}\n` });
const FILES = [file('a/one.yaml', 'kind: One'), file('a/two.yaml', 'kind: Two')];

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
    expect(tree(dist)).toEqual(Object.fromEntries(FILES.map(({ path, text }) => [path, text])));
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
    expect(Object.keys(tree(dist))).toEqual(['a/one.yaml', 'a/two.yaml']);
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

test.each([
  'mine.yaml',
  'mine.yml',
  'a/mine.json',
  'Kustomization',
  'a/kustomization.yaml',
  '.sourceignore',
  'a/.krmignore',
  '.argocd-source.yaml',
  'a/main.jsonnet',
  'main.libsonnet',
  'Chart.yaml',
  'notes.txt',
])('a file that was not rendered (%s) stops the run and is kept', (path) => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    writeFileSync(join(dist, path), 'kind: Mine\n');
    const before = tree(dist);
    const run = () => replaceFolder(dist, [file('a/one.yaml', 'kind: New')]);
    expect(run).toThrow(FolderError);
    expect(run).toThrow(join(dist, path));
    expect(run).toThrow('nothing was written');
    expect(tree(dist)).toEqual(before);
  });
});

test('other files of a person are kept and named', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    writeFileSync(join(dist, 'README.md'), 'Rendered; do not edit.\n');
    const changes = replaceFolder(dist, [FILES[0]]);
    expect(changes.foreign).toEqual(['README.md']);
    expect(tree(dist)['README.md']).toBe('Rendered; do not edit.\n');
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

test('a kustomization.yaml that begins as a rendered file does, and links, are refused', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    writeFileSync(join(dist, 'kustomization.yaml'), `${HEADER}kind: Kustomization\n`);
    symlinkSync('/etc', join(dist, 'a', 'linked'));
    const run = () => replaceFolder(dist, FILES);
    for (const path of ['kustomization.yaml', 'a/linked']) expect(run).toThrow(join(dist, path));
  });
});

test('what a killed run of the same process id left is never taken over', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    const left = join(root, `.dist.synth-next.${process.pid}`);
    mkdirSync(join(left, 'other'), { recursive: true });
    writeFileSync(join(left, 'other/evil.yaml'), `${HEADER}kind: Evil\n`);
    const { repairs } = replaceFolder(dist, FILES);
    expect(Object.keys(tree(dist))).toEqual(['a/one.yaml', 'a/two.yaml']);
    expect(repairs).toEqual([`Removed ${left}, which a killed run had left.`]);
    expect(readdirSync(root)).toEqual(['dist']);
  });
});

test('what may be of a run that is still at work stays', () => {
  withFolder((root) => {
    const live = `.dist.synth-next.${Date.now()}.0123456789ab`;
    mkdirSync(join(root, live));
    expect(replaceFolder(join(root, 'dist'), FILES).repairs).toEqual([]);
    expect(readdirSync(root)).toEqual([live, 'dist']);
  });
});

test('a folder that a killed run had moved away comes back, and that is said', () => {
  withFolder((root) => {
    const dist = join(root, 'dist');
    replaceFolder(dist, FILES);
    renameSync(dist, join(root, `.dist.synth-previous.${Date.now()}.0123456789ab`));
    expect(replaceFolder(dist, FILES)).toMatchObject({
      unchanged: 2,
      repairs: [`A run was killed while it replaced ${dist}/: its files were restored first.`],
    });
    expect(readdirSync(root)).toEqual(['dist']);
  });
});

test('runs at once all end well, with the files of one of them', async () => {
  const root = mkdtempSync(join(tmpdir(), 'runner-fleet-at-once-'));
  try {
    const dist = join(root, 'dist');
    const script = `
      const { replaceFolder } = require(${JSON.stringify(resolve('build/test/lib/app/dist-folder.js'))});
      const header = ${JSON.stringify(HEADER)};
      for (let round = 0; round < 40; round++)
        replaceFolder(${JSON.stringify(dist)}, Array.from({ length: 20 }, (_, i) => ({
          path: process.argv[1] + '/' + i + '.yaml', text: header + 'kind: K' + round + '\\n' })));
    `;
    const runs = ['one', 'two', 'three'].map(
      (name) =>
        new Promise<string>((done) => {
          const child = spawn(process.execPath, ['-e', script, name], {
            stdio: ['ignore', 'ignore', 'pipe'],
          });
          let said = '';
          child.stderr.setEncoding('utf8').on('data', (text) => {
            said += text;
          });
          child.on('close', (code) => done(`${code} ${said}`));
        }),
    );
    for (const end of await Promise.all(runs))
      expect(end).toMatch(/^0 $|another run writes it too\. Run this again/);
    const folders = new Set(Object.keys(tree(dist)).map((path) => path.split('/')[0]));
    expect([folders.size, Object.keys(tree(dist)).length]).toEqual([1, 20]);
    expect(readdirSync(root)).toEqual(['dist']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);
