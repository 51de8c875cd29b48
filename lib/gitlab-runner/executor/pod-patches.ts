import { load, YAMLException } from 'js-yaml';
import { merge } from '../../values/merge';
import { isTable } from '../../values/record';
import type { RunnerTable } from '../config/toml';
import { flagIsOn } from '../features';

/** The flag without which the executor passes patches over. */
export const POD_SPEC_FLAG = 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION';

/**
 * A pod with the patches of `pod_spec` applied, as the executor does last of all. `strategic` patches (the default) merge
 * lists of named objects by name, `merge` patches replace lists; `json` patches and those in files are left out.
 * @see gitlab-runner 19.3 executors/kubernetes/kubernetes.go, preparePodConfig
 */
export function withPodPatches<T extends object>(runner: RunnerTable, pod: T): T {
  const { pod_spec: patches = [] } = runner.kubernetes;
  if (!flagIsOn(runner, POD_SPEC_FLAG)) return pod;
  return patches.reduce((patched, { patch, patch_type: type = 'strategic' }) => {
    const change = patch === undefined || type === 'json' ? undefined : parsed(patch);
    const lists = type === 'merge' ? 'replace' : 'strategic';
    return isTable(change) ? (merge(patched, change, { nulls: 'remove', lists }) as T) : patched;
  }, pod);
}

/** The patch that gives the build container extended resources; the executor has no key for them. */
export function devicesPatch(devices: Readonly<Record<string, number>>): string {
  const limits = Object.fromEntries(Object.entries(devices).map(([name, count]) => [name, `${count}`]));
  return JSON.stringify({ containers: [{ name: 'build', resources: { limits } }] });
}

function parsed(patch: string): unknown {
  try {
    return load(patch);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return undefined;
  }
}
