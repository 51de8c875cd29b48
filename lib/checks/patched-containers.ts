import type { ObservedRunner } from '../cluster/observe';
import { flagIsOn } from '../gitlab-runner/features';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

type Problem = Omit<Finding, 'id'>;

/** Containers into which the executor writes what a job runs. */
const OF_EXECUTOR = new Set(['build', 'helper']);

/** What patches of `pod_spec` write into containers of the executor, and what becomes of jobs then. */
export function patchedContainers(
  runner: ObservedRunner,
): Readonly<Record<'command' | 'probe' | 'restart', Problem[]>> {
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
    command: isExec
      ? []
      : [
          ...commands.map(({ name }) => ({
            severity: 'error' as const,
            at,
            found: `a command or args of the container ${textOf(name)}`,
            why: 'the executor starts a shell there and attaches to it, to write the script of the job into it: the command of the patch never runs it, and the job hangs until it times out',
            fix: 'leave command and args out of the patch',
          })),
          ...own
            .filter(({ stdin }) => stdin === false)
            .map(({ name }) => ({
              severity: 'error' as const,
              at,
              found: `stdin: false of the container ${textOf(name)}`,
              why: 'the executor writes the script of the job to the input of the shell there, which is closed: no job runs',
              fix: 'leave stdin out of the patch',
            })),
          ...own
            .filter(({ stdinOnce }) => stdinOnce === true)
            .map(({ name }) => ({
              severity: 'warning' as const,
              at,
              found: `stdinOnce: true of the container ${textOf(name)}`,
              why: 'the executor attaches to the shell there once for each step of a job: its input ends with the first one, the shell with it, and later steps fail',
              fix: 'leave stdinOnce out of the patch',
            })),
        ],
    restart: restarting(job?.spec, own).map((found) => ({
      severity: 'warning',
      at,
      found,
      why: 'the executor takes the end of a container for the end of the job. When one ends early (out of memory, for example), the kubelet restarts it without the script: the job may hang until it times out instead of failing',
      fix: 'leave it out of the patch: the executor writes Never. A service that must run on is a sidecar, an init container with restartPolicy: Always',
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

/** What lets the kubelet restart containers of a job. */
function restarting(spec: unknown, own: readonly Fields[]): string[] {
  if (spec === undefined) return [];
  // Without one, and with an empty one, the API server takes Always.
  const ofPod = textOf(fieldsOf(spec).restartPolicy) || 'Always';
  const isPod = ['Always', 'OnFailure'].includes(ofPod);
  const containers = own.filter(
    ({ restartPolicy, restartPolicyRules }) =>
      ['Always', 'OnFailure'].includes(textOf(restartPolicy) ?? '') || listOf(restartPolicyRules).length > 0,
  );
  return [
    ...(isPod ? [`restartPolicy: ${ofPod}`] : []),
    ...containers.map(({ name }) => `a restartPolicy of the container ${textOf(name)}`),
  ];
}
