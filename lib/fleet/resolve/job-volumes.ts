import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { setsAllKeys } from './prewarm';

type EmptyDir = NonNullable<NonNullable<KubernetesTable['volumes']>['empty_dir']>[number];

/** A volume of job pods that goes with them. */
export function emptyDir(
  { name, path }: { readonly name: string; readonly path: string },
  runnerVersion: string,
  settings: Pick<EmptyDir, 'medium'> = {},
): EmptyDir {
  const propagation = setsAllKeys(runnerVersion) ? { mount_propagation: 'None' } : {};
  return { name, mount_path: path, ...settings, ...propagation };
}
