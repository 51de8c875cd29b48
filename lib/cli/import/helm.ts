import { spawnSync } from 'node:child_process';
import type { Release } from '../../import/release';
import type { RenderRelease } from '../../import/sources';
import { visible } from '../../values/visible';

/** Helm is missing, or refuses a release; the message says which and why. */
export class HelmError extends Error {
  override readonly name = 'HelmError';
}

/** Largest output of Helm that is read, in bytes. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Renders releases with the Helm of this machine.
 *
 * @param chart what `helm template` takes: `gitlab/gitlab-runner`, a folder or an archive
 */
export function helmRenderer(chart: string): RenderRelease {
  return ({ name, namespace, values, place }: Release) => {
    const args = ['template', name, chart, '--values', '-', '--namespace', namespace ?? 'default'];
    const { status, stdout, stderr, error } = spawnSync('helm', args, {
      input: JSON.stringify(values),
      encoding: 'utf8',
      maxBuffer: MOST_BYTES,
    });
    if (error !== undefined)
      throw new HelmError(
        `helm can't be started: ${visible(error.message)}. Without --render, Helm is not needed.`,
      );
    if (status !== 0)
      throw new HelmError(`helm template failed for ${visible(place)}: ${visible(stderr.trim())}`);
    return stdout;
  };
}
