import type { FieldPath } from '../values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { isOpen, type RefusedValue } from './refused-value';

/** Variables of a container that API servers refuse. */
export function variableFaults({ env, envFrom }: Fields, path: FieldPath): readonly RefusedValue[] {
  return [
    ...listOf(env).flatMap((one, index) => {
      const way = [...path, 'env', index];
      return [...nameFaults(fieldsOf(one), way), ...sourceFaults(fieldsOf(one), way)];
    }),
    ...listOf(envFrom).flatMap((one, index) =>
      oneOf(fieldsOf(one), ['secretRef', 'configMapRef'], [...path, 'envFrom', index]),
    ),
  ];
}

/** Names of variables may hold any character that can be printed but "=". */
function nameFaults(variable: Fields, path: FieldPath): RefusedValue[] {
  const name = textOf(variable.name) ?? '';
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) return [];
  const why = 'a variable has a name, of characters that can be printed, without "="';
  return [{ path: [...path, 'name'], found: name || 'nothing', why, fix: 'write such a name' }];
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

function sourceFaults({ value, valueFrom }: Fields, path: FieldPath): readonly RefusedValue[] {
  if (valueFrom === undefined || valueFrom === null) return [];
  const way = [...path, 'valueFrom'];
  if (textOf(value)) {
    const why = 'a variable has either a value or a source';
    return [{ path: way, found: 'with a value', why, fix: 'remove one of the two' }];
  }
  const source = fieldsOf(valueFrom);
  return [
    ...oneOf(source, SOURCES, way),
    ...fieldFaults(source.fieldRef, FIELDS_OF_VARIABLES, [...way, 'fieldRef']),
    ...amountFaults(source.resourceFieldRef, [...way, 'resourceFieldRef']),
    ...['configMapKeyRef', 'secretKeyRef'].flatMap((kind) => {
      const reference = fieldsOf(source[kind]);
      if (source[kind] === undefined || source[kind] === null || textOf(reference.key)) return [];
      const why = 'a variable takes one key of the object';
      return [{ path: [...way, kind, 'key'], found: 'nothing', why, fix: 'name the key' }];
    }),
  ];
}

/** Of several fields, one is required. */
export function oneOf(fields: Fields, keys: readonly string[], path: FieldPath): readonly RefusedValue[] {
  const set = keys.filter((key) => (fields[key] ?? undefined) !== undefined);
  if (set.length === 1) return [];
  const found = set.length === 0 ? 'nothing' : set.join(' and ');
  return [{ path, found, why: `one of ${keys.join(', ')} is required`, fix: 'write one of them' }];
}

const FIELDS_OF_VARIABLES = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields of a pod that files of a volume may hold. */
export const FIELDS_OF_FILES: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.uid',
];

/** A reference to a field of the pod itself. */
export function fieldFaults(
  reference: unknown,
  known: readonly string[],
  path: FieldPath,
): readonly RefusedValue[] {
  if (reference === undefined || reference === null) return [];
  const field = textOf(fieldsOf(reference).fieldPath) ?? '';
  // One label or annotation: metadata.labels['app'].
  const isOne = /^metadata\.(labels|annotations)\[['"].+['"]\]$/.test(field);
  if (isOne || known.includes(field) || isOpen(field)) return [];
  const why = `of a pod, ${known.join(', ')} can be named`;
  return [{ path: [...path, 'fieldPath'], found: field || 'nothing', why, fix: 'name one of them' }];
}

const AMOUNT = /^(requests|limits)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** A reference to what a container asks for. */
export function amountFaults(reference: unknown, path: FieldPath): readonly RefusedValue[] {
  if (reference === undefined || reference === null) return [];
  const amount = textOf(fieldsOf(reference).resource) ?? '';
  if (AMOUNT.test(amount) || isOpen(amount)) return [];
  const why = 'requests and limits of cpu, memory, ephemeral-storage and huge pages can be named';
  return [
    {
      path: [...path, 'resource'],
      found: amount || 'nothing',
      why,
      fix: 'write one, for example limits.cpu',
    },
  ];
}
