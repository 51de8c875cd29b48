import { normalizeLabel } from './labels';

/** Operators of NodePool requirements; pods know them too, `Gte` and `Lte` excepted. */
export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt' | 'Gte' | 'Lte';

/** A requirement as manifests write it: in a NodePool, or as a match expression of a pod's node affinity. */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values?: readonly string[];
}

/**
 * What one label may be, in normal form: a set of values or, as `complement`, everything but a set of values, which
 * bounds may narrow to a range of integers. Rules of this module follow kubernetes-sigs/karpenter v1.14.1
 * pkg/scheduling/requirement.go.
 */
export interface Requirement {
  readonly key: string;
  readonly complement: boolean;
  readonly values: ReadonlySet<string>;
  /** Least integer allowed. Only on a complement: a set of values is filtered instead. */
  readonly gte?: number;
  /** Greatest integer allowed. */
  readonly lte?: number;
}

/** Values that a message shows before it counts the rest. */
const SHOWN_VALUES = 5;

/**
 * Brings a requirement into normal form, under the current name of its key. `Gt` and `Lt` become inclusive bounds. A
 * bound that isn't an integer allows nothing: the API server refuses it, so no node can ever depend on it.
 */
export function requirement(key: string, operator: Operator, values: readonly string[] = []): Requirement {
  const name = normalizeLabel(key);
  switch (operator) {
    case 'In':
      return { key: name, complement: false, values: new Set(values) };
    case 'NotIn':
      return { key: name, complement: true, values: new Set(values) };
    case 'Exists':
      return { key: name, complement: true, values: new Set() };
    case 'Gt':
    case 'Gte':
    case 'Lt':
    case 'Lte':
      return bounded(name, operator, integer(values[0] ?? ''));
    default:
      // DoesNotExist, and whatever the API server would refuse.
      return nothing(name);
  }
}

/** What both requirements allow. Both are about the same key. */
export function intersect(a: Requirement, b: Requirement): Requirement {
  const gte = tighter(Math.max, a.gte, b.gte);
  const lte = tighter(Math.min, a.lte, b.lte);
  if (gte !== undefined && lte !== undefined && gte > lte) return nothing(a.key);
  const values = commonValues(a, b).filter((value) => withinBounds(value, gte, lte));
  if (a.complement && b.complement)
    return { key: a.key, complement: true, values: new Set(values), gte, lte };
  return { key: a.key, complement: false, values: new Set(values) };
}

/** Whether a label with this value satisfies the requirement. */
export function has(of: Requirement, value: string): boolean {
  return of.values.has(value) !== of.complement && withinBounds(value, of.gte, of.lte);
}

/**
 * Whether no value at all satisfies the requirement. A complement never counts as empty, even where its excluded
 * values fill its bounds: Karpenter looks no closer either.
 */
export function isEmpty(of: Requirement): boolean {
  return !of.complement && of.values.size === 0;
}

/** The operator that describes the normal form. A bare range is `Exists`, with bounds beside it. */
export function operatorOf(of: Requirement): 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' {
  if (of.complement) return of.values.size > 0 ? 'NotIn' : 'Exists';
  return of.values.size > 0 ? 'In' : 'DoesNotExist';
}

/** Whether the operator is `NotIn` or `DoesNotExist`, which a node without the label satisfies. */
export function allowsAbsence(of: Requirement): boolean {
  const operator = operatorOf(of);
  return operator === 'NotIn' || operator === 'DoesNotExist';
}

/** The requirement for messages, without its key: `In [c m r]`, `Exists >=5 <=9`. */
export function formatRequirement(of: Requirement): string {
  const values = [...of.values].sort();
  const rest = values.length - SHOWN_VALUES;
  const shown = rest > 0 ? [...values.slice(0, SHOWN_VALUES), `and ${rest} others`] : values;
  const parts: string[] = [operatorOf(of)];
  if (shown.length > 0) parts.push(`[${shown.join(' ')}]`);
  if (of.gte !== undefined) parts.push(`>=${of.gte}`);
  if (of.lte !== undefined) parts.push(`<=${of.lte}`);
  return parts.join(' ');
}

function nothing(key: string): Requirement {
  return { key, complement: false, values: new Set() };
}

function bounded(key: string, operator: 'Gt' | 'Lt' | 'Gte' | 'Lte', bound: number | undefined): Requirement {
  if (bound === undefined) return nothing(key);
  const range = { key, complement: true, values: new Set<string>() };
  switch (operator) {
    case 'Gt':
      return { ...range, gte: bound + 1 };
    case 'Gte':
      return { ...range, gte: bound };
    case 'Lt':
      return { ...range, lte: bound - 1 };
    case 'Lte':
      return { ...range, lte: bound };
  }
}

/** The listed values of an intersection; of two complements, those that stay excluded. */
function commonValues(a: Requirement, b: Requirement): string[] {
  if (a.complement && b.complement) return [...a.values, ...b.values];
  const [concrete, other] = a.complement ? [b, a] : [a, b];
  return [...concrete.values].filter((value) => other.values.has(value) !== other.complement);
}

function tighter(pick: (a: number, b: number) => number, a?: number, b?: number): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return pick(a, b);
}

function withinBounds(text: string, gte?: number, lte?: number): boolean {
  if (gte === undefined && lte === undefined) return true;
  const value = integer(text);
  if (value === undefined) return false;
  return (gte === undefined || value >= gte) && (lte === undefined || value <= lte);
}

/** Integers as Go's `strconv.Atoi` reads them, `007` and `+7` included. */
function integer(text: string): number | undefined {
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}
