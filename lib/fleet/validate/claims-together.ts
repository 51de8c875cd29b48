import { isDeepStrictEqual } from 'node:util';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalVolumeMount } from '../normal-jobs';

/** A claim of jobs, and the runner that mounts it. */
interface Mounted {
  readonly place: Faults;
  readonly field: string;
  readonly runner: NormalRunner;
  readonly volume: NormalVolumeMount;
  readonly name: string;
}

/** Reports claims that runners of one namespace must not share. */
export function validateClaimsTogether(faults: Faults, { runners }: NormalFleet): void {
  const all = runners.flatMap((runner) => mountedBy(faults, runner));
  for (const [index, one] of all.entries()) {
    const other = all.slice(0, index).find((two) => isShared(one, two));
    if (other !== undefined) checkShared(one, other);
  }
}

function mountedBy(faults: Faults, runner: NormalRunner): readonly Mounted[] {
  return runner.volumes.flatMap((volume, index) => {
    const name = volume.newClaim?.name ?? volume.said.claim;
    if (typeof name !== 'string') return [];
    const place = faults.at(`runner ${runner.name}`).at(`volumes[${index}]`);
    return [{ place, field: volume.newClaim ? 'newClaim' : 'claim', runner, volume, name }];
  });
}

function isShared(one: Mounted, two: Mounted): boolean {
  return one.name === two.name && one.runner.jobNamespace === two.runner.jobNamespace;
}

function checkShared({ place, field, name, runner, volume }: Mounted, other: Mounted): void {
  const [own, theirs] = [volume.newClaim, other.volume.newClaim];
  const here = other.runner === runner ? 'here' : `by runner ${other.runner.name}`;
  if (own && theirs && !isDeepStrictEqual(own, theirs)) {
    const rule = `a claim of this name is described ${here} with other settings`;
    place.add(field, name, rule, 'write the same settings, or give it another name');
    return;
  }
  if (other.runner === runner) return;
  if (runner.protected !== other.runner.protected && !(volume.readOnly && other.volume.readOnly)) {
    const rule = `only one of this runner and ${other.runner.name} is protected: jobs of any branch could change what protected jobs run`;
    place.add(field, name, rule, 'give the protected runner a claim of its own');
    return;
  }
  if (own === undefined || own.accessMode === 'ReadWriteMany') return;
  const rule = own.perSlot
    ? `slots of this runner and of ${other.runner.name} have the same numbers: two jobs would use one volume`
    : `one node or pod at a time can mount the volume, and jobs of runner ${other.runner.name} use it too`;
  place.add(field, name, rule, 'give each runner a claim of its own');
}
