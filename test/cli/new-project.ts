import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { packCheckout, type Tarball } from '../../tools/scripts/pack';
import { installPackage } from '../installed-package';
import { git } from './git';

export { git };

/** Folder of a project in a repository that holds other things. */
export const SUBFOLDER = 'clusters/runners';

/** A place outside of any repository in which a test makes folders and runs the packed program. */
export interface Scratch {
  readonly path: string;
  readonly tarball: Tarball;
  /** Where the program is installed that writes projects. */
  readonly home: string;
}

export function makeScratch(): Scratch {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'runner-fleet-init-')));
  const tarball = packCheckout(path);
  const home = join(path, 'home');
  installPackage(home, tarball);
  return { path, tarball, home };
}

export function removeScratch({ path }: Scratch): void {
  rmSync(path, { recursive: true, force: true });
}

let count = 0;

/** A new empty folder, whose name makes a fleet's name. */
export function emptyFolder(scratch: Scratch, name = 'acme'): string {
  const folder = join(scratch.path, String(count++), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A repository that holds other things, with its main branch checked out. */
export function repositoryWithApps(scratch: Scratch, remote?: string): string {
  const repository = emptyFolder(scratch, 'platform');
  git(repository, 'init', '--quiet', '--initial-branch=main');
  if (remote !== undefined) git(repository, 'remote', 'add', 'origin', remote);
  write(repository, 'apps/shop/deployment.yaml', 'kind: Deployment\n');
  return repository;
}

/** Runs a program in a folder; a pipeline that runs these tests is not one of the project. */
export function runIn(folder: string, command: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  const { CI_API_V4_URL: _, GITHUB_ACTIONS: __, ...rest } = process.env;
  const env = {
    ...rest,
    CDK8S_CHECK_UPGRADE: 'false',
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    NO_COLOR: '1',
  };
  return spawnSync(command, args, { cwd: folder, env, input: '', encoding: 'utf8', timeout: 120_000 });
}

export function init(scratch: Scratch, folder: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return runIn(folder, join(scratch.home, 'node_modules/.bin/runner-fleet'), 'init', ...args);
}

/** Runs the program that is installed in a project. */
export function fleet(project: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return runIn(project, join(project, 'node_modules/.bin/runner-fleet'), ...args);
}

export function commit(repository: string, message: string): void {
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message', message);
}

export function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

export function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

export function edit(folder: string, path: string, from: string, to: string): void {
  expect(read(folder, path)).toContain(from);
  writeFileSync(join(folder, path), read(folder, path).replace(from, to));
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
export function objectsIn(folder: string, path: string): any[] {
  return parseAllDocuments(read(folder, path)).map((document) => document.toJS());
}
