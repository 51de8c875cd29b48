import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkCommand } from '../../lib/cli/check';
import { withFolder } from '../app/temporary-folder';
import { RENDERED, writeFixture } from '../fixtures/files';
import { type ProgramRun, runHere } from './in-process';

/** Never a token of anybody: put together here so that nobody takes this file for a leak. */
const TOKEN = `glrt-${'AbCdEfGhIjKlMnOpQrSt'}`;

function check(folder: string, ...paths: readonly string[]): ProgramRun {
  return runHere(checkCommand(), paths, folder);
}

/** A project with a rendered folder and some files more. */
function withProject(files: Readonly<Record<string, string | Buffer>>, run: (project: string) => void): void {
  withFolder((project) => {
    writeFixture(join(project, 'dist'), RENDERED);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), content);
    }
    run(project);
  });
}

describe('a token in a file beside the manifests is an error', () => {
  test.each<[file: string, content: string | Buffer, path: string, line: number]>([
    ['dist/README.md', `Rendered.\n\nThe token is ${TOKEN}.\n`, 'dist', 3],
    ['dist/acme/README.md', `${Buffer.from(TOKEN).toString('base64')}\n`, 'dist', 1],
    ['sealed/x.yaml', `a: b\ntoken: ${TOKEN}\n`, 'dist', 2],
    ['sealed/acme/notes.txt', `glrt-AbCdEfGh\nIjKlMnOpQrSt\n`, 'dist', 1],
    ['scripts/register.sh', `#!/bin/sh\nregister ${TOKEN}\n`, '.', 2],
    ['.env', `TOKEN=${TOKEN}\n`, '.', 1],
    ['notes.txt', Buffer.from(`\ufeffa\n${TOKEN}\n`, 'utf16le'), '.', 2],
    ['bare.txt', Buffer.from(`a\n${TOKEN}\n`, 'utf16le'), '.', 2],
    ['other.txt', Buffer.from(`a\n${TOKEN}\n`, 'utf16le').swap16(), '.', 2],
    ['dump.gz', gzipSync(`a\n${TOKEN}\n`), '.', 2],
  ])('%s', (file, content, path, line) => {
    withProject({ [file]: content }, (project) => {
      const { status, stdout, stderr } = check(project, path);
      expect([status, stderr]).toEqual([1, '']);
      expect(stdout).toContain('error [secrets/plain-token]');
      expect(stdout).toContain(`at:    ${file}:${line}\n`);
      expect(stdout).toContain('1 error, 0 warnings');
      expect(stdout).not.toContain(TOKEN);
    });
  });

  test('and is told once, where the folder is named twice', () => {
    withProject({ 'sealed/x.yaml': `token: ${TOKEN}\n`, 'dist/README.md': TOKEN }, (project) => {
      const { stdout } = check(project, 'dist', 'dist');
      expect(stdout.match(/dist\/README\.md:1|sealed\/x\.yaml:1/g)).toHaveLength(2);
    });
  });
});

/** Not a real key: put together here, in a length that no key has. */
const KEY =
  ['-----BEGIN PRIVATE', 'KEY-----\n'].join(' ') + `${'MIIJQwIBADANBgkqhkiG9w0BAQEF'.repeat(4)}\n`.repeat(3);

describe('a private key in a file beside the manifests is an error', () => {
  test.each<[file: string, content: string | Buffer, line: number]>([
    ['sealed/acme/key.pem', KEY, 1],
    ['sealed/acme/cert.pem', `a certificate\n${KEY}`, 2],
    ['dist/README.md', `Rendered.\n\n${KEY}`, 3],
    ['sealed/acme/quoted.txt', `# ${KEY.trim().replaceAll('\n', '\n# ')}\n`, 1],
    ['sealed/acme/encoded.txt', `${Buffer.from(KEY).toString('base64')}\n`, 1],
    ['sealed/acme/pgp.asc', KEY.replace('BEGIN PRIVATE KEY', 'BEGIN PGP PRIVATE KEY BLOCK'), 1],
  ])('%s', (file, content, line) => {
    withProject({ [file]: content }, (project) => {
      const { status, stdout } = check(project, 'dist');
      expect(status).toBe(1);
      expect(stdout).toContain('error [secrets/plain-credential]');
      expect(stdout).toContain(`at:    ${file}:${line}\n`);
      expect(stdout).toContain('a private key (hidden)');
      expect(stdout).not.toContain('MIIJQwIBADAN');
    });
  });

  test('and none where a manual shows how one begins', () => {
    const manual = `${KEY.slice(0, 60)}\n...\n`;
    withProject({ 'dist/README.md': manual }, (project) => expect(check(project, 'dist').status).toBe(0));
  });
});

