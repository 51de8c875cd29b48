import type { Subject } from '../cluster/observe';
import { podHooks } from '../cluster/pod-hooks';
import { ADMITTED_RULES } from './admitted-rules';
import type { Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** Webhooks and policies that admission asks about pods, and whose answer is not known here. */
export function hookFindings(subject: Subject): Finding[] {
  return podHooks(subject).map(({ manifest, changes, asksProgram, pods }) => {
    const what = changes ? 'may change or refuse' : 'may refuse';
    const why = asksProgram ? 'its program is not here' : 'its expressions are not evaluated here';
    return finding('hook', {
      severity: 'note',
      notProved: true,
      at: { manifest, path: [asksProgram ? 'webhooks' : 'spec'] },
      found: manifest.name,
      why: `it ${what} pods of ${pods.join(' and ')}, and ${why}: whether they start as judged here is not proved`,
      fix: 'leave these namespaces out by its namespaceSelector, or try a job',
    });
  });
}
