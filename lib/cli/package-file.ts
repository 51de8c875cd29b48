import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the package, which finds itself by its name wherever its code was built. */
export const PACKAGE_HOME = dirname(require.resolve('gitlab-runner-fleet/package.json'));

/** The text of a file that the package ships, by its path from the package's top. */
export function packageFile(path: string): string {
  return readFileSync(join(PACKAGE_HOME, path), 'utf8');
}
