import { at, textOf } from '../values/record';
import { isIn } from './admission';
import { namespaceOf } from './guarded-places';
import type { Manifest } from './manifest';
import { namespacesOf } from './namespaces';
import type { Subject } from './observe';
import { ofKind } from './of-kind';

/** By it Argo CD orders what it applies. */
export const WAVE_ANNOTATION = 'argocd.argoproj.io/sync-wave';
const WAVE: readonly string[] = ['metadata', 'annotations', WAVE_ANNOTATION];
/** What bounds and shuts in the pods of its namespace. */
const GUARDS = ['NetworkPolicy', 'LimitRange', 'ResourceQuota'] as const;

/** Something that guards a namespace, and comes after a manager that has pods there. */
export interface LateGuard {
  readonly guard: Manifest;
  readonly wave: number;
  readonly manager: Manifest;
  readonly managerWave: number;
}

/**
 * The wave in which Argo CD applies an object, 0 where nothing valid says so. A wave begins once all that came before is healthy.
 * @see gitops-engine pkg/sync/syncwaves
 */
function waveOf({ body }: Manifest): number {
  const text = textOf(at(body, WAVE)) ?? '';
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Guards that Argo CD applies after the first manager whose pods, or whose jobs, they are to guard. */
export function lateGuards({
  manifests,
  runners,
}: Pick<Subject, 'manifests' | 'runners'>): readonly LateGuard[] {
  const first = new Map<string, Manifest>();
  for (const runner of runners)
    for (const namespace of runner.manager ? namespacesOf(runner) : []) {
      const known = first.get(namespace);
      const { manager } = runner;
      if (manager && (known === undefined || waveOf(manager) < waveOf(known))) first.set(namespace, manager);
    }
  return [...first].flatMap(([namespace, manager]) => {
    const own = namespaceOf(manifests, namespace);
    const guards = GUARDS.flatMap((kind) => ofKind(manifests, kind)).filter((one) => isIn(one, namespace));
    const managerWave = waveOf(manager);
    return [...(own ? [own] : []), ...guards]
      .map((guard) => ({ guard, wave: waveOf(guard), manager, managerWave }))
      .filter(({ wave }) => wave > managerWave);
  });
}
