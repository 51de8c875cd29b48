import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PACKAGE } from '../../init/package-json';
import { PACKAGE_HOME, packageFile } from '../package-file';

/** How a package.json in a folder is to refer to this package. */
export interface PackageReference {
  /** A version, or the file, address or repository that it was installed from. */
  readonly text: string;
  /** The file that it was installed from; undefined where it comes from elsewhere. */
  readonly file?: string;
}

/** The reference for a folder: that of the project in which this program is installed, or this very version. */
export function packageReference(folder: string): PackageReference {
  const modules = dirname(PACKAGE_HOME);
  const project = basename(modules) === 'node_modules' ? dirname(modules) : undefined;
  const reference = project && referenceIn(join(project, 'package.json'));
  if (project && reference && isFile(reference)) {
    const file = resolve(project, reference.replace(/^file:/, ''));
    const path = relative(folder, file).split(sep).join('/');
    return { text: `file:${path}`, file };
  }
  const isAddress = reference !== undefined && /[:/]/.test(reference) && !reference.startsWith('npm:');
  return { text: isAddress ? reference : JSON.parse(packageFile('package.json')).version };
}

function isFile(reference: string): boolean {
  return /^(file:|\.{1,2}\/|\/)/.test(reference);
}

function referenceIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Partial<
    Record<string, Record<string, string>>
  >;
  return { ...devDependencies, ...dependencies }[PACKAGE];
}
