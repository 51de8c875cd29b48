import { type Fields, fieldsOf, isTable, listOf, textOf } from '../../values/record';
import { flagFaults } from './flags';
import { ignoredFaults } from './ignored';
import { isOfKubernetes, isOfOtherExecutor, otherExecutor } from './other-executor';
import type { ConfigProblem } from './problem';
import { resourceFaults } from './resources';
import { serviceFaults } from './services';
import { shapeFaults } from './shape';
import { noRequestFaults, smallLimitFaults } from './small-limits';
import { timingFaults } from './timing';
import { userFaults } from './users';
import { valueFaults } from './values';
import { volumeFaults } from './volumes';

/** Everything that is wrong with a parsed config.toml, in the order of the file's tables. */
export function configFaults(config: unknown): readonly ConfigProblem[] {
  const shape = shapeFaults(config);
  const { concurrent, runners } = fieldsOf(config);
  const entries = listOf(runners).filter(isTable);
  const others = entries.flatMap((runner, index) => (isOfOtherExecutor(runner) ? `runners[${index}]` : []));
  const all = [
    ...shape,
    ...(typeof concurrent === 'number' && concurrent < 1 ? [noConcurrency(concurrent)] : []),
    ...logFaults(fieldsOf(config)),
    ...timingFaults(fieldsOf(config)),
    ...entries.flatMap((runner, index) => entryFaults(runner, `runners[${index}]`)),
  ];
  return all.filter((problem) => !others.some((path) => isOfKubernetes(problem, path)));
}

function entryFaults(runner: Fields, path: string): readonly ConfigProblem[] {
  return [
    ...valueFaults(runner, path),
    ...flagFaults(runner, path),
    ...(isOfOtherExecutor(runner) ? [otherExecutor(runner, path)] : []),
    ...serviceFaults(runner, `${path}.kubernetes`),
    ...volumeFaults(runner, `${path}.kubernetes`),
    ...userFaults(runner, `${path}.kubernetes`),
    ...ignoredFaults(runner, `${path}.kubernetes`),
    ...(isTable(runner.kubernetes)
      ? [
          ...resourceFaults(runner.kubernetes, `${path}.kubernetes`),
          ...smallLimitFaults(runner.kubernetes, `${path}.kubernetes`),
          ...noRequestFaults(runner.kubernetes, `${path}.kubernetes`),
        ]
      : []),
  ];
}

/** What logs may be, whatever the letters of a level; a variable may become any of them. */
const LOGS = {
  log_level: ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'],
  log_format: ['runner', 'text', 'json'],
} as const;

function logFaults(config: Fields): readonly ConfigProblem[] {
  return Object.entries(LOGS).flatMap(([key, known]): ConfigProblem[] => {
    const found = textOf(config[key]) ?? '';
    const word = key === 'log_level' ? found.toLowerCase() : found;
    if (found === '' || /[${]/.test(found) || known.some((one) => one === word)) return [];
    const why = 'the runner does not start with it, and a running one stops reading the file';
    const fix = `write one of ${known.join(', ')}`;
    return [{ id: 'log-setting', severity: 'error', at: key, found, why, fix }];
  });
}

function noConcurrency(concurrent: number): ConfigProblem {
  const why = 'the runner refuses to start without room for a job';
  return {
    id: 'concurrency',
    severity: 'error',
    at: 'concurrent',
    found: String(concurrent),
    why,
    fix: 'write at least 1',
  };
}
