import type { FieldPath, Manifest } from '../manifests/manifest';
import { nearestName } from '../values/suggest';
import type { Check } from './check';
import type { Finding } from './finding';
import file from './schema.json';

/**
 * What a field holds: `string`, `integer`, `number`, `boolean`, `any`, the name of a type, `[type]` for a list or `{type}`
 * for a table with any keys.
 */
export type FieldType = string;

/** The fields of kinds, `npm run schema` makes it. */
export interface SchemaFile {
  /** Releases that it was read off. */
  readonly source: string;
  /** Types of objects by `group/version/Kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Fields by type; a `!` behind a name says that it must be there. */
  readonly types: Readonly<Record<string, Readonly<Record<string, FieldType>>>>;
}

const SCHEMA: SchemaFile = file;

/** Objects have the fields of their kind. */
export const schema: Check = {
  id: 'schema',
  title: 'Objects have the fields that their kind has, and values of their types.',
  run: ({ manifests }) =>
    manifests.flatMap((manifest) => {
      const type = typeOfObject(manifest);
      return type === undefined
        ? []
        : faultsOf(manifest.body, type, []).map((fault) => finding(manifest, fault));
    }),
};

/** Whether the fields of an object's kind are known here. */
export function hasSchema(manifest: Manifest): boolean {
  return typeOfObject(manifest) !== undefined;
}

function typeOfObject({ apiVersion, kind }: Manifest): string | undefined {
  const name = `${apiVersion}/${kind}`;
  return Object.hasOwn(SCHEMA.kinds, name) ? SCHEMA.kinds[name] : undefined;
}

interface Fault {
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

function finding(manifest: Manifest, fault: Fault): Finding {
  return { rule: 'schema', severity: 'error', manifest, ...fault };
}

const REFUSED = 'the API server refuses the object, and with it everything that is applied beside it';

function faultsOf(value: unknown, type: FieldType, path: FieldPath): Fault[] {
  // What is null is as if it were not there.
  if (type === 'any' || value === null || value === undefined) return [];
  const inner = type.slice(1, -1);
  if (type.startsWith('[')) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => faultsOf(item, inner, [...path, index]))
      : [wrongType(value, 'a list', path)];
  }
  const fields = type.startsWith('{') ? undefined : SCHEMA.types[type];
  if (fields === undefined && !type.startsWith('{'))
    return isScalar(value, type) ? [] : [wrongType(value, ARTICLES[type], path)];
  if (!isTable(value)) return [wrongType(value, 'an object', path)];
  if (fields === undefined)
    return Object.entries(value).flatMap(([key, item]) => faultsOf(item, inner, [...path, key]));
  return tableFaults(value, fields, path);
}

function tableFaults(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, FieldType>>,
  path: FieldPath,
): Fault[] {
  const typeOf = (key: string) =>
    [key, `${key}!`].filter((name) => Object.hasOwn(fields, name)).map((name) => fields[name])[0];
  const names = Object.keys(fields).map((name) => name.replace('!', ''));
  const missing = Object.keys(fields)
    .filter((name) => name.endsWith('!'))
    .map((name) => name.slice(0, -1))
    .filter((name) => value[name] === undefined || value[name] === null)
    .map((name) => ({
      path: [...path, name],
      found: 'nothing',
      why: `it must be there: ${REFUSED}`,
      fix: 'add it',
    }));
  const others = Object.entries(value).flatMap(([key, item]) => {
    const type = typeOf(key);
    return type === undefined ? [unknownField(key, names, path)] : faultsOf(item, type, [...path, key]);
  });
  return [...missing, ...others];
}

function unknownField(key: string, names: readonly string[], path: FieldPath): Fault {
  const near = nearestName(key, names);
  return {
    path: [...path, key],
    found: key,
    why: `there is no such field: ${REFUSED}`,
    fix: near === undefined ? 'leave it out' : `write ${near}`,
  };
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function wrongType(value: unknown, wanted: string, path: FieldPath): Fault {
  const found =
    typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'an object') : JSON.stringify(value);
  const quote =
    wanted === 'a text' && typeof value !== 'object'
      ? `write "${String(value)}", in quotes`
      : `write ${wanted}`;
  return { path, found, why: `${wanted} is wanted here: ${REFUSED}`, fix: quote };
}

function isScalar(value: unknown, type: FieldType): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
