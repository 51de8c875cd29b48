import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { SourceFile } from '../cluster/manifest';
import { UnreadableFolder } from '../cluster/read-folder';
import { sourceFile } from '../cluster/source-file';
import type { ProjectFiles } from '../pipelines/project-files';
import { visible } from '../values/visible';

/** A pipeline with the files that it may include. */
export interface PipelineSource {
  readonly file: SourceFile;
  readonly project: ProjectFiles;
}

/** Folders that hold other projects. */
const SKIPPED = new Set(['.git', 'node_modules']);

/**
 * A pipeline of a project on the disk. Includes are read from the top of the project: the folder that is named, else that of
 * the Git repository that holds the file, else its own.
 *
 * @throws UnreadableFolder where there is no such file
 */
export function pipelineSource(path: string, project: string | undefined): PipelineSource {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory())
    throw new UnreadableFolder(
      `${visible(path)} is a folder. Name the pipeline in it: ${visible(join(path, '.gitlab-ci.yml'))}.`,
    );
  if (found?.isFile() !== true)
    throw new UnreadableFolder(`There is no file ${visible(path)}. Name the .gitlab-ci.yml of a project.`);
  // Whoever writes the project chooses where a link leads, and messages quote what they find there.
  if (lstatSync(path).isSymbolicLink())
    throw new UnreadableFolder(`${visible(path)} is a link. Name the file that it leads to.`);
  const top = project ?? topOf(path);
  return { file: sourceFile(path, readFileSync(path)), project: projectFiles(top) };
}

function topOf(path: string): string {
  const own = dirname(resolve(path));
  let folder = own;
  while (!existsSync(join(folder, '.git'))) {
    if (dirname(folder) === folder) return dirname(path);
    folder = dirname(folder);
  }
  return relative('.', folder) || '.';
}

/** The files of a folder that a pipeline may include: nothing outside of it, and nothing behind a link, which GitLab doesn't follow. */
export function projectFiles(top: string): ProjectFiles {
  let names: readonly string[] | undefined;
  return {
    read: (path) => {
      const file = join(top, path);
      const isOutside = relative(top, file).startsWith('..');
      const found = isOutside ? undefined : lstatSync(file, { throwIfNoEntry: false });
      if (found?.isFile() !== true || realpathSync(file) !== join(realpathSync(top), path)) return undefined;
      return sourceFile(file, readFileSync(file));
    },
    list: () => {
      names ??= allFiles(top, '');
      return names;
    },
  };
}

/** What a link leads to is not looked at, its name is. */
function allFiles(top: string, below: string): readonly string[] {
  return readdirSync(join(top, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : allFiles(top, path);
    return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}
