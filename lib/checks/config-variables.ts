import type { RunnerConfig } from '../cluster/config-files';
import { isFilledIn } from '../cluster/run-time-values';
import type { ConfigProblem } from '../gitlab-runner/config/problem';
import { openVariablesIn } from '../values/run-time-variable';
import type { Finding } from './finding';

/**
 * Whether something fills in the value of a problem before the runner reads it. A number between quotes stays a text, whatever
 * its value.
 */
export function isOpenProblem(
  { id, found, why }: ConfigProblem,
  { manifest, isScripted }: RunnerConfig,
): boolean {
  const isText = id !== 'wrong-type' || /duration/.test(why);
  return isText && openVariablesIn(found).length > 0 && (isScripted || isFilledIn(manifest));
}

/** What of a config.toml is not known: a problem of its id, without its severity's word. */
export function variableProblem(
  config: RunnerConfig,
  problems: readonly ConfigProblem[],
): Omit<Finding, 'id'> | undefined {
  const { manifest, path, variables } = config;
  const [first] = problems;
  const at = { manifest, path, ...(first && { within: first.at }) };
  const open = [...variables.open, ...problems.flatMap(({ found }) => openVariablesIn(found))];
  const fix = 'check what is rendered with its values';
  const found = [...new Set(open.length > 0 ? open : variables.defaults)].join(', ');
  if (open.length > 0) {
    const why = 'a variable stands for a value, which is not here: what depends on it is not proved';
    return { severity: 'note', notProved: true, at, found, why, fix };
  }
  if (variables.defaults.length === 0) return undefined;
  const why = 'its default stands for each of these variables: with another value nothing is proved';
  return { severity: 'note', at, found, why, fix };
}
