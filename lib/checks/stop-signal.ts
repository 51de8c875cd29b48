import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import {
  killingHook,
  OF_GITLAB,
  rewrittenSignal,
  SIGQUIT,
  signalName,
  stopSignalOf,
} from '../cluster/stop-signals';
import { containersOf, type WorkloadContainer } from '../cluster/workloads';
import { at, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

type SignalProblem = Pick<Finding, 'severity' | 'notProved' | 'at' | 'found' | 'why' | 'fix'>;

const FIX =
  'start it with dumb-init --rewrite 15:3 --, or set lifecycle.stopSignal: SIGQUIT, and os: { name: linux } of the pod, where the cluster knows it';

/**
 * Managers that end at once when they are replaced, and those of an image that is not GitLab's, whose command passes SIGTERM on. A
 * command that a script makes is not judged.
 */
export function stopSignalFindings(
  { manager }: ObservedRunner,
  manifests: readonly Manifest[],
): SignalProblem[] {
  if (manager === undefined) return [];
  return containersOf(manager, manifests)
    .filter(({ path }) => path.includes('containers'))
    .filter(startsRunner)
    .flatMap((container): SignalProblem[] => {
      const hook = killingHook(container.fields);
      return hook === undefined
        ? signalProblems(container, manager)
        : [hookProblem(hook, container, manager)];
    });
}

function startsRunner({ fields, command }: WorkloadContainer): boolean {
  const words = listOf(fields.command).map((word) => textOf(word) ?? '');
  // The entrypoint of GitLab's images is dumb-init, which passes signals on.
  if (words.length === 0) return OF_GITLAB.test(textOf(fields.image) ?? '');
  const runs = command.some((word) => /(^|\/)gitlab-runner$/.test(word));
  return /(^|\/)(tini|dumb-init|gitlab-runner)$/.test(words[0]) && runs;
}

function hookProblem(hook: string, { path }: WorkloadContainer, manager: Manifest): SignalProblem {
  return {
    severity: 'error',
    at: { manifest: manager, path: [...path, 'lifecycle', 'preStop'] },
    found: hook,
    why: 'it ends the manager as soon as it is to be replaced, with all its jobs',
    fix: 'remove the hook: the stop signal of the container makes the manager wait for its jobs',
  };
}

function signalProblems({ path, fields, command }: WorkloadContainer, manager: Manifest): SignalProblem[] {
  const sent = stopSignalOf(fields);
  const received = rewrittenSignal(command, sent);
  const isSaid = textOf(at(fields.lifecycle, ['stopSignal'])) !== undefined;
  const hasHook = at(fields.lifecycle, ['preStop']) !== undefined;
  if (received === SIGQUIT) return [];
  const place = { manifest: manager, path: [...path, isSaid ? 'lifecycle' : 'command'] };
  // What an image of others says is not known, unless the manifest says it.
  if (!isSaid && !OF_GITLAB.test(textOf(fields.image) ?? '')) {
    if (hasHook) return [];
    return [
      {
        severity: 'warning',
        notProved: true,
        at: place,
        found: listOf(fields.command).map(String).join(' '),
        why: `nothing here turns SIGTERM into SIGQUIT, on which the runner waits for its jobs; on SIGTERM it fails them at once, unless ${textOf(fields.image)} says that it wants SIGQUIT`,
        fix: FIX,
      },
    ];
  }
  const ends = received === 0 ? 'no signal at all' : signalName(received);
  return [
    {
      severity: 'error',
      at: place,
      found: received === sent ? signalName(sent) : `${signalName(sent)}, rewritten to ${received}`,
      why: `a manager that is replaced gets ${ends} instead of SIGQUIT, on which it waits for its jobs: ${received === 0 ? 'it takes new jobs until it is killed, with all of them' : 'it fails them at once'}`,
      fix: FIX,
    },
  ];
}
