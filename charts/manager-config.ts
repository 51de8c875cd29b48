import * as k8s from '../imports/k8s';
import { PREWARM_ANNOTATION, RUNNER_KEY, TAGS_ANNOTATION } from '../lib/contract';
import { configMapName } from '../lib/fleet/names';
import type { ResolvedFleet, ResolvedManager, ResolvedRunner } from '../lib/fleet/resolved-fleet';
import { stringifyConfig } from '../lib/gitlab-runner/config/toml';
import { KEEP_VERBATIM, objectLabels } from './object-metadata';

/** File that tells the runner which manager it is; beside config.toml, where it looks for it. */
const SYSTEM_ID_FILE = '.runner_system_id';

/**
 * The config.toml of a manager. Immutable and named by its content: a manager keeps the file it started with, and
 * one that can't load a new file never becomes ready, so that the old one serves on.
 */
export function configMapManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  manager: ResolvedManager,
): unknown {
  return k8s.KubeConfigMap.manifest({
    metadata: {
      name: managerConfigName(manager),
      namespace: runner.managerNamespace,
      labels: { ...objectLabels(fleet, 'manager-config', manager.name), [RUNNER_KEY]: runner.name },
      annotations: {
        ...KEEP_VERBATIM,
        [TAGS_ANNOTATION]: runner.tags.join(','),
        // What the pause pods of the config are for: the proof counts whether they hold as much.
        ...(manager.prewarmedJobs !== undefined && { [PREWARM_ANNOTATION]: `${manager.prewarmedJobs}` }),
      },
    },
    immutable: true,
    data: configData(manager),
  });
}

/** Name of a manager's ConfigMap. */
export function managerConfigName(manager: ResolvedManager): string {
  return configMapName(manager.name, JSON.stringify(configData(manager)));
}

function configData(manager: ResolvedManager): Record<string, string> {
  return { 'config.toml': stringifyConfig(manager.config), [SYSTEM_ID_FILE]: manager.systemId };
}
