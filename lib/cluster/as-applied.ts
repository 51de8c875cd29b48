import type { FieldPath } from '../values/field-path';
import { isTable } from '../values/record';
import { filledIn } from '../values/run-time-variable';
import type { Manifest } from './manifest';
import { readYaml } from './read-yaml';
import { isFilledIn } from './run-time-values';

const applied = new WeakMap<Manifest, Manifest>();
const written = new WeakMap<Manifest, Manifest>();

/**
 * An object with the defaults of its variables, as Flux applies it where nothing says more; itself without any. Files within
 * a ConfigMap or Secret stay as they are: whoever reads them fills in what is theirs.
 */
export function asApplied(manifest: Manifest): Manifest {
  if (written.has(manifest) || !hasVariables(manifest)) return manifest;
  const known = applied.get(manifest) ?? { ...manifest, body: withoutFiles(manifest, filled) };
  applied.set(manifest, known);
  written.set(known, manifest);
  return known;
}

/** An object as it stands in its file. */
export function asWritten(manifest: Manifest): Manifest {
  return written.get(manifest) ?? manifest;
}

/** A text of an object, or a key, that holds a variable which Flux fills in. */
export interface VariableText {
  readonly path: FieldPath;
  readonly text: string;
}

/** Every such text of an object. */
export function variableTexts(manifest: Manifest): readonly VariableText[] {
  return hasVariables(manifest) ? textsIn(manifest.body, []) : [];
}

function hasVariables(manifest: Manifest): boolean {
  // Between quotes, an escape may stand for either of the characters.
  const mayHold = manifest.fileText === undefined || /\$\{|\\/.test(manifest.fileText);
  return mayHold && isFilledIn(manifest);
}

function withoutFiles({ kind, body }: Manifest, change: (value: unknown) => unknown): Manifest['body'] {
  if (kind !== 'ConfigMap' && kind !== 'Secret') return change(body) as Manifest['body'];
  const { data, stringData, ...others } = body;
  return { ...(change(others) as Manifest['body']), data, stringData };
}

function filled(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? scalar(filledIn(value)) : value;
  if (Array.isArray(value)) return value.map(filled);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [filledIn(key), filled(item)]));
}

/** What is filled in is read as YAML: a number or a boolean, where it looks like one. */
function scalar(text: string): unknown {
  if (text.includes('${') || /[:#]\s|\n/.test(text)) return text;
  try {
    const [value] = readYaml(text).documents;
    return isTable(value) ? text : (value ?? text);
  } catch {
    return text;
  }
}

function textsIn(value: unknown, path: FieldPath): VariableText[] {
  if (typeof value === 'string') return value.includes('${') ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (!isTable(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = [...path, key];
    return [...(key.includes('${') ? [{ path: below, text: key }] : []), ...textsIn(item, below)];
  });
}
