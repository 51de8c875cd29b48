import type { Subject } from '../cluster/observe';
import { ANY_ACCOUNT, choiceFindings } from './guarded-choices';

/** A key of a runner in a config, for sets. */
export function keyOf(file: string, within: string): string {
  return `${file} ${within}`;
}

/**
 * Keys of patterns by which a job takes what is there and is not its own: nodes, a namespace where the manager may make
 * pods, a ServiceAccount, labels that policies select by.
 */
export function openedPatterns(subject: Subject): ReadonlySet<string> {
  const opened = choiceFindings(subject).filter(
    ({ id, severity, found }) =>
      (id !== 'guarded/other-namespace' || severity === 'error') && !found.endsWith(ANY_ACCOUNT),
  );
  return new Set(
    opened.flatMap(({ id, at: { manifest, within = '' } }) => {
      const keys =
        id === 'guarded/other-nodes'
          ? // Both keys together decide about nodes.
            ['selector', 'tolerations'].map((what) => within.replace(/node_\w+?_over/, `node_${what}_over`))
          : [within];
      return keys.map((key) => keyOf(manifest.file, key));
    }),
  );
}
