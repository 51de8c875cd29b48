import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What `npm pack` says about what it made. */
export interface Tarball {
  /** Path of the file. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** What the package is built from, and what else is in it. */
const SOURCES = [
  'lib',
  'charts',
  'imports',
  'docs',
  'tools/scripts/bundle.mjs',
  'tsconfig.base.json',
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

/** Packs this checkout as `npm pack` does, in a copy, so that the build in this folder stays as it is. */
export function packCheckout(destination: string): Tarball {
  const copy = mkdtempSync(join(tmpdir(), 'runner-fleet-pack-'));
  try {
    for (const path of SOURCES) cpSync(path, join(copy, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    execFileSync('npm', ['run', '--silent', 'prepack'], { cwd: copy, stdio: ['ignore', 2, 2] });
    return packFolder(copy, destination);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Packs the package of a folder, which is built, into another. */
export function packFolder(source: string, destination: string): Tarball {
  mkdirSync(destination, { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(destination)];
  const [{ filename, size, files }] = JSON.parse(
    execFileSync('npm', pack, { cwd: source, encoding: 'utf8' }),
  );
  return { file: join(resolve(destination), filename), size, files };
}
