import { fieldsOf, isTable, listOf } from '../../values/record';
import type { ConfigProblem } from './problem';
import { resourceFaults } from './resources';
import { serviceFaults } from './services';
import { shapeFaults } from './shape';
import { userFaults } from './users';
import { valueFaults } from './values';
import { volumeFaults } from './volumes';

/** Everything that is wrong with a parsed config.toml, in the order of the file's tables. */
export function configFaults(config: unknown): readonly ConfigProblem[] {
  const shape = shapeFaults(config);
  const { concurrent, runners } = fieldsOf(config);
  const entries = listOf(runners).filter(isTable);
  return [
    ...shape,
    ...(typeof concurrent === 'number' && concurrent < 1 ? [noConcurrency(concurrent)] : []),
    ...entries.flatMap((runner, index) => [
      ...valueFaults(runner, `runners[${index}]`),
      ...serviceFaults(runner, `runners[${index}].kubernetes`),
      ...volumeFaults(runner, `runners[${index}].kubernetes`),
      ...userFaults(runner, `runners[${index}].kubernetes`),
      ...(isTable(runner.kubernetes)
        ? resourceFaults(runner.kubernetes, `runners[${index}].kubernetes`)
        : []),
    ]),
  ];
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
