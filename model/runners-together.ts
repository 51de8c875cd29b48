import { RUNNER_DEFAULTS } from './defaults';
import type { Faults } from './fault';
import { jobNamespace, jobPool } from './resolve-runner';
import type { RunnerDescription } from './runner-description';

/** Notes runners of a fleet that get in each other's way. */
export function checkRunnersTogether(
  faults: Faults,
  runners: readonly RunnerDescription[],
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
  checkPrivilegedApart(faults, runners, prefix);
}

/** The second manager of `a` is called as the first of `a-2`. */
function checkManagerNames(faults: Faults, runners: readonly RunnerDescription[]): void {
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

function checkPrivilegedApart(faults: Faults, runners: readonly RunnerDescription[], prefix: string): void {
  const privileged = runners.filter((runner) => runner.privileged);
  for (const other of runners.filter((runner) => !runner.privileged)) {
    for (const runner of privileged) {
      const place = faults.at(`runner ${runner.name}`);
      const rule = `privileged jobs own their node and everything on it; runner ${other.name} is not privileged`;
      if (jobNamespace(runner, prefix) === jobNamespace(other, prefix)) {
        place.add(
          'jobNamespace',
          jobNamespace(runner, prefix),
          rule,
          `use a namespace of its own, as "${prefix}-jobs-privileged"`,
        );
      }
      if (jobPool(runner) === jobPool(other)) {
        place.add('pool', jobPool(runner), rule, 'use a pool of its own, as "privileged"');
      }
    }
  }
}

function checkPoolNames(faults: Faults, runners: readonly RunnerDescription[]): void {
  for (const runner of runners.filter(({ pool }) => pool === 'managers')) {
    const rule = 'this is the pool of the managers, which no job may share';
    faults.at(`runner ${runner.name}`).add('pool', 'managers', rule, 'name another pool');
  }
}
