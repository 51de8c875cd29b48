import { isDeepStrictEqual } from 'node:util';
import { isTable } from './record';

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/** A value with an operation applied, or why it can't be: the way leads nowhere, a test fails, it is not an operation. */
export type Applied = { readonly value: unknown } | { readonly failed: 'path' | 'test' | 'form' };

const NOWHERE = { failed: 'path' } as const;

/**
 * A value with one operation applied; the value itself is not changed.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function withOperation(target: unknown, { op, path, from, value }: PatchOperation): Applied {
  const to = stepsOf(path);
  const source = stepsOf(from);
  if (to === undefined) return { failed: 'form' };
  if (op === 'add' || op === 'replace') return changedAt(target, to, op, value);
  if (op === 'remove') return changedAt(target, to, op);
  if (op === 'test') return tested(target, valueAt(target, to), value);
  if (source === undefined || (op !== 'copy' && op !== 'move')) return { failed: 'form' };
  const found = valueAt(target, source);
  if (found === undefined) return NOWHERE;
  const rest = op === 'move' ? changedAt(target, source, 'remove') : { value: target };
  return 'failed' in rest ? rest : changedAt(rest.value, to, 'add', found);
}

function tested(target: unknown, found: unknown, wanted: unknown): Applied {
  if (found === undefined) return NOWHERE;
  return isDeepStrictEqual(found, wanted) ? { value: target } : { failed: 'test' };
}

function stepsOf(pointer: unknown): readonly string[] | undefined {
  if (pointer === '') return [];
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return undefined;
  const steps = pointer.slice(1).split('/');
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(target: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((found, step) => {
    if (Array.isArray(found)) return found[indexOf(step)];
    return isTable(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }, target);
}

type Change = 'add' | 'replace' | 'remove';

function changedAt(target: unknown, steps: readonly string[], op: Change, value?: unknown): Applied {
  const [step, ...rest] = steps;
  if (step === undefined) return op === 'remove' ? NOWHERE : { value };
  if (rest.length > 0) {
    const inner = changedAt(valueAt(target, [step]), rest, op, value);
    return 'failed' in inner ? inner : changedAt(target, [step], 'replace', inner.value);
  }
  if (op !== 'add' && valueAt(target, [step]) === undefined) return NOWHERE;
  if (Array.isArray(target)) return changedList(target, step, op, value);
  if (!isTable(target)) return NOWHERE;
  const { [step]: _, ...others } = target;
  return { value: op === 'remove' ? others : { ...target, [step]: value } };
}

function changedList(list: readonly unknown[], step: string, op: Change, value: unknown): Applied {
  const index = step === '-' ? list.length : indexOf(step);
  if (!(index <= list.length)) return NOWHERE;
  const put = op === 'remove' ? [] : [value];
  return { value: [...list.slice(0, index), ...put, ...list.slice(op === 'add' ? index : index + 1)] };
}

/** The index that a step of a pointer is, or NaN. */
function indexOf(step: string): number {
  return /^(0|[1-9]\d*)$/.test(step) ? Number(step) : Number.NaN;
}
