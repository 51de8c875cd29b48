import { type Quantity, quantityOf } from '../../values/quantity';
import { volumeName } from '../names';
import type { NormalRunner } from '../normal-fleet';
import type { ManagerVolumeProps } from '../props/manager';
import type { ResolvedVolume } from '../resolved-fleet';

/** Volumes of the managers of a runner besides those that all have. */
export function managerVolumes({ manager: { volumes } }: NormalRunner): readonly ResolvedVolume[] {
  return volumes.map((volume) => ({
    name: volumeName(volume.mountPath),
    mountPath: volume.mountPath,
    source: sourceOf(volume),
  }));
}

function sourceOf({ configMap, emptyDir, items, secret }: ManagerVolumeProps): ResolvedVolume['source'] {
  const files = items && Object.entries(items).map(([key, path]) => ({ key, path }));
  if (configMap !== undefined) return { kind: 'ConfigMap', name: configMap, items: files };
  if (secret !== undefined) return { kind: 'Secret', name: secret, items: files };
  const { medium, sizeLimit = '' } = { ...emptyDir };
  return { kind: 'empty', medium, sizeLimit };
}

/** How much the empty folders of a manager hold, in memory and on disk. */
export function emptyBytes(runner: NormalRunner): { readonly memory: Quantity; readonly disk: Quantity } {
  const total = { memory: 0n, disk: 0n };
  for (const { source } of managerVolumes(runner)) {
    if (source.kind === 'empty')
      total[source.medium === undefined ? 'disk' : 'memory'] += quantityOf(source.sizeLimit);
  }
  return total;
}
