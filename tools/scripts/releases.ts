import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import RELEASES from '../releases.json';
import { packFolder } from './pack';

/** The commit of a release, and whether that is a package, which 0.1.0 was not. */
export interface Release {
  readonly version: string;
  readonly commit: string;
  readonly package: boolean;
}

/** The releases of `tools/releases.json`, oldest first. */
export function releases(): readonly Release[] {
  return Object.entries(RELEASES)
    .map(([version, release]) => ({ version, ...release }))
    .sort((a, b) => compareVersions(a.version, b.version));
}

/**
 * The newest package before a version.
 *
 * @param version `0.3.0`; undefined for what is not released yet, which comes after all
 * @throws Error if there is none
 */
export function packageBefore(version: string | undefined, all: readonly Release[] = releases()): Release {
  const older = all.filter((one) => version === undefined || compareVersions(one.version, version) < 0);
  const newest = older.filter((one) => one.package).pop();
  if (newest === undefined)
    throw new Error(
      `tools/releases.json has no package before ${version ?? 'this one'}: 0.2.0 was the first.`,
    );
  return newest;
}

function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.split('.').map(Number));
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** What a package is built from. */
const SOURCES = [
  'lib',
  'charts',
  'imports',
  'docs/checks',
  'tsconfig.base.json',
  'package.json',
  'README.md',
];

/**
 * Packs a release as it was: takes its sources from Git, builds them with the dependencies that are installed here, and
 * packs that. Needs no network.
 *
 * @param folder where to build; it is created
 * @returns path of the tarball
 * @throws Error if the commit is not in this clone
 */
export function packRelease({ version, commit }: Release, folder: string): string {
  if (spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`]).status !== 0)
    throw new Error(
      `This clone lacks commit ${commit}, which is release ${version}. Get it with: git fetch --unshallow`,
    );
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit, '--', ...SOURCES, 'LICENSE', 'CHANGELOG.md'], {
    maxBuffer: 256 * 1024 * 1024,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  execFileSync(resolve('node_modules/.bin/tsc'), ['-b', 'lib'], { cwd: folder, stdio: ['ignore', 2, 2] });
  return packFolder(folder, folder).file;
}
