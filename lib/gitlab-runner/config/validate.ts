import { fieldsOf, isTable, listOf } from '../../values/record';
import type { ConfigFault } from './fault';
import { resourceFaults } from './resources';
import { shapeFaults } from './shape';
import { valueFaults } from './values';

/** Everything that is wrong with a parsed config.toml, in the order of the file's tables. */
export function configFaults(config: unknown): readonly ConfigFault[] {
  const shape = shapeFaults(config);
  const { concurrent, runners } = fieldsOf(config);
  const entries = listOf(runners).filter(isTable);
  return [
    ...shape,
    ...(typeof concurrent === 'number' && concurrent < 1 ? [noConcurrency(concurrent)] : []),
    ...entries.flatMap((runner, index) => [
      ...valueFaults(runner, `runners[${index}]`),
      ...(isTable(runner.kubernetes)
        ? resourceFaults(runner.kubernetes, `runners[${index}].kubernetes`)
        : []),
    ]),
  ];
}

function noConcurrency(concurrent: number): ConfigFault {
  const rule = 'the runner refuses to start without room for a job';
  return {
    kind: 'concurrency',
    severity: 'error',
    path: 'concurrent',
    value: String(concurrent),
    rule,
    fix: 'write at least 1',
  };
}
