/** Paths as text, with either slash: what is judged may come from another system, or from no file at all. */

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** The folder of a file; empty for one in the working folder. */
export function parentOf(path: string): string {
  return path.split(/[\\/]/).slice(0, -1).join('/');
}

/** A path from a folder, without its `.` and `..`; from an empty one the path itself. */
export function joinPath(folder: string, path: string): string {
  const whole = folder === '' ? path : `${folder}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split(/[\\/]/)) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${whole.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}
