import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import { withFolder } from '../app/temporary-folder';
import { FLEET, RENDERED, writeFixture } from '../fixtures/files';
import { git } from './git';
import { type ProgramRun, runHere } from './in-process';

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const FILE = `dist/acme/karpenter/${POOL}`;
/** Enough of the fleet to see one file converted. */
const SOME = RENDERED.filter(({ path }) => /karpenter|amd64-spot/.test(path));

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function edit(project: string, from: string, to: string): void {
  const text = readFileSync(join(project, FILE), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(project, FILE), text.replace(from, to));
}

interface Attack {
  /** Folder of the project in the repository. */
  readonly below?: string;
  /** Attributes that a change brings, and the file that they stand in, from the top. */
  readonly file?: string;
  readonly lines: string;
  /** What else the change does. */
  readonly change?: (project: string, top: string) => void;
}

/** A repository whose main branch holds rendered files, and a branch with a change, checked out as a pipeline has it. */
function withChange(
  { below = '', file = '.gitattributes', lines, change }: Attack,
  run: (project: string) => void,
): void {
  withFolder((top) => {
    const project = join(top, below);
    git(top, 'init', '--quiet', '--initial-branch=main');
    writeFixture(join(project, 'dist'), SOME);
    commit(top, '.');
    git(top, 'checkout', '--quiet', '-b', 'change');
    change?.(project, top);
    git(top, 'add', '--all');
    write(join(top, file), `${lines}\n`);
    commit(top, file);
    checkOutAnew(top);
    run(project);
  });
}

function commit(top: string, path: string): void {
  git(top, 'add', path);
  git(top, 'commit', '--quiet', '--allow-empty', '--message', 'a revision');
}

/** What a pipeline has: every file as Git writes it. */
function checkOutAnew(top: string): void {
  git(top, 'rm', '--quiet', '-r', '--cached', '.');
  for (const file of git(top, 'ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0'))
    if (file.includes('dist/') || file.endsWith('.yaml')) rmSync(join(top, file));
  git(top, 'reset', '--quiet', '--hard');
}

function diff(folder: string, ...args: readonly string[]): ProgramRun {
  return runHere(diffCommand(), args, folder);
}

describe.each([
  ['at the top of the repository', { file: '.gitattributes' }],
  ['in a folder above the project', { below: 'teams/ci', file: 'teams/.gitattributes' }],
])('attributes %s', (_, place) => {
  test.each<[lines: string, named: string]>([
    ['*.yaml text eol=crlf', 'text eol=crlf'],
    ['*.yaml text working-tree-encoding=UTF-16', 'text working-tree-encoding=UTF-16'],
    ['**/dist/** filter=swap', 'filter=swap'],
  ])('%s, which make of the working tree another text than Flux reads, are refused', (lines, named) => {
    // Shows fewer CPUs than are committed, and Git takes the file for unchanged.
    const addFilter = (_project: string, top: string) => {
      git(top, 'config', 'filter.swap.smudge', `sed 's/cpu: "104"/cpu: "10"/'`);
      git(top, 'config', 'filter.swap.clean', `sed 's/cpu: "10"/cpu: "104"/'`);
    };
    withChange({ ...place, lines, change: addFilter }, (project) => {
      const { status, stdout, stderr } = diff(project, 'main');
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^The working tree is not what is committed, and Flux reads what is committed\./,
      );
      expect(stderr).toMatch(new RegExp(`^ {2}dist/acme/.*\\.yaml: ${named}$`, 'm'));
      expect(stderr).toContain('npx runner-fleet diff <base> HEAD');
      // Commits are compared as they are: the attributes are shown, and nothing else changes.
      const blobs = diff(project, 'main', 'HEAD');
      expect([blobs.status, blobs.stdout]).toEqual([0, expect.stringContaining('acme: no object changes')]);
      expect(blobs.stdout).toContain(`added: ${place.file}`);
    });
  });

  test('that convert nothing are shown, and the change is judged, committed or not', () => {
    const lines = '*.yaml text eol=lf ident\n*.md text eol=crlf';
    const lower = (project: string) => edit(project, 'cpu: "104"', 'cpu: "10"');
    withChange({ ...place, lines, change: lower }, (project) => {
      expect(diff(project, 'main')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('spec.limits.cpu: 104 -> 10'),
      });
      edit(project, 'cpu: "10"', 'cpu: "20"');
      const { status, stdout } = diff(project, 'main');
      expect([status, stdout]).toEqual([0, expect.stringContaining('spec.limits.cpu: 104 -> 20')]);
      expect(stdout).toContain(`added: ${place.file}`);
    });
  });
});

test('a file that Git would store as another text than it is now is refused', () => {
  withChange({ lines: '*.yaml ident' }, (project) => {
    edit(project, 'kind: NodePool', 'kind: NodePool # $Id: other $');
    expect(diff(project, 'main')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`  ${FILE}: ident\n`),
    });
  });
});

test('so is one that a setting of Git converts', () => {
  withChange({ lines: '' }, (project) => {
    git(project, 'config', 'core.autocrlf', 'true');
    checkOutAnew(project);
    expect(diff(project, 'main')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('core.autocrlf'),
    });
  });
});

test('a link stands for what it leads to', () => {
  const change = (project: string) => {
    for (const { path, text } of FLEET) write(join(project, 'dist', path), text);
    write(
      join(project, 'more.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more, namespace: a }\n',
    );
    symlinkSync('../more.yaml', join(project, 'dist/linked.yaml'));
  };
  withChange({ lines: 'more.yaml text eol=crlf', change }, (project) =>
    expect(diff(project, 'main')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('  more.yaml: text eol=crlf\n'),
    }),
  );
});
