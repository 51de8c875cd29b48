import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFolder } from '../../lib/cluster/read-folder';
import { packageBefore, packRelease } from '../../tools/scripts/releases';
import { installPackage } from '../installed-package';
import * as project from './new-project';
import { edit, fleet, git, read, runIn } from './new-project';

/** docs/upgrade.md as a user follows it: a project of the release before, upgraded to this one. */
const VERSION: string = JSON.parse(readFileSync('package.json', 'utf8')).version;
const BEFORE = packageBefore(VERSION);

let scratch: project.Scratch;
let folder: string;
beforeAll(() => {
  scratch = project.makeScratch();
  const old = join(scratch.path, 'old');
  installPackage(old, { file: packRelease(BEFORE, join(scratch.path, 'release')), size: 0, files: [] });
  folder = project.emptyFolder(scratch);
  const program = join(old, 'node_modules/.bin/runner-fleet');
  const { status, stderr } = runIn(folder, program, 'init', '--cluster', 'acme-eu', '--ci', 'gitlab');
  expect([status, stderr]).toEqual([0, '']);
  cpSync(join(old, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
}, 240_000);
afterAll(() => project.removeScratch(scratch));

/** The texts of rendered files, whatever they are called. */
const texts = (dist: string) =>
  readFolder(dist)
    .map(({ text }) => text)
    .sort();
const synth = () => runIn(folder, 'node_modules/.bin/cdk8s', 'synth');

test('a project of the release before is rendered and committed with that release', () => {
  expect(read(folder, 'package.json')).toContain(`"gitlab-runner-fleet": "${BEFORE.version}"`);
  expect(fleet(folder, '--version').stdout).toBe(`${BEFORE.version}\n`);
  const rendered = synth();
  expect([rendered.status, rendered.stderr]).toEqual([0, expect.stringContaining('acme-arm64-spot')]);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  project.commit(folder, `A fleet with ${BEFORE.version}`);
}, 120_000);

test('the upgrade compiles and proves the same description, and its diff says what changes', () => {
  git(folder, 'switch', '--quiet', '--create', 'upgrade');
  const before = texts(join(folder, 'dist'));
  const modules = join(folder, 'node_modules');
  rmSync(modules, { recursive: true });
  mkdirSync(modules);
  installPackage(folder, scratch.tarball);
  edit(folder, 'package.json', `"${BEFORE.version}"`, `"${VERSION}"`);
  expect(fleet(folder, '--version').stdout).toBe(`${VERSION}\n`);

  const rendered = synth();
  expect([rendered.status, rendered.stderr]).toEqual([0, expect.stringContaining('acme-arm64-spot')]);
  const checked = fleet(folder, 'check');
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining('2 runners, 0 errors')]);
  const diff = fleet(folder, 'diff');
  expect([diff.status, diff.stdout]).toEqual([0, expect.stringMatching(/acme: |[Nn]othing|No change/)]);
  // A file that only moves changes no object.
  const changed = JSON.stringify(texts(join(folder, 'dist'))) !== JSON.stringify(before);
  expect(diff.stdout.includes('no object changes')).toBe(!changed);
}, 120_000);

test('going back is the old commit: what is rendered is what was', () => {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', `Upgrade to ${VERSION}`);
  git(folder, 'revert', '--no-edit', 'HEAD');
  expect(git(folder, 'diff', '--stat', 'main', 'HEAD')).toBe('');
});

test('a clone that lacks the commit of a release says how to get it', () => {
  const lost = { version: '0.1.9', commit: '0123456789012345678901234567890123456789', package: true };
  expect(() => packRelease(lost, join(scratch.path, 'lost'))).toThrow(
    /lacks commit 0123456789012345678901234567890123456789, which is release 0\.1\.9.*git fetch --unshallow/,
  );
});
