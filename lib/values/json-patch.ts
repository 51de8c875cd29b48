import { isTable } from './record';

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly value?: unknown;
}

/**
 * A value with one operation applied, neither of them changed; undefined where that can't be done here: the operation is not
 * `add`, `remove` or `replace`, or the way does not lead anywhere.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function withOperation(target: unknown, { op, path, value }: PatchOperation): unknown {
  if (typeof path !== 'string' || !['add', 'remove', 'replace'].includes(String(op))) return undefined;
  if (!path.startsWith('/')) return path === '' && op !== 'remove' ? value : undefined;
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return changedAt(target, steps, String(op), value);
}

function changedAt(target: unknown, [step, ...rest]: readonly string[], op: string, value: unknown): unknown {
  if (Array.isArray(target)) return changedList(target, step, rest, op, value);
  if (!isTable(target)) return undefined;
  const has = target[step] !== undefined;
  if (rest.length > 0) {
    const inner = changedAt(target[step], rest, op, value);
    return inner === undefined ? undefined : { ...target, [step]: inner };
  }
  if (op !== 'add' && !has) return undefined;
  if (op !== 'remove') return { ...target, [step]: value };
  const { [step]: _, ...others } = target;
  return others;
}

function changedList(
  list: readonly unknown[],
  step: string,
  rest: readonly string[],
  op: string,
  value: unknown,
): unknown {
  const end = step === '-' ? list.length : /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  const last = op === 'add' && rest.length === 0 ? list.length : list.length - 1;
  if (end < 0 || end > last) return undefined;
  if (rest.length > 0) {
    const inner = changedAt(list[end], rest, op, value);
    return inner === undefined ? undefined : spliced(list, end, 1, inner);
  }
  if (op === 'remove') return spliced(list, end, 1);
  return spliced(list, end, op === 'replace' ? 1 : 0, value);
}

function spliced(
  list: readonly unknown[],
  start: number,
  count: number,
  ...items: readonly unknown[]
): unknown[] {
  return [...list.slice(0, start), ...items, ...list.slice(start + count)];
}
