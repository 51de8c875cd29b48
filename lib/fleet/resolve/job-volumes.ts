import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { namesBySlot } from '../../gitlab-runner/executor/slots';
import { claimName, volumeName } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalVolumeMount } from '../normal-jobs';
import type { EmptyDirProps } from '../props/volumes';
import type { ResolvedClaim } from '../resolved-fleet';
import { jobCertificates } from './gitlab-ca';
import { setsAllKeys } from './prewarm';

type Volumes = NonNullable<KubernetesTable['volumes']>;
type EmptyDir = NonNullable<Volumes['empty_dir']>[number];

/** An empty folder of job pods. */
export function emptyDir(
  { name, path }: { readonly name: string; readonly path: string },
  runnerVersion: string,
  settings: Pick<EmptyDir, 'medium'> = {},
): EmptyDir {
  return { name, mount_path: path, ...settings, ...propagation(runnerVersion) };
}

/** Releases whose schema takes an unset key for a fault get it set. */
function propagation(runnerVersion: string): Pick<EmptyDir, 'mount_propagation'> {
  return setsAllKeys(runnerVersion) ? { mount_propagation: 'None' } : {};
}

/** Volumes of job pods: those of image builds, certificates, and those of the description, which replace ours at the same path. */
export function volumesKey(
  runner: NormalRunner,
  { volumes: ofBuilds = {} }: KubernetesTable,
  fleet: NormalFleet,
): Pick<KubernetesTable, 'volumes'> {
  const paths = new Set<string | undefined>(runner.volumes.map(({ mountPath }) => mountPath));
  const { empty_dir: folders = [] } = ofBuilds;
  const kept = folders.filter(({ mount_path: path }) => !paths.has(path));
  const first: Volumes = kept.length > 0 ? { empty_dir: kept } : {};
  const volumes = [
    jobCertificates(fleet).volumes,
    ...runner.volumes.map((one) => tableOf(one, runner)),
  ].reduce(joined, first);
  return Object.keys(volumes).length > 0 ? { volumes } : {};
}

/** Two tables of volumes, the lists of each kind one behind the other. */
function joined(one: Volumes, two: Volumes): Volumes {
  const lists = Object.entries(one).map(([kind, list]) => {
    const more: readonly unknown[] | undefined = Object.entries(two).find(([other]) => other === kind)?.[1];
    return [kind, more === undefined ? list : [...list, ...more]];
  });
  return { ...two, ...Object.fromEntries(lists) };
}

/** One volume, in the list of its kind. */
function tableOf(volume: NormalVolumeMount, { runnerVersion }: NormalRunner): Volumes {
  const { claim, configMap, emptyDir, hostPath, items, mountPath, newClaim, secret, subPath } = volume;
  const mount = {
    mount_path: mountPath,
    ...(subPath !== undefined && { sub_path: subPath }),
    ...(volume.readOnly && { read_only: true }),
  };
  const disk = { ...mount, ...propagation(runnerVersion) };
  const files = { ...mount, ...(items && { items: { ...items } }) };
  if (newClaim) return { pvc: [{ name: claimName(newClaim), ...disk }] };
  if (claim !== undefined) return { pvc: [{ name: claim, ...disk }] };
  if (configMap !== undefined) return { config_map: [{ name: configMap, ...files }] };
  if (secret !== undefined) return { secret: [{ name: secret, ...files }] };
  const name = volumeName(mountPath);
  if (hostPath !== undefined) return { host_path: [{ name, host_path: hostPath, ...disk }] };
  return { empty_dir: [{ name, ...disk, ...sizeOf(emptyDir) }] };
}

function sizeOf({ medium, sizeLimit }: EmptyDirProps = {}): { medium?: string; size_limit?: string } {
  return { ...(medium && { medium }), ...(sizeLimit && { size_limit: sizeLimit }) };
}

/** Whether jobs of a runner mount what a PersistentVolumeClaim holds. */
export function hasClaims({ volumes }: NormalRunner): boolean {
  return volumes.some(({ claim, newClaim }) => newClaim !== undefined || claim !== undefined);
}

/** The claims that are rendered, each once. */
export function resolveClaims({ runners }: NormalFleet): readonly ResolvedClaim[] {
  const claims = new Map<string, ResolvedClaim>();
  for (const { concurrency, jobNamespace: namespace, volumes } of runners) {
    for (const { newClaim } of volumes) {
      if (newClaim === undefined) continue;
      const { accessMode, size, storageClass } = newClaim;
      for (const name of namesBySlot(claimName(newClaim), concurrency))
        claims.set(`${namespace}/${name}`, { namespace, name, size, storageClass, accessMode });
    }
  }
  return [...claims.values()];
}
