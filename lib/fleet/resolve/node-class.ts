import { familyNamed } from '../../karpenter/ami-family';
import { quantityOf, toUnits } from '../../values/quantity';
import type { NormalFleet, NormalNodeClass, NormalVolume } from '../normal-fleet';
import type { ResolvedBlockDevice, ResolvedNodeClass } from '../resolved-fleet';
import { nodeUserData } from './node-user-data';

/** A node class as its chart shows it. */
export function resolveNodeClass(nodeClass: NormalNodeClass, fleet: NormalFleet): ResolvedNodeClass {
  const { amis, amiFamily, capacityReservationSelectorTerms: reservations } = nodeClass;
  return {
    name: nodeClass.name,
    amiFamily: 'alias' in amis ? undefined : amiFamily,
    amiSelectorTerms: 'alias' in amis ? [amis] : amis.terms,
    blockDevices: blockDevices(nodeClass),
    subnetSelectorTerms: nodeClass.subnetSelectorTerms,
    securityGroupSelectorTerms: nodeClass.securityGroupSelectorTerms,
    capacityReservationSelectorTerms: reservations.length > 0 ? reservations : undefined,
    settings: { ...nodeClass.settings, userData: nodeUserData(nodeClass, fleet) },
    identity: nodeClass.identity,
    tags: { 'gitlab-runner-fleet': fleet.name, 'gitlab-runner-pool': nodeClass.pool, ...nodeClass.tags },
    patches: nodeClass.patches,
  };
}

/** A volume of which nothing is said but its size. */
const PLAIN = {
  type: 'gp3',
  iops: undefined,
  throughput: undefined,
  snapshotId: undefined,
  volumeInitializationRate: undefined,
} as const;

/** The volume of a system that has one to itself. */
const SYSTEM_VOLUME = { ...PLAIN, size: '4Gi', rootVolume: false };

/** The volumes of the family, those that are said in place of them, and then the others. */
function blockDevices({
  amiFamily,
  rootVolume,
  blockDeviceMappings: volumes,
}: NormalNodeClass): readonly ResolvedBlockDevice[] {
  const { systemDevice, podDevice } = familyNamed(amiFamily);
  const { kmsKeyId } = rootVolume;
  const root = volumes.find((one) => one.rootVolume);
  const system = volumes.find((one) => one.deviceName === systemDevice && one !== root);
  const pods = {
    ...PLAIN,
    ...rootVolume,
    deviceName: podDevice,
    rootVolume: true,
    size: wholeGibibytes(rootVolume.size),
  };
  const ofSystem =
    systemDevice === undefined ? [] : [{ ...SYSTEM_VOLUME, deviceName: systemDevice, kmsKeyId }];
  return [
    ...(system ? [blockDevice(system)] : ofSystem.filter((one) => one.deviceName !== root?.deviceName)),
    root ? blockDevice(root) : pods,
    ...volumes.filter((one) => one !== root && one !== system).map(blockDevice),
  ];
}

function blockDevice({ deviceName, rootVolume, ebs }: NormalVolume): ResolvedBlockDevice {
  return {
    deviceName,
    rootVolume,
    size: ebs.volumeSize === undefined ? undefined : wholeGibibytes(ebs.volumeSize),
    type: ebs.volumeType,
    iops: ebs.iops,
    throughput: ebs.throughput,
    kmsKeyId: ebs.kmsKeyID,
    snapshotId: ebs.snapshotID,
    volumeInitializationRate: ebs.volumeInitializationRate,
  };
}

/** What the API takes, whatever unit was written. */
export function wholeGibibytes(size: string): string {
  return `${Math.ceil(toUnits(quantityOf(size)) / 1024 ** 3)}Gi`;
}
