import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, textOf } from '../values/record';
import { holdsVariable, openVariablesIn, variablesWithDefaultIn } from '../values/run-time-variable';
import type { Manifest } from './manifest';

/** Keeps Flux from filling in variables of an object. */
const SUBSTITUTE_ANNOTATION = 'kustomize.toolkit.fluxcd.io/substitute';

/** Whether variables of an object may be filled in before it is applied: nothing says that they are texts of their own. */
export function isFilledIn({ body }: Manifest): boolean {
  return textOf(at(body, ['metadata', 'annotations', SUBSTITUTE_ANNOTATION])) !== 'disabled';
}

/** Variables of an object, and where the first of them stands. */
export interface RunTimeValues {
  readonly path: FieldPath;
  /** Those without a default. */
  readonly open: readonly string[];
  /** Those with one, which stands for them here. */
  readonly withDefault: readonly string[];
}

/** Variables in the spec of a NodePool; its node class is looked for by its name, and reported by that. */
export function runTimeValuesOf(pool: Manifest): RunTimeValues | undefined {
  if (!isFilledIn(pool)) return undefined;
  const places = textsWithVariables(pool.body.spec, ['spec']).filter(
    ({ path }) => !path.includes('nodeClassRef'),
  );
  if (places.length === 0) return undefined;
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  const open = unique(places.flatMap(({ text }) => openVariablesIn(text)));
  const withDefault = unique(places.flatMap(({ text }) => variablesWithDefaultIn(text)));
  const first = places.find(({ text }) => openVariablesIn(text).length > 0) ?? places[0];
  return { path: first.path, open, withDefault };
}

function textsWithVariables(value: unknown, path: FieldPath): readonly { path: FieldPath; text: string }[] {
  if (!holdsVariable(value)) return [];
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsWithVariables(item, [...path, index]));
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) => textsWithVariables(item, [...path, key]));
}
