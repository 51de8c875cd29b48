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
    expect(page().stderr).toBe('public is not a folder: name another folder with --output.\n');
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
