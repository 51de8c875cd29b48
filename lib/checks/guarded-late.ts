import { displayName } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { lateGuards, WAVE_ANNOTATION } from '../cluster/sync-waves';
import type { Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** What guards a namespace, and is there only once a manager runs. */
export function lateFindings(subject: Subject): Finding[] {
  return lateGuards(subject).map(({ guard, wave, manager, managerWave }) =>
    finding('late', {
      severity: 'error',
      at: { manifest: guard, path: ['metadata', 'annotations', WAVE_ANNOTATION] },
      found: `wave ${wave}`,
      why: `Argo CD applies ${displayName(manager)} in wave ${managerWave} and waits until it is healthy: until then pods run without ${displayName(guard)}, and they do so indefinitely if the manager never becomes healthy`,
      fix: `remove the annotation, or write a wave of at most ${managerWave}`,
    }),
  );
}
