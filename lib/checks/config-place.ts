import type { RunnerConfig } from '../cluster/config-files';
import { textsOfObject } from '../cluster/config-texts';
import type { Manifest } from '../cluster/manifest';
import { fileState } from '../cluster/mounted-files';
import { containersOf, podSpecOf, type WorkloadContainer } from '../cluster/workloads';
import { fieldsOf, listOf, textOf } from '../values/record';

/** A container that reads its config where no volume puts one. */
export interface LostConfig {
  readonly manager: Manifest;
  readonly container: WorkloadContainer;
  /** Path that it reads. */
  readonly file: string;
}

/**
 * Managers that mount a config.toml, and read another file that is not there. Only commands that are read in full are judged:
 * a script, an init container or a volume of another kind may bring the file.
 */
export function lostConfigs(
  { manifest, path, managers, isTemplate }: RunnerConfig,
  manifests: readonly Manifest[],
): readonly LostConfig[] {
  // A file that a script writes, or a workload that registers without one, is nowhere to be mounted.
  const isFile = textsOfObject(manifest).some((one) => one.path.join('/') === path.join('/'));
  if (isTemplate || !isFile) return [];
  return managers.flatMap((manager) => {
    const pod = podSpecOf(manager);
    if (listOf(pod.initContainers).length > 0) return [];
    const containers = containersOf(manager, manifests);
    const running = containers.filter(({ command, fields }) => !fields.lifecycle && runsPlainly(command));
    // Another container may write into what both mount.
    if (running.length !== 1 || containers.some(({ command }) => command.some((word) => /\s/.test(word))))
      return [];
    const [container] = running;
    const files = configFiles(container);
    const isLost =
      files.length > 0 &&
      files.every(
        (file) =>
          fileState(file, container.fields, pod, manager.namespace, manifests, containers.length === 1) ===
          'missing',
      );
    return isLost ? [{ manager, container, file: files[0] }] : [];
  });
}

/** Programs that start gitlab-runner with the words that follow. */
const STARTERS = /(^|\/)(gitlab-runner|entrypoint|dumb-init|tini)$|^--$|^-|^\d+:\d+$/;

function runsPlainly(command: readonly string[]): boolean {
  const index = command.indexOf('run');
  return index >= 0 && command.slice(0, index).every((word) => STARTERS.test(word));
}

/** The files that gitlab-runner looks for: what it is told, or its defaults for root and for any other user. */
function configFiles({ command, environment, fields }: WorkloadContainer): readonly string[] {
  const index = command.findIndex((word) => /^(--config|-c)$/.test(word));
  const joined = command
    .map((word) => /^(?:--config|-c)=(.*)$/.exec(word)?.[1])
    .find((one) => one !== undefined);
  const variable = environment.get('CONFIG_FILE');
  const told = joined ?? (index < 0 ? variable && (variable.value ?? '$') : command[index + 1]);
  if (told?.includes('$')) return [];
  if (told !== undefined) return [told.replace(/\/{2,}/g, '/')];
  const mounts = listOf(fields.volumeMounts).map((mount) => textOf(fieldsOf(mount).mountPath) ?? '');
  const homes = mounts.filter((path) => /\.gitlab-runner(\/|$)/.test(path));
  const ofHomes = homes.map((path) =>
    path.endsWith('.toml') ? path : `${path.replace(/\/+$/, '')}/config.toml`,
  );
  return ['/etc/gitlab-runner/config.toml', ...ofHomes];
}
