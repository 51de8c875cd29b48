import { isRefused } from './expression';
import { type CiNode, flatItems, keyOf, textOf } from './node';
import { type PipelineProblem, problem } from './problem';

/** Conditions of the rules of a job, an include or the workflow that GitLab can't read. */
export function conditionProblems(node: CiNode, job?: string): readonly PipelineProblem[] {
  const about = job === undefined ? {} : { jobs: [job] };
  // Rules of another kind are reported as such.
  const lists = [keyOf(node, 'rules'), keyOf(keyOf(node, 'workflow'), 'rules')].filter(
    (rules) => rules?.kind === 'list',
  );
  return lists.flatMap((rules) =>
    flatItems(rules).flatMap((rule) => {
      const condition = keyOf(rule, 'if');
      const text = textOf(condition);
      if (condition === undefined || text === undefined || !isRefused(text)) return [];
      const words = {
        found: `if: ${text}`,
        why: 'this is not a valid expression, and GitLab refuses the pipeline',
        fix: 'compare with ==, !=, =~ or !~, join with && or ||, and close each bracket and quote',
      };
      return [problem('shape', 'error', condition.at, words, about)];
    }),
  );
}
