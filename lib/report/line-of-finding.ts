import type { FieldOfManifest, Finding } from '../checks/finding';
import { at as valueAt } from '../values/record';

/** Line of a finding in its file. */
export function lineInConfig({ at }: Finding): number {
  return lineOfField(at);
}

/** Line of a field in its file; within a config.toml the line of the key, as near as the text tells. */
export function lineOfField({ manifest, path, within }: FieldOfManifest): number {
  const start = manifest.lineOf(path);
  const text = valueAt(manifest.body, path);
  if (within === undefined || typeof text !== 'string') return start;
  const key = (within.match(/"[^"]*"|[^.[\]"]+/g) ?? [])
    .filter((step) => !/^\d+$/.test(step))
    .at(-1)
    ?.replaceAll('"', '');
  const shape = new RegExp(`^\\s*(\\[+[\\w."]*\\b)?"?${(key ?? '').replace(/\W/g, '\\$&')}"?\\]*\\s*(=|$)`);
  const found = text.split('\n').findIndex((line) => shape.test(line));
  return found < 0 ? start : start + 1 + found;
}
