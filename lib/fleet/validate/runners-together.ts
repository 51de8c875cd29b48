import { RUNNER_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import type { RunnerProps } from '../props/runner';
import { jobNamespace, jobPool, looseKind } from '../resolve/runner';

/** Notes runners of a fleet that get in each other's way. */
export function checkRunnersTogether(
  faults: Faults,
  runners: readonly RunnerProps[],
  prefix: string,
  managerNamespace: string,
): void {
  const seen = new Set<string>();
  for (const runner of runners) {
    const place = faults.at(`runner ${runner.name}`);
    if (seen.has(runner.name)) {
      place.add(
        'name',
        runner.name,
        'two runners of a fleet have this name: their objects would overwrite each other',
        'give each its own name',
      );
    }
    seen.add(runner.name);
    if (jobNamespace(runner, prefix) === managerNamespace) {
      place.add(
        'jobNamespace',
        managerNamespace,
        'jobs next to managers could read every runner token of the fleet',
        'use another namespace for jobs',
      );
    }
  }
  checkPoolNames(faults, runners);
  checkManagerNames(faults, runners);
  checkLooseApart(faults, runners, prefix);
}

/** The second manager of `a` is called as the first of `a-2`. */
function checkManagerNames(faults: Faults, runners: readonly RunnerProps[]): void {
  const names = new Set(runners.map(({ name }) => name));
  for (const { name, managers = RUNNER_DEFAULTS.managers } of runners) {
    for (let index = 2; index <= Math.min(managers, 20); index++) {
      const other = `${name}-${index}`;
      if (names.has(other)) {
        faults
          .at(`runner ${other}`)
          .add(
            'name',
            other,
            `manager ${index} of runner ${name} is called like this one`,
            'rename this runner',
          );
      }
    }
  }
}

/** Why each kind of loose jobs keeps to itself. */
const LOOSE = {
  privileged: { why: 'privileged jobs own their node and everything on it', not: 'privileged' },
  builds: {
    why: 'rootless builds run without seccomp in a namespace that allows everything',
    not: 'for such builds',
  },
} as const;

function checkLooseApart(faults: Faults, runners: readonly RunnerProps[], prefix: string): void {
  for (const runner of runners) {
    const kind = looseKind(runner);
    if (kind === undefined) continue;
    const place = faults.at(`runner ${runner.name}`);
    for (const other of runners.filter((one) => looseKind(one) !== kind)) {
      // Of two loose kinds each would say the same of the other.
      if (kind === 'builds' && looseKind(other) === 'privileged') continue;
      const rule = `${LOOSE[kind].why}; runner ${other.name} is not ${LOOSE[kind].not}`;
      if (jobNamespace(runner, prefix) === jobNamespace(other, prefix)) {
        place.add(
          'jobNamespace',
          jobNamespace(runner, prefix),
          rule,
          `use a namespace of its own, as "${prefix}-jobs-${kind}"`,
        );
      }
      if (jobPool(runner) === jobPool(other)) {
        place.add('pool', jobPool(runner), rule, `use a pool of its own, as "${kind}"`);
      }
    }
  }
}

function checkPoolNames(faults: Faults, runners: readonly RunnerProps[]): void {
  for (const runner of runners.filter(({ pool }) => pool === 'managers')) {
    const rule = 'this is the pool of the managers, which no job may share';
    faults.at(`runner ${runner.name}`).add('pool', 'managers', rule, 'name another pool');
  }
}
