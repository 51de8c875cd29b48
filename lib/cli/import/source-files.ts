import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { SourceFile } from '../../cluster/manifest';
import { readPaths } from '../../cluster/read-folder';
import { sourceFile } from '../../cluster/source-file';

/**
 * Files of YAML, JSON, TOML and Terraform by their names, and the files of YAML and JSON below folders. `-` is standard input.
 *
 * @throws UnreadableFolder if a path can't be read
 */
export function readSourceFiles(paths: readonly string[]): readonly SourceFile[] {
  const plain = paths.filter(isOtherFile);
  const others = paths.filter((path) => !plain.includes(path));
  return [
    ...plain.map((path) => sourceFile(path, readFileSync(path))),
    ...(others.length > 0 ? readPaths(others).files : []),
  ];
}

function isOtherFile(path: string): boolean {
  return (
    ['.toml', '.tf'].includes(extname(path)) && statSync(path, { throwIfNoEntry: false })?.isFile() === true
  );
}
