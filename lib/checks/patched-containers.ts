import type { ObservedRunner } from '../cluster/observe';
import { flagIsOn } from '../gitlab-runner/features';
import { fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

type Problem = Omit<Finding, 'id'>;

/** Containers into which the executor writes what a job runs. */
const OF_EXECUTOR = new Set(['build', 'helper']);

/** What patches of `pod_spec` write into containers of the executor, and what becomes of jobs then. */
export function patchedContainers(runner: ObservedRunner): { command: Problem[]; probe: Problem[] } {
  const { config, index, job, table } = runner;
  const at = {
    manifest: config.manifest,
    path: config.path,
    within: `runners[${index}].kubernetes.pod_spec`,
  };
  const own = listOf(fieldsOf(job?.spec).containers)
    .map(fieldsOf)
    .filter(({ name }) => OF_EXECUTOR.has(textOf(name) ?? ''));
  // By the older way, each script is a process of its own, whatever the container runs.
  const isExec = flagIsOn(table, 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY');
  const commands = own.filter(({ command, args }) => command !== undefined || args !== undefined);
  const probed = own.filter(
    ({ livenessProbe, startupProbe }) => livenessProbe !== undefined || startupProbe !== undefined,
  );
  return {
    command: (isExec ? [] : commands).map(({ name }) => ({
      severity: 'error',
      at,
      found: `a command or args of the container ${textOf(name)}`,
      why: 'the executor starts a shell there and attaches to it, to write the script of the job into it: the command of the patch never runs it, and the job hangs until it times out',
      fix: 'leave command and args out of the patch',
    })),
    probe: probed.map(({ name }) => ({
      severity: 'warning',
      at,
      found: `a probe of the container ${textOf(name)}`,
      why: 'the kubelet kills the container when it fails, and the job with it: a job is not a server, and answers no probe during a long step',
      fix: 'leave the probe out of the patch',
    })),
  };
}
