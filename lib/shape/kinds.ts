import type { Problem } from '../problem';
import type { FieldPath } from '../values/field-path';
import file from './kinds.json';
import { type ShapeProblem, type ShapeRules, shapeProblems } from './problems';
import type { TableShape } from './shape';

/** The fields of kinds; `npm run schema` makes it. */
export interface SchemaFile {
  /** Releases that it was read off. */
  readonly source: string;
  /** Types of objects by `group/version/Kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TableShape>>;
}

/** What can be wrong with a field. */
export type FieldRule = 'unknown-field' | 'missing-field' | 'wrong-type' | 'wrong-value';

/** Why a value is not one that a field may hold; `at` is the way to it from the top of the object. */
export type FieldFault = Problem<FieldPath, FieldRule>;

const FIELD_RULES: Readonly<Record<ShapeProblem['kind'], FieldRule>> = {
  unknown: 'unknown-field',
  missing: 'missing-field',
  type: 'wrong-type',
  bounds: 'wrong-value',
};

export const SCHEMA: SchemaFile = file;

export const REFUSED = 'the API server refuses the object, and with it everything that is applied with it';

const RULES: ShapeRules = {
  types: SCHEMA.types,
  entry: 'field',
  table: ['an object', 'objects'],
  unknownFix: 'leave it out',
};

/** Texts of Kubernetes' own kinds for which an empty one stands for the default. */
const WITH_DEFAULT = [
  'effect',
  'dnsPolicy',
  'imagePullPolicy',
  'protocol',
  'restartPolicy',
  'scheme',
  'terminationMessagePolicy',
];

function isDefault({ kind, path, value }: ShapeProblem): boolean {
  const key = String(path.at(-1));
  const isOfToleration = key === 'operator' && path.includes('tolerations');
  return kind === 'bounds' && value === '' && (isOfToleration || WITH_DEFAULT.includes(key));
}

/**
 * What of an object is not as its type has it.
 *
 * @param takesNull whether a field that is null is as if it were not there
 */
export function fieldFaults(body: unknown, type: string, takesNull: boolean): FieldFault[] {
  const problems = shapeProblems(body, type, { ...RULES, takesNull });
  return problems
    .filter((one) => !takesNull || !isDefault(one))
    .map(({ kind, path, found, why, fix }) => ({
      id: FIELD_RULES[kind],
      severity: 'error',
      at: path,
      found,
      why: `${why}: ${REFUSED}`,
      fix,
    }));
}
