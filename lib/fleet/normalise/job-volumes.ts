import { CLAIM_DEFAULTS, VOLUME_DEFAULTS } from '../defaults';
import type { NormalVolumeMount } from '../normal-jobs';
import type { JobVolumeProps, VolumeClaimProps } from '../props/volumes';
import { fillDefaults } from './merge-settings';

/** A volume of job pods, with what follows from the rest filled in. */
export function normaliseVolume(said: JobVolumeProps): NormalVolumeMount {
  const { readOnly } = fillDefaults(VOLUME_DEFAULTS, said);
  const { claim, configMap, emptyDir, hostPath, items, mountPath, newClaim, secret, subPath } = said;
  return {
    said,
    mountPath,
    readOnly,
    subPath,
    items,
    claim,
    newClaim: newClaim && normaliseClaim(newClaim),
    hostPath,
    configMap,
    secret,
    emptyDir,
  };
}

/** What is shared takes any number of nodes, what a slot has to itself a disk, which is faster. */
function normaliseClaim(said: VolumeClaimProps): Required<VolumeClaimProps> {
  const { perSlot } = fillDefaults(CLAIM_DEFAULTS, said);
  return { ...said, perSlot, accessMode: said.accessMode ?? (perSlot ? 'ReadWriteOnce' : 'ReadWriteMany') };
}
