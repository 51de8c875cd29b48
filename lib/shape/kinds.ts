import type { Problem } from '../problem';
import type { FieldPath } from '../values/field-path';
import { parseQuantity } from '../values/quantity';
import { nearestName } from '../values/suggest';

/**
 * What a field holds: `string`, `integer`, `number`, `boolean`, `quantity`, `int-or-string`, `any`, the name of a type, one
 * of the first six within bounds, or a list or a table of any keys of something.
 */
export type FieldSchema =
  | string
  | ScalarSchema
  | { readonly list: FieldSchema }
  | { readonly map: FieldSchema };

interface ScalarSchema {
  readonly is: string;
  readonly enum?: readonly string[];
  /** A part of the text that matches is enough. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Fields of a type by name; the marks behind the names are told in `SchemaFile`. */
export type TypeFields = Readonly<Record<string, FieldSchema>>;

/** What values are held against. */
export interface Schemas {
  /** Fields by type. */
  readonly types: Readonly<Record<string, TypeFields>>;
  /** Whether a field that is null is as if it were not there. */
  readonly takesNull: boolean;
}

/** What can be wrong with a field. */
export type FieldRule = 'unknown-field' | 'missing-field' | 'wrong-type' | 'wrong-value';

/** Why a value is none that a field may hold; `at` is the way to it from the top of the object. */
export type FieldFault = Problem<FieldPath, FieldRule>;

export const REFUSED = 'the API server refuses the object, and with it everything that is applied beside it';

/** What of a value, at a place, is not as its field has it. */
export function fieldFaults(
  value: unknown,
  schema: FieldSchema,
  schemas: Schemas,
  path: FieldPath = [],
): FieldFault[] {
  if (schema === 'any' || value === undefined) return [];
  if (value === null) return schemas.takesNull ? [] : [wrongType(value, WANTED.any, path)];
  if (typeof schema === 'object' && 'list' in schema) return listFaults(value, schema.list, schemas, path);
  if (typeof schema === 'object' && 'map' in schema) {
    if (!isTable(value)) return [wrongType(value, WANTED.object, path)];
    return Object.entries(value).flatMap(([key, item]) =>
      fieldFaults(item, schema.map, schemas, [...path, key]),
    );
  }
  if (typeof schema === 'object') return scalarFaults(value, schema, path);
  if (!Object.hasOwn(schemas.types, schema)) return scalarFaults(value, { is: schema }, path);
  return isTable(value)
    ? tableFaults(value, schemas.types[schema], schemas, path)
    : [wrongType(value, WANTED.object, path)];
}

function listFaults(value: unknown, item: FieldSchema, schemas: Schemas, path: FieldPath): FieldFault[] {
  if (!Array.isArray(value)) return [wrongType(value, WANTED.list, path)];
  return value.flatMap((one, index) =>
    one === null
      ? [wrongType(one, WANTED.any, [...path, index])]
      : fieldFaults(one, item, schemas, [...path, index]),
  );
}

function tableFaults(
  value: Readonly<Record<string, unknown>>,
  fields: TypeFields,
  schemas: Schemas,
  path: FieldPath,
): FieldFault[] {
  const names = Object.keys(fields).map((name) => name.replace(/[!?]$/, ''));
  const missing = Object.keys(fields)
    .filter((name) => name.endsWith('!') && !Object.hasOwn(value, name.slice(0, -1)))
    .map((name) => ({
      id: 'missing-field' as const,
      severity: 'error' as const,
      at: [...path, name.slice(0, -1)],
      found: 'nothing',
      why: `it must be there: ${REFUSED}`,
      fix: 'add it',
    }));
  const others = Object.entries(value).flatMap(([key, item]) => {
    const mark = ['', '!', '?'].find((one) => Object.hasOwn(fields, `${key}${one}`));
    if (mark === undefined) return Object.hasOwn(fields, '*') ? [] : [unknownField(key, names, path)];
    if (mark === '?' && item === null) return [];
    return fieldFaults(item, fields[`${key}${mark}`], schemas, [...path, key]);
  });
  return [...missing, ...others];
}

function unknownField(key: string, names: readonly string[], path: FieldPath): FieldFault {
  const near = nearestName(key, names);
  return {
    id: 'unknown-field',
    severity: 'error',
    at: [...path, key],
    found: key,
    why: `there is no such field: ${REFUSED}`,
    fix: near === undefined ? 'leave it out' : `write ${near}`,
  };
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  quantity: 'a quantity, as 500m or 2Gi,',
  'int-or-string': 'a whole number or a text',
  object: 'an object',
  list: 'a list',
  any: 'a value',
};

function wrongType(value: unknown, wanted: string, path: FieldPath): FieldFault {
  const isQuotable = wanted === WANTED.string && (typeof value === 'number' || typeof value === 'boolean');
  const fix = isQuotable ? `write it in quotes` : `write ${wanted.replace(/,$/, '')}, or leave it out`;
  return {
    id: 'wrong-type',
    severity: 'error',
    at: path,
    found: describe(value),
    why: `${wanted} is wanted here: ${REFUSED}`,
    fix,
  };
}

function scalarFaults(value: unknown, { is, ...bounds }: ScalarSchema, path: FieldPath): FieldFault[] {
  if (!isOfType(value, is)) return [wrongType(value, WANTED[is], path)];
  const fault = (why: string, fix: string): FieldFault[] => [
    {
      id: 'wrong-value',
      severity: 'error',
      at: path,
      found: describe(value),
      why: `${why}: ${REFUSED}`,
      fix,
    },
  ];
  if (bounds.enum && !bounds.enum.includes(String(value))) {
    const near = nearestName(String(value), bounds.enum);
    return fault(`allowed are ${bounds.enum.join(', ')}`, near ? `write ${near}` : 'write one of them');
  }
  if (bounds.pattern && typeof value === 'string' && !new RegExp(bounds.pattern).test(value))
    return fault(`a text of this form is wanted: ${bounds.pattern}`, 'write it in that form');
  const { minimum = -Infinity, maximum = Infinity } = bounds;
  if (typeof value === 'number' && (value < minimum || value > maximum))
    return fault(
      `a number from ${minimum} to ${maximum} is wanted`,
      `write ${value < minimum ? minimum : maximum}`,
    );
  return [];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'int-or-string') return Number.isInteger(value) || typeof value === 'string';
  if (type === 'quantity')
    return ['number', 'string'].includes(typeof value) && parseQuantity(String(value)) !== undefined;
  return typeof value === type;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
