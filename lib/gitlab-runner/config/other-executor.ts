import type { Fields } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Whether an entry is for an executor that makes no pods; one without any is meant for kubernetes. */
export function isOfOtherExecutor({ executor }: { readonly executor?: unknown }): boolean {
  return typeof executor === 'string' && !['', 'kubernetes'].includes(executor);
}

/** That an entry makes no pods; a table of kubernetes beside it is meant for another executor than the one it names. */
export function otherExecutor({ executor, kubernetes }: Fields, path: string): ConfigProblem {
  const base = { id: 'other-executor', at: `${path}.executor`, found: String(executor) } as const;
  if (kubernetes !== undefined) {
    const why = `the executor ${executor} makes no pods, and does not read [runners.kubernetes]`;
    return { ...base, severity: 'error', why, fix: 'write "kubernetes"' };
  }
  const why = `the executor ${executor} makes no pods: nothing is proved of its jobs`;
  return { ...base, severity: 'note', notProved: true, why, fix: 'nothing, if it is meant' };
}

/** Whether a problem is of no concern to an executor that is not kubernetes. */
export function isOfKubernetes({ id, at }: ConfigProblem, path: string): boolean {
  return at.startsWith(`${path}.kubernetes`) || (id === 'other-executor-table' && at.startsWith(`${path}.`));
}
