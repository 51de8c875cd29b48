import type { FieldPath } from '../values/field-path';
import file from './kinds.json';
import { type ShapeRules, shapeProblems } from './problems';
import type { TableShape } from './shape';

/** The fields of kinds; `npm run schema` makes it. */
export interface SchemaFile {
  /** Releases that it was read off. */
  readonly source: string;
  /** Types of objects by `group/version/Kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TableShape>>;
}

/** Why a value is not one that a field may hold. */
export interface FieldFault {
  /** Way to the value from the top of the object. */
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

export const SCHEMA: SchemaFile = file;

export const REFUSED = 'the API server refuses the object, and with it everything that is applied beside it';

const RULES: ShapeRules = {
  types: SCHEMA.types,
  entry: 'field',
  table: ['an object', 'objects'],
  unknownFix: 'leave it out',
};

/**
 * What of an object is not as its type has it.
 *
 * @param takesNull whether a field that is null is as if it were not there
 */
export function fieldFaults(body: unknown, type: string, takesNull: boolean): FieldFault[] {
  return shapeProblems(body, type, { ...RULES, takesNull }).map(({ path, found, why, fix }) => ({
    path,
    found,
    why: `${why}: ${REFUSED}`,
    fix,
  }));
}
