import { type ShapeProblem, type ShapeRules, shapeProblems } from '../../shape/problems';
import type { Shape } from '../../shape/shape';
import { formatPath } from '../../values/field-path';
import { isTable } from '../../values/record';
import type { Faults } from '../fault';
import shapes from '../props/shapes.json';
import { formerOption } from './former-options';

const RULES: ShapeRules = {
  types: shapes,
  entry: 'option',
  table: ['an object', 'objects'],
  unknownFix: 'leave it out; docs/options.md lists the options',
};

/** Whether `synth()` was given a list, whatever is in it. */
export function isFleetList(faults: Faults, fleets: unknown): boolean {
  if (!Array.isArray(fleets))
    faults.add('main.ts', describe(fleets), 'synth() takes a list of fleets', 'write synth([{ ... }])');
  return Array.isArray(fleets);
}

/**
 * Notes lists, tables and options of another shape than the compiler would let pass: descriptions also come from
 * JavaScript, from files and through casts.
 */
export function checkShape(faults: Faults, fleet: unknown): void {
  if (!isTable(fleet)) {
    const rule = 'a fleet is an object with its options';
    faults.add('(the whole)', describe(fleet), rule, "write { name: '...', runners: [...] }");
    return;
  }
  for (const problem of shapeProblems(fleet, 'RunnerFleetProps', RULES).filter(isOfShape)) {
    const { value, found, why, fix } = problem;
    const isPlain = ['string', 'number', 'boolean', 'undefined'].includes(typeof value) || value === null;
    const former = problem.kind === 'unknown' ? formerOption(formatPath(problem.path)) : undefined;
    faults.add(
      placeOf(problem),
      isPlain ? value : found,
      former?.why ?? why,
      former?.fix ?? ownFix(problem) ?? fix,
    );
  }
}

/**
 * A text where a number belongs, a number for a text, and what is missing are reported by the rule of their own field,
 * with a better fix. Not so the runners: everything is read out of them.
 */
function isOfShape({ kind, path, isKey, value, wanted }: ShapeProblem): boolean {
  if (kind === 'missing') return formatPath(path) === 'runners';
  const isRuled = wanted !== undefined && 'is' in wanted && ['string', 'number'].includes(wanted.is);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value) || (isKey && value === null);
  return !(isRuled && isPlain);
}

/** Keys of maps stand in quotes, as in the faults of their rules. */
function placeOf({ path, isKey }: ShapeProblem): string {
  if (!isKey) return formatPath(path);
  return `${formatPath(path.slice(0, -1))}[${JSON.stringify(path[path.length - 1])}]`;
}

/** Fixes in the notation of a description. */
function ownFix({ kind, wanted }: ShapeProblem): string | undefined {
  if (kind === 'missing') return "add runners: [{ name: 'amd64-spot', arch: 'amd64', capacity: 'spot' }]";
  if (kind !== 'type' || wanted === undefined) return undefined;
  if ('table' in wanted) return 'write { ... }, or leave it out';
  if ('list' in wanted) return isPlainType(wanted.list) ? 'write [ ... ]' : 'write [{ ... }]';
  if ('map' in wanted) return wanted.map === 'number' ? 'write { key: 1 }' : "write { key: 'value' }";
  return 'is' in wanted && wanted.is === 'data' ? 'write { ... }' : undefined;
}

function isPlainType(shape: Shape): boolean {
  return typeof shape === 'string' && !Object.hasOwn(shapes, shape);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
