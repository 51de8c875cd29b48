import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import { withFolder } from '../app/temporary-folder';
import { RENDERED, writeFixture } from '../fixtures/files';
import { git } from './git';
import { runHere } from './in-process';

/** Never a token of anybody: put together here so that nobody takes this file for a leak. */
const TOKEN = `glrt-${'AbCdEfGh1jKlMnOpQrSt'}`;
const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** Enough of the fleet to compare something. */
const SOME = RENDERED.filter(({ path }) => /karpenter/.test(path));

type Files = Readonly<Record<string, string | Buffer>>;

/** A repository with rendered files and some others on its main branch; a branch is checked out. */
function withProject(files: Files, run: (project: string) => void): void {
  withFolder((project) => {
    git(project, 'init', '--quiet', '--initial-branch=main');
    writeFixture(join(project, 'dist'), SOME);
    write(project, files);
    commit(project);
    git(project, 'checkout', '--quiet', '-b', 'change');
    run(project);
  });
}

function write(project: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
}

function commit(project: string, message = 'a revision'): void {
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--allow-empty', '--message', message);
}

const diff = (project: string, ...args: readonly string[]) =>
  runHere(diffCommand(), [...args, '--fail-on', 'security'], project);

/** What is said of secrets, after it was found with the weight of security; undefined where nothing is. */
function leak(project: string, ...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = diff(project, ...args);
  expect([stdout, stderr].join()).not.toContain(TOKEN);
  const [found] = /security \[leaked-secret\] [\s\S]*?hidden\)[^\n]*/.exec(stdout) ?? [];
  expect([status, stderr]).toEqual([found === undefined ? 0 : 3, '']);
  return found;
}

const far = `${'x'.repeat(99)}\n`.repeat(25_000);

describe('a change that brings a token or a private key weighs security', () => {
  test.each<[what: string, files: Files, place: string]>([
    ['in a file that nothing renders', { 'docs/a.md': `a\n${TOKEN}\n` }, 'docs/a.md, line 2'],
    ['in one of the pipeline', { '.gitlab-ci.yml': `a: ${TOKEN}\n` }, '.gitlab-ci.yml, line 1'],
    ['behind the first MiB of a file', { 'a.log': `${far}${TOKEN}\n` }, 'a.log, line 25001'],
    ['in UTF-16', { 'a.txt': Buffer.from(`a\n${TOKEN}`, 'utf16le') }, 'a.txt, line 2'],
    ['in base64', { 'a.env': `A=${Buffer.from(`x${TOKEN}`).toString('base64')}\n` }, 'a.env'],
    ['in the name of a folder', { [`docs/${TOKEN}/a.md`]: 'a\n' }, 'the name docs/(hidden)'],
    ['in a rendered file', { 'dist/README.md': `${TOKEN}\n` }, 'dist/README.md, line 1'],
    ['as a private key', { 'keys/main.pem': KEY }, 'keys/main.pem, line 1'],
    ['as a private key within JSON', { 'a.json': JSON.stringify({ KEY }) }, 'a.json, line 1'],
  ])('%s, committed or not', (what, files, place) => {
    withProject({}, (project) => {
      write(project, files);
      // What nobody has committed is not decoded.
      if (what !== 'in base64') expect(leak(project)).toContain(` ${place}`);
      commit(project);
      expect(leak(project)).toContain(` ${place}`);
      expect(leak(project, 'main', 'change')).toContain(` ${place}`);
    });
  });

  test('in a file that a later commit removes: it stays in the history', () => {
    withProject({}, (project) => {
      write(project, { 'docs/a.md': `${TOKEN}\n` });
      commit(project);
      rmSync(join(project, 'docs/a.md'));
      commit(project);
      expect(leak(project)).toMatch(
        /docs\/a\.md, line 1[\s\S]*a later one removes it: it stays in the history/,
      );
    });
  });

  test('in the message of a commit, and as the target of a link', () => {
    withProject({}, (project) => {
      commit(project, `Use ${TOKEN}`);
      expect(leak(project)).toMatch(/leaked-secret\] commit \w{12}/);
    });
    withProject({}, (project) => {
      symlinkSync(`/etc/${TOKEN}`, join(project, 'a'));
      expect(leak(project)).toContain('a, line 1');
      commit(project);
      expect(leak(project)).toContain('a, line 1');
    });
  });

  test('and is named once, with the other places', () => {
    withProject({}, (project) => {
      write(project, { a: TOKEN, b: `\n${TOKEN}`, c: TOKEN });
      const said = leak(project) ?? '';
      expect(said.replace(/\s+/g, ' ')).toContain(
        'a, line 1 It holds a plain token (hidden). It is also in b, line 2, c, line 1.',
      );
      expect(diff(project).stdout.match(/leaked-secret/g)).toHaveLength(1);
    });
  });
});

describe('nothing is said of', () => {
  test.each<[what: string, before: Files, after: Files]>([
    [
      'placeholders',
      {},
      { 'docs/a.md': `glrt-${'x'.repeat(20)} glrt-${'your-runner-token-here'} glrt-<token>\n` },
    ],
    ['a key of a manual', {}, { 'a.md': '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B...\n' }],
    ['public keys and certificates', {}, { 'a.pem': KEY.replaceAll('PRIVATE', 'PUBLIC') }],
    ['an edit of a file that held it', { a: `${TOKEN}\n` }, { a: `new\n${TOKEN}\n` }],
    [
      'an edit of a file that held it in base64',
      { a: Buffer.from(TOKEN).toString('base64') },
      { a: `new\n${Buffer.from(TOKEN).toString('base64')}` },
    ],
    ['a file of another branch', { a: TOKEN }, { b: 'a\n' }],
  ])('%s', (_, before, after) => {
    withProject(before, (project) => {
      write(project, after);
      expect(leak(project)).toBeUndefined();
      commit(project);
      expect(leak(project)).toBeUndefined();
    });
  });

  test('a file that is renamed, or loses what it held', () => {
    withProject({ a: `${TOKEN}\nb\n` }, (project) => {
      git(project, 'mv', 'a', 'b');
      write(project, { b: `new\n${TOKEN}\n` });
      commit(project);
      expect(leak(project)).toBeUndefined();
      write(project, { b: 'new\n' });
      expect(leak(project)).toBeUndefined();
    });
  });
});
