import { familyOfAlias } from '../../karpenter/ami-family';
import { quantityOf, toUnits } from '../../values/quantity';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';
import type { ResolvedBlockDevice, ResolvedNodeClass } from '../resolved-fleet';

/** The volume of a system that has one to itself. */
const SYSTEM_VOLUME = { size: '4Gi', iops: undefined, throughput: undefined };

/** A node class as its chart shows it. */
export function resolveNodeClass(
  nodeClass: NormalNodeClass,
  { name: fleet }: NormalFleet,
): ResolvedNodeClass {
  const { name, pool, amiAlias, subnetTags, securityGroupTags, identity, tags, patches } = nodeClass;
  return {
    name,
    amiAlias,
    blockDevices: blockDevices(nodeClass),
    subnetTags,
    securityGroupTags,
    identity,
    tags: { 'gitlab-runner-fleet': fleet, 'gitlab-runner-pool': pool, ...tags },
    patches,
  };
}

function blockDevices({ amiAlias, rootVolume }: NormalNodeClass): readonly ResolvedBlockDevice[] {
  const { systemDevice, podDevice } = familyOfAlias(amiAlias);
  const pods = {
    ...rootVolume,
    deviceName: podDevice,
    rootVolume: true,
    size: wholeGibibytes(rootVolume.size),
  };
  if (systemDevice === undefined) return [pods];
  const { kmsKeyId } = rootVolume;
  return [{ ...SYSTEM_VOLUME, deviceName: systemDevice, rootVolume: false, kmsKeyId }, pods];
}

/** What the API takes, whatever unit was written. */
function wholeGibibytes(size: string): string {
  return `${Math.ceil(toUnits(quantityOf(size)) / 1024 ** 3)}Gi`;
}
