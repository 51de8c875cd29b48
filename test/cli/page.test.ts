import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageCommand } from '../../lib/cli/page';
import { withFolder } from '../app/temporary-folder';
import { FLEET, writeFixture } from '../fixtures/files';
import { runHere } from './in-process';

function inProject(
  run: (folder: string, page: (...args: string[]) => ReturnType<typeof runHere>) => void,
): void {
  withFolder((folder) => {
    writeFixture(join(folder, 'dist'), FLEET);
    run(folder, (...args) => runHere(pageCommand(), args, folder));
  });
}

test('it writes public/index.html of dist/, the same bytes each time, and says where', () => {
  inProject((folder, page) => {
    const { status, stdout, stderr } = page();
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^Written: public\/index\.html \(\d+ kB\)\.\n$/);
    const first = readFileSync(join(folder, 'public/index.html'), 'utf8');
    expect(first).toContain('<title>Runner fleet acme</title>');
    page();
    expect(readFileSync(join(folder, 'public/index.html'), 'utf8')).toBe(first);
    expect(readdirSync(join(folder, 'public'))).toEqual(['index.html']);
  });
});

test('another folder is read, and another one is written', () => {
  inProject((folder, page) => {
    expect(page('dist/acme', '--output', 'build/page').status).toBe(0);
    expect(readdirSync(join(folder, 'build/page'))).toEqual(['index.html']);
  });
});

test('explanations of rules are those of explain', () => {
  inProject((folder, page) => {
    const file = join(folder, 'dist/acme/runners/arm64-spot/configmap.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"kubernetes.io/arch" = "arm64"', '"kubernetes.io/arch" = "arm"'),
    );
    expect(page().status).toBe(0);
    expect(readFileSync(join(folder, 'public/index.html'), 'utf8')).toContain(
      'A job pod that matches no pool stays Pending indefinitely',
    );
  });
});

test.each([
  ['a folder that is not there', ['elsewhere'], /^elsewhere: there is no such folder/],
  ['several folders with a base', ['dist', 'dist/acme', '--base', 'main'], /^--base compares one folder/],
  ['a base outside of a repository', ['--base', 'main'], /^This folder is in no git repository/],
  ['an option that there is not', ['--port', '1'], /unknown option '--port'/],
])('%s: exit code 2, and nothing is written', (_, args, message) => {
  inProject((folder, page) => {
    const { status, stderr } = page(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual(['dist']);
  });
});

test('a folder that holds nothing of a fleet has no page', () => {
  withFolder((folder) => {
    writeFixture(folder, [
      { path: 'dist/a.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n' },
    ]);
    const { status, stderr } = runHere(pageCommand(), [], folder);
    expect([status, stderr]).toEqual([
      2,
      'dist holds no runner and no NodePool: there is nothing to show.\n',
    ]);
  });
});

test('nothing is written through a link, or in place of a folder', () => {
  inProject((folder, page) => {
    mkdirSync(join(folder, 'other'));
    symlinkSync('other', join(folder, 'public'));
    expect(page().stderr).toBe('public is a link: name another folder with --output.\n');
    writeFileSync(join(folder, 'a-file'), '');
    expect(page('--output', 'a-file').stderr).toBe(
      'a-file is not a folder: name another folder with --output.\n',
    );
    mkdirSync(join(folder, 'site/index.html'), { recursive: true });
    expect(page('--output', 'site').stderr).toBe(
      'site/index.html is not a file: name another folder with --output.\n',
    );
    expect(readdirSync(join(folder, 'other'))).toEqual([]);
  });
});

test('a page that somebody else wrote stays, and one of this command is written anew', () => {
  inProject((folder, page) => {
    const file = join(folder, 'public/index.html');
    mkdirSync(join(folder, 'public'));
    writeFileSync(file, '<!doctype html><title>Our site</title>');
    const { status, stderr } = page();
    expect([status, stderr]).toEqual([
      2,
      'public/index.html was not written by this command and is not overwritten. Delete it or name another folder with --output.\n',
    ]);
    expect(readFileSync(file, 'utf8')).toContain('Our site');
    page('--output', 'own');
    const own = join(folder, 'own/index.html');
    writeFileSync(own, readFileSync(own, 'utf8').replace('Runner fleet acme', 'An older fleet'));
    expect(page('--output', 'own').status).toBe(0);
    expect(readFileSync(own, 'utf8')).toContain('<title>Runner fleet acme</title>');
  });
});

test.each([
  [
    'a file above it',
    ['--output', 'a-file/sub'],
    /^a-file\/sub\/index\.html can't be written: a part of its path is a file/,
  ],
  ['an empty name', ['--output', ''], /^--output is empty: name a folder/],
  ['an empty base', ['--base', ''], /^--base is empty: name a revision/],
  [
    'a folder among the manifests',
    ['--output', 'dist/page'],
    /^dist\/page lies in dist, which Flux or Argo CD applies: name/,
  ],
  ['the folder of the manifests', ['dist/acme', '--output', 'dist/acme'], /^dist\/acme lies in dist\/acme/],
])('an output that can not be used is refused in one line: %s', (_, args, message) => {
  inProject((folder, page) => {
    writeFileSync(join(folder, 'a-file'), '');
    const { status, stderr } = page(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['a-file', 'dist']);
  });
});

test('folders of this machine are not named in the page', () => {
  inProject((folder, page) => {
    expect(page(join(folder, 'dist')).status).toBe(0);
    expect(readFileSync(join(folder, 'public/index.html'), 'utf8')).not.toContain(folder);
  });
});
