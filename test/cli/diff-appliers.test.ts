import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import { withFolder } from '../app/temporary-folder';
import { RENDERED, writeFixture } from '../fixtures/files';
import { git } from './git';
import { runHere } from './in-process';

const FILE = 'flux/fleet.yaml';
const KUSTOMIZATION = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: fleet, namespace: flux-system }
spec:
  path: ./infra/dist
  prune: true
`;
const PATCHED = `${KUSTOMIZATION}  patches: [{ patch: "$patch: delete", target: { kind: NetworkPolicy } }]\n`;
const SAYS =
  /SECURITY[\s\S]*Kustomization\/flux-system\/fleet \(flux\/fleet\.yaml\)[\s\S]*infra\/dist\/ is applied in another way: patches changed/i;

/** A repository with a fleet in a folder of it, and what applies it beside; a branch is checked out. */
function withRepository(run: (top: string) => void): void {
  withFolder((top) => {
    git(top, 'init', '--quiet', '--initial-branch=main', '--template=');
    writeFixture(join(top, 'infra/dist'), RENDERED);
    write(top, KUSTOMIZATION);
    commit(top);
    git(top, 'checkout', '--quiet', '-b', 'change');
    run(top);
  });
}

function write(top: string, text: string, file = FILE): void {
  mkdirSync(dirname(join(top, file)), { recursive: true });
  writeFileSync(join(top, file), text);
}

function commit(top: string): void {
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', 'a revision');
}

const diff = (folder: string, ...args: readonly string[]) =>
  runHere(diffCommand(), [...args, '--fail-on', 'security'], folder);

describe('a patch in the file by which Flux applies the folder', () => {
  test('is seen in the working tree, from the folder of the project', () => {
    withRepository((top) => {
      write(top, PATCHED);
      const { status, stdout } = diff(join(top, 'infra'));
      expect(stdout).toMatch(SAYS);
      expect(status).toBe(3);
    });
  });

  test('is seen in a commit, from the top', () => {
    withRepository((top) => {
      write(top, PATCHED);
      commit(top);
      const { status, stdout } = diff(top, 'main', 'change', '--folder', 'infra/dist');
      expect(stdout).toMatch(SAYS);
      expect(status).toBe(3);
    });
  });

  test('is seen in a file that git does not know yet', () => {
    withRepository((top) => {
      write(top, PATCHED.replace('name: fleet', 'name: more'), 'flux/more.yaml');
      expect(diff(join(top, 'infra')).stdout).toMatch(/flux\/more\.yaml[\s\S]*patches added/);
    });
  });

  test('is nothing to a folder that it does not apply', () => {
    withRepository((top) => {
      write(
        top,
        PATCHED.replace('infra/dist', 'apps').replace('name: fleet', 'name: apps'),
        'flux/apps.yaml',
      );
      const { status, stdout } = diff(join(top, 'infra'));
      expect(stdout).not.toMatch(/patches/);
      expect(status).toBe(0);
    });
  });
});

describe('a patch in a file of its own, over the folder', () => {
  const PATCH = 'overlay/open.yaml';
  const withOverlay = (run: (top: string) => void) =>
    withRepository((top) => {
      write(
        top,
        'resources: [../infra/dist]\npatches: [{ path: open.yaml }]\n',
        'overlay/kustomization.yaml',
      );
      write(top, '- { op: remove, path: /spec }\n', PATCH);
      commit(top);
      git(top, 'branch', '--force', 'main');
      write(top, '- { op: remove, path: /metadata }\n', PATCH);
      run(top);
    });

  test('is seen in the working tree and in a commit, though its kustomization stays', () => {
    withOverlay((top) => {
      const said = /SECURITY[\s\S]*overlay\/kustomization\.yaml[\s\S]*overlay\/open\.yaml changes/i;
      const { status, stdout } = diff(join(top, 'infra'));
      expect(stdout).toMatch(said);
      expect(status).toBe(3);
      commit(top);
      expect(diff(top, 'main', 'change', '--folder', 'infra/dist').stdout).toMatch(said);
    });
  });
});
