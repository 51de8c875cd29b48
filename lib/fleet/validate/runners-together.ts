import type { Faults } from '../fault';
import { jobNamespaceName } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';

/** Reports runners of a fleet that get in each other's way. */
export function validateRunnersTogether(faults: Faults, fleet: NormalFleet): void {
  const { runners, managerNamespace } = fleet;
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
    if (runner.jobNamespace === managerNamespace) {
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
  checkUnsafeApart(faults, fleet);
}

/** The second manager of `a` is called as the first of `a-2`. */
function checkManagerNames(faults: Faults, runners: readonly NormalRunner[]): void {
  const names = new Set(runners.map(({ name }) => name));
  for (const { name, managers } of runners) {
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

/** Why each kind of unsafe jobs keeps to itself. */
const UNSAFE = {
  privileged: { why: 'privileged jobs own their node and everything on it', not: 'privileged' },
  builds: {
    why: 'rootless builds run without seccomp in a namespace that allows everything',
    not: 'for such builds',
  },
} as const;

function checkUnsafeApart(faults: Faults, { prefix, runners }: NormalFleet): void {
  for (const { name, unsafeKind: kind, jobNamespace, pool } of runners) {
    if (kind === undefined) continue;
    const place = faults.at(`runner ${name}`);
    for (const other of runners.filter(({ unsafeKind }) => unsafeKind !== kind)) {
      // Of two unsafe kinds each would say the same of the other.
      if (kind === 'builds' && other.unsafeKind === 'privileged') continue;
      const rule = `${UNSAFE[kind].why}; runner ${other.name} is not ${UNSAFE[kind].not}`;
      if (jobNamespace === other.jobNamespace) {
        const fix = `use a namespace of its own, for example "${jobNamespaceName(prefix, kind)}"`;
        place.add('jobNamespace', jobNamespace, rule, fix);
      }
      if (pool === other.pool) place.add('pool', pool, rule, `use a pool of its own, for example "${kind}"`);
    }
  }
}

function checkPoolNames(faults: Faults, runners: readonly NormalRunner[]): void {
  for (const runner of runners.filter(({ pool }) => pool === 'managers')) {
    const rule = 'this is the pool of the managers, which no job may share';
    faults.at(`runner ${runner.name}`).add('pool', 'managers', rule, 'name another pool');
  }
}
