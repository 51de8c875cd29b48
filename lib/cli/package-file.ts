import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the package: this file is in lib/cli/ below its folder of built code. */
export const PACKAGE_HOME = join(__dirname, '../../../..');

/** The text of a file that the package ships, by its path from the package's top. */
export function packageFile(path: string): string {
  return readFileSync(join(PACKAGE_HOME, path), 'utf8');
}
