import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { containersOf } from '../cluster/workloads';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

/** Images that GitLab publishes, and mirrors of them: they have STOPSIGNAL SIGQUIT. */
const OF_GITLAB = /(^|\/)gitlab-org\/gitlab-runner(?=[:@]|$)|^(docker\.io\/)?gitlab\/gitlab-runner(?=[:@]|$)/;

/**
 * Managers of an image that is not GitLab's, whose command passes SIGTERM on. A command that a script makes is not judged, nor
 * the entrypoint of the image.
 */
export function stopSignalFindings(
  { manager }: ObservedRunner,
  manifests: readonly Manifest[],
): Pick<Finding, 'severity' | 'notProved' | 'at' | 'found' | 'why' | 'fix'>[] {
  if (manager === undefined) return [];
  return containersOf(manager, manifests)
    .filter(({ path, fields, command }) => {
      const words = listOf(fields.command).map((word) => textOf(word) ?? '');
      const starts = words.length > 0 && /(^|\/)(tini|dumb-init|gitlab-runner)$/.test(words[0]);
      const runs = command.some((word) => /(^|\/)gitlab-runner$/.test(word));
      return path.includes('containers') && starts && runs && !OF_GITLAB.test(textOf(fields.image) ?? '');
    })
    .filter(({ fields, command }) => !rewrites(command) && !hasHook(fields))
    .map(({ path, fields }) => ({
      severity: 'warning',
      notProved: true,
      at: { manifest: manager, path: [...path, 'command'] },
      found: listOf(fields.command).map(String).join(' '),
      why: `nothing here turns SIGTERM into SIGQUIT, on which the runner waits for its jobs; on SIGTERM it fails them at once, unless ${textOf(fields.image)} says that it wants SIGQUIT`,
      fix: 'start it with dumb-init --rewrite 15:3 --, or set lifecycle.stopSignal: SIGQUIT where the cluster knows it',
    }));
}

/** `dumb-init --rewrite 15:3`, in any form that it takes. */
function rewrites(command: readonly string[]): boolean {
  return command.some((word, index) =>
    /^(?:--rewrite=|-r)?15:3$/.test(word)
      ? word !== '15:3' || /^(?:--rewrite|-r)$/.test(command[index - 1] ?? '')
      : false,
  );
}

function hasHook(container: unknown): boolean {
  const { preStop, stopSignal } = fieldsOf(at(container, ['lifecycle']));
  return preStop !== undefined || stopSignal === 'SIGQUIT';
}
