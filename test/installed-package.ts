import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Tarball } from '../tools/scripts/pack';

/**
 * The package as its users have it: packed, and installed in a folder outside of this repository. npm installs it where
 * RUNNER_FLEET_TEST_INSTALL is "npm" (which needs the registry); otherwise what the package declares is linked from here,
 * and nothing else, so that a dependency that it does not declare is missing.
 */
export const REAL_INSTALL = process.env.RUNNER_FLEET_TEST_INSTALL === 'npm';

/** Installs the package in a folder, with what its users install beside it. */
export function installPackage(folder: string, tarball: Tarball): void {
  if (REAL_INSTALL) installWithNpm(folder, tarball);
  else installByLinks(folder, tarball);
}

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function installWithNpm(folder: string, { file }: Tarball): void {
  const own = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions = ['cdk8s', 'constructs', 'cdk8s-cli', 'typescript', '@types/node'].map(
    (name) => `${name}@${own.devDependencies[name]}`,
  );
  execFileSync('npm', ['install', '--no-audit', '--no-fund', file, ...versions], { cwd: folder });
}

function installByLinks(folder: string, { file }: Tarball): void {
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'gitlab-runner-fleet');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', file, '--strip-components=1', '-C', home]);
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(home, 'package.json'), 'utf8'),
  ) as PackageFile;
  for (const name of [
    ...Object.keys({ ...dependencies, ...peerDependencies }),
    '@types/node',
    'cdk8s-cli',
    'typescript',
  ]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    if (!existsSync(join(modules, name))) symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const program = join(home, 'build/package/lib/cli/main.js');
  chmodSync(program, 0o755);
  symlinkSync(program, join(modules, '.bin/runner-fleet'));
  for (const name of ['cdk8s', 'tsc'])
    symlinkSync(resolve('node_modules/.bin', name), join(modules, '.bin', name));
}
