import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from '../../app/whole-file';
import { addToPackageFile, newPackageFile } from '../../init/package-json';
import { InitError, type InitPlan } from './plan';
import type { Todo } from './todo';

/** What was done, with absolute paths. */
export interface Outcome {
  readonly written: readonly string[];
  readonly added: readonly { readonly path: string; readonly what: readonly string[] }[];
  readonly kept: readonly string[];
  readonly todos: readonly Todo[];
  /** Scripts of package.json that have the names of ours and do something else. */
  readonly otherScripts: readonly string[];
}

/**
 * Writes the files that are not there, and adds to package.json what it lacks.
 *
 * @throws InitError before anything is written, for a package.json that can't be read
 */
export function writeProject({ target, top, project, files }: InitPlan): Outcome {
  const packagePath = join(target, 'package.json');
  const existing = textOf(packagePath);
  const additions = existing === undefined ? undefined : addToPackageFile(existing, project);
  if (existing !== undefined && additions === undefined)
    throw new InitError([`${packagePath} is not a JSON object. Correct it, or move it.`]);
  const written: string[] = [];
  const kept: string[] = [];
  const todos: Todo[] = [];
  for (const { path, text, todo } of files) {
    const file = join(top, path);
    const known = textOf(file);
    if (known === undefined) {
      writeNew(file, text);
      written.push(file);
      continue;
    }
    kept.push(file);
    const what = todo?.(known);
    if (what !== undefined) todos.push({ path: file, what });
  }
  if (additions === undefined) {
    writeNew(packagePath, newPackageFile(project));
    written.push(packagePath);
    return { written, added: [], kept, todos, otherScripts: [] };
  }
  const { text, added, otherScripts } = additions;
  if (added.length === 0) kept.push(packagePath);
  else writeWholeFile(packagePath, text, true, 'init');
  return {
    written,
    added: added.length === 0 ? [] : [{ path: packagePath, what: added }],
    kept,
    todos,
    otherScripts,
  };
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Never over a file that appeared since. */
function writeNew(file: string, text: string): void {
  writeWholeFile(file, text, false, 'init');
}
