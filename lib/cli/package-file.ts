import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a file that the package ships, by its path from the package's top. */
export function packageFile(path: string): string {
  // From lib/cli/ below the folder of built code.
  return readFileSync(join(__dirname, '../../../..', path), 'utf8');
}
