import { namespaceOfJobs } from '../cluster/namespaces';
import { amountsOf } from '../cluster/pod-amounts';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Comparison, changesOf, type Impact, impact } from './rule';

/** Limits that a LimitRange gives to containers of jobs that name none, where they fall or are new. */
export function defaultLimitImpacts(comparison: Comparison): Impact[] {
  const namespaces = new Set(comparison.after.runners.map(namespaceOfJobs));
  return changesOf(comparison, 'LimitRange').flatMap((change): Impact[] => {
    const { before, after } = change;
    if (!after || !namespaces.has(after.namespace ?? 'default') || comparison.before.runners.length === 0)
      return [];
    const [old, now] = [before, after].map((one) => defaultsOf(one?.body));
    const fallen = [...now].filter(([name, { amount }]) => amount < (old.get(name)?.amount ?? amount + 1n));
    if (fallen.length === 0) return [];
    const list = fallen.map(
      ([name, { text }]) => `${name} ${text}, before ${old.get(name)?.text ?? 'nothing'}`,
    );
    const what = `Containers of jobs that name no limit get less: ${list.join('; ')}.`;
    const why =
      'One that needs more memory is killed, one that needs more disk is evicted, and one that needs more CPU is slower.';
    return [impact('killed-earlier', 'notice', change, what, why)];
  });
}

function defaultsOf(body: unknown): ReadonlyMap<string, { readonly amount: bigint; readonly text: string }> {
  return new Map(
    listOf(at(body, ['spec', 'limits']))
      .map(fieldsOf)
      .filter(({ type }) => type === 'Container')
      .flatMap((limit) =>
        Object.entries(amountsOf(limit.default)).map(([name, amount]) => {
          const text = textOf(fieldsOf(limit.default)[name]) ?? '';
          return [name, { amount, text }] as const;
        }),
      ),
  );
}
