import type { Faults } from '../fault';
import { GITLAB_CA, MANAGER_FOLDERS } from '../names';
import type { ManagerProps, ManagerVolumeProps } from '../props/manager';
import { checkObjectName } from './fields';
import { checkEmptyDir, checkItems, checkMountPath, checkOneSource } from './volume-fields';

const SOURCES = ['configMap', 'secret', 'emptyDir'] as const;

/** Reports what is wrong with the volumes of managers. */
export function checkManagerVolumes(faults: Faults, volumes: ManagerProps['volumes'] = []): void {
  for (const [index, volume] of volumes.entries()) {
    const place = faults.at(`volumes[${index}]`);
    checkVolume(place, volume);
    const isTaken = volumes.slice(0, index).some(({ mountPath }) => mountPath === volume.mountPath);
    if (!isTaken || typeof volume.mountPath !== 'string') continue;
    place.add('mountPath', volume.mountPath, 'another volume is mounted there', 'mount it elsewhere');
  }
}

function checkVolume(faults: Faults, volume: ManagerVolumeProps): void {
  const { configMap, emptyDir, items, mountPath, secret } = volume;
  const sources = SOURCES.filter((key) => volume[key] !== undefined);
  checkOneSource(faults, sources, SOURCES, "secret: 'the-name'");
  if (configMap !== undefined) checkObjectName(faults, 'configMap', configMap);
  if (secret !== undefined) checkObjectName(faults, 'secret', secret);
  if (items !== undefined) {
    const kind = secret === undefined ? 'ConfigMap' : 'Secret';
    checkItems(faults, items, emptyDir === undefined ? kind : undefined);
  }
  if (emptyDir !== undefined) {
    checkEmptyDir(faults.at('emptyDir'), emptyDir);
    if (emptyDir.sizeLimit === undefined) {
      const rule =
        'it counts towards what the manager requests, and a folder that grows without a limit gets the manager evicted';
      faults.at('emptyDir').add('sizeLimit', undefined, rule, 'write sizeLimit: "256Mi"');
    }
  }
  if (checkMountPath(faults, mountPath)) checkFree(faults, mountPath);
}

/** Nothing can be mounted within what is mounted read-only. */
function checkFree(faults: Faults, path: string): void {
  const { config, home, tmp } = MANAGER_FOLDERS;
  const isBelow = (folder: string) => path === folder || path.startsWith(`${folder}/`);
  const isTaken = path === home || path === tmp || isBelow(config) || isBelow(GITLAB_CA.folder);
  if (!isTaken) return;
  const rule = 'the manager has a volume of its own there';
  faults.add('mountPath', path, rule, 'mount it elsewhere, for example at "/etc/gcs"');
}
