import type { FieldPath } from '../values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';

/** A value that API servers refuse, with the way to it from the spec of the pod. */
export interface RefusedValue {
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/** A value, with the way to it. */
export type Named = readonly [path: FieldPath, value: unknown];

/** Whether something stands for a part of a text that is known later only. */
export function isOpen(text: string): boolean {
  return /\$|<|\{\{|###|@@/.test(text);
}

export const LABEL =
  'a name of at most 63 small letters, digits and dashes is required, which starts and ends with a letter or digit';
export const SUBDOMAIN =
  'a DNS name is required: small letters, digits, dashes and dots, at most 253 of them, where each part starts and ends with a letter or digit';

/** A text that does not have its form; one that is empty is none. */
export function nameFault(
  [path, value]: Named,
  isValid: (name: string) => boolean,
  why: string,
): RefusedValue[] {
  const name = textOf(value) ?? '';
  if (name === '' || isOpen(name) || isValid(name)) return [];
  return [{ path, found: name, why, fix: 'write a name of that form' }];
}

/** A value that is required, and is not there. */
export function missing(path: FieldPath, why: string): RefusedValue {
  return { path, found: 'nothing', why, fix: 'add it' };
}

/** Containers of a pod with the way to each, those that run first in front. */
export function containersOf(
  spec: Fields,
): readonly { readonly container: Fields; readonly path: FieldPath }[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).map((one, index) => ({ container: fieldsOf(one), path: [list, index] })),
  );
}

export function backsteps(path: FieldPath, found: string): RefusedValue {
  return { path, found, why: 'a path must not hold ".."', fix: 'write the path without it' };
}