describe('a token in what else a reader of the repository sees of a file is an error', () => {
  const far = `${'x'.repeat(99)}\n`.repeat(25_000);

  test.each<[what: string, files: Record<string, string | Buffer>, found: string, place: string]>([
    ['its name', { [`docs/${TOKEN}.txt`]: 'a' }, 'in its name', 'docs/(hidden):1'],
    ['the name of its folder', { [`docs/${TOKEN}/a.txt`]: 'a' }, 'in its name', 'docs/(hidden):1'],
    ['text behind the first MiB', { 'a.log': `${far}${TOKEN}\n${far}` }, '', 'a.log:25001'],
    ['UTF-16 behind the first MiB', { 'a.log': Buffer.from(`${far}${TOKEN}`, 'utf16le') }, '', 'a.log:25001'],
    [
      'across the parts in which it is read',
      { 'a.log': `${'\n'.repeat(1024 * 1024 - 9)}${TOKEN}` },
      '',
      'a.log:',
    ],
    ['bytes that are no text', { 'a.bin': Buffer.from(`\0\x01\n${TOKEN}\0`) }, '', 'a.bin:2'],
  ])('%s', (_, files, found, place) => {
    withProject(files, (project) => {
      const { status, stdout } = check(project, '.');
      expect([status, stdout]).toEqual([1, expect.stringContaining(`at:    ${place}`)]);
      expect(stdout).toMatch(new RegExp(`found: a plain token ?${found} \\(hidden\\)`));
      expect(stdout).toContain('1 error, 0 warnings');
      expect(stdout).not.toContain(TOKEN);
    });
  });

  test('the target of a link', () => {
    withProject({ [`docs/${TOKEN}`]: 'a' }, (project) => {
      symlinkSync(TOKEN, join(project, 'docs/here'));
      const { status, stdout } = check(project, '.');
      expect([status, stdout]).toEqual([1, expect.stringContaining('at:    docs/here:1\n')]);
      expect(stdout).toContain('found: a plain token in the target of the link (hidden)');
      expect(stdout).toContain('2 errors');
    });
  });
});

test('other texts are no finding, and folders that are not committed are passed over', () => {
  const files = {
    'dist/README.md': 'Rendered. A token begins with glrt- and is sealed.\n',
    'sealed/acme/cert.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    'node_modules/x/test.js': TOKEN,
    '.git/config': TOKEN,
    'notes.txt': 'https://user:password@example.com\n',
  };
  withProject(files, (project) => {
    for (const path of ['dist', '.']) {
      const { status, stdout } = check(project, path);
      expect([path, status]).toEqual([path, 0]);
      expect(stdout).toContain('0 errors, 0 warnings, 0 notes');
    }
  });
});

test('a file that is no text, or too large, is named in one note', () => {
  const files = {
    'docs/a.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
    'docs/b.log': 'x'.repeat(1024 * 1024 + 1),
    'docs/c.gz': gzipSync(Buffer.alloc(5 * 1024 * 1024)),
  };
  withProject(files, (project) => {
    const { status, stdout } = check(project, '.');
    expect(status).toBe(0);
    expect(stdout).toContain('note [secrets/unread]');
    expect(stdout).toContain(
      'docs/a.png (not a text), docs/b.log (larger than 1 MiB), docs/c.gz (packed, and not readable or too large)',
    );
    expect(stdout).toContain('0 errors, 0 warnings, 1 note');
    expect(check(project, 'dist').stdout).toContain('0 notes');
  });
});
