import type { ObservedRunner } from '../cluster/observe';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

/** Commands that ask GitLab, or that see a process and nothing else. */
const ASKS_GITLAB = /gitlab-runner\s+verify|check-live/;
const SEES_A_PROCESS = /\bpgrep\b/;

const { finding, ...group } = ruleGroup('probes', 'Probes of managers ask the manager, not GitLab.', {
  'asks-gitlab': 'a probe asks GitLab instead of the manager',
  'process-only': 'a probe looks for a process and nothing else',
});

/** Probes of managers ask the pod itself, so that an outage of GitLab doesn't restart the fleet. */
export const probes: Check = {
  ...group,
  run: ({ runners }) => {
    const seen = new Set<unknown>();
    return runners.flatMap((runner) => {
      if (!runner.manager || seen.has(runner.manager)) return [];
      seen.add(runner.manager);
      return probeFindings(runner);
    });
  },
};

function probeFindings(runner: ObservedRunner): Finding[] {
  const path = ['spec', 'template', 'spec', 'containers'];
  return listOf(runner.managerPod.containers).flatMap((container, index) =>
    ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => {
      const command = listOf(at(fieldsOf(container)[probe], ['exec', 'command']))
        .map(textOf)
        .join(' ');
      return commandFindings(runner, [...path, index, probe], probe, command);
    }),
  );
}

function commandFindings(
  runner: ObservedRunner,
  path: (string | number)[],
  probe: string,
  command: string,
): Finding[] {
  if (!runner.manager || command === '') return [];
  const base = { at: { manifest: runner.manager, path }, found: command };
  const fix = 'set listen_address and ask /health/ready (readiness) or /metrics (liveness) of the pod itself';
  if (ASKS_GITLAB.test(command)) {
    const why =
      probe === 'livenessProbe'
        ? 'when GitLab is down or limits requests, every manager is restarted and all running jobs are lost'
        : 'when GitLab is down or limits requests, managers count as broken';
    return [finding('asks-gitlab', { ...base, severity: 'error', why, fix })];
  }
  if (!SEES_A_PROCESS.test(command)) return [];
  return [
    finding('process-only', {
      ...base,
      severity: 'warning',
      why: 'a process that hangs still has its number: the probe sees nothing',
      fix,
    }),
  ];
}
