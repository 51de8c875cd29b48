import { familyNamed } from '../../karpenter/ami-family';
import { CRD_RULES } from '../../karpenter/crd-rules/all';
import { refusedValues } from '../../karpenter/crd-rules/rule';
import { userDataFault } from '../../karpenter/user-data';
import { fieldFaults } from '../../shape/kinds';
import { type FieldPath, formatPath } from '../../values/field-path';
import { toUnits } from '../../values/quantity';
import { at, listOf } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalNodeClass } from '../normal-fleet';
import type { BlockDeviceMappingProps, BlockDeviceProps, NodeClassProps } from '../props/node-class';
import { checkBytes, checkDuration, checkKmsKey, checkOneOf, checkWholeNumber } from './fields';

/** Options that are called and shaped as the fields of an EC2NodeClass that they become. */
const AS_RENDERED = [
  'amiSelectorTerms',
  'subnetSelectorTerms',
  'securityGroupSelectorTerms',
  'capacityReservationSelectorTerms',
  'kubelet',
  'instanceStorePolicy',
] as const;

/** Reports what Karpenter, EC2 or the image would make of the options that an EC2NodeClass has, too. */
export function checkNodeClassFields(faults: Faults, nodeClass: NormalNodeClass): void {
  checkByDefinition(faults, nodeClass.said, AS_RENDERED, 'EC2NodeClass');
  checkTerms(faults, nodeClass.said);
  checkEither(faults, nodeClass);
  checkKubelet(faults.at('kubelet'), nodeClass);
  checkUserData(faults, nodeClass);
  checkVolumes(faults, nodeClass);
}

/** Kinds of classes, with what their definitions refuse beyond shapes. */
const RULES = {
  EC2NodeClass: CRD_RULES['karpenter.k8s.aws/v1/EC2NodeClass'],
  NodeClass: CRD_RULES['eks.amazonaws.com/v1/NodeClass'],
} as const;

/** Reports what the API server refuses of some options, by the definition of the kind that has fields like them. */
export function checkByDefinition(
  faults: Faults,
  said: NodeClassProps,
  options: readonly (keyof NodeClassProps)[],
  kind: keyof typeof RULES,
): void {
  // Without terms the rules for each of them misfire; `checkTerms` says so.
  const isEmpty = (option: keyof NodeClassProps) =>
    OPTIONAL_TERMS.includes(option) && listOf(said[option]).length === 0;
  const spec = Object.fromEntries(
    options.filter((option) => !isEmpty(option)).map((option) => [option, said[option]]),
  );
  const isOurs = ([top, field]: FieldPath) =>
    top === 'spec' && options.some((option) => option === field && said[option] !== undefined);
  for (const { at: path, found, why, fix } of fieldFaults({ spec }, kind, false)) {
    if (isOurs(path)) faults.add(formatPath(path.slice(1)), at({ spec }, path) ?? found, why, fix);
  }
  for (const { rule, path, value } of refusedValues({ spec }, RULES[kind])) {
    // Some rules judge the key of a value; the place names it.
    if (isOurs(path))
      faults.add(formatPath(path.slice(1)), at({ spec }, path) ?? value, rule.message, rule.fix);
  }
}

/** Terms that the definitions take an empty list of, or no list. */
const OPTIONAL_TERMS: readonly string[] = [
  'capacityReservationSelectorTerms',
  'podSubnetSelectorTerms',
  'podSecurityGroupSelectorTerms',
];
const SELECTOR_TERMS = [
  ...AS_RENDERED.filter((option) => option.endsWith('SelectorTerms')),
  'podSubnetSelectorTerms',
  'podSecurityGroupSelectorTerms',
];

/** Fields that stand alone in their term. The definition means to say so, and says it only where all terms break it. */
const ALONE = ['id', 'name'];

/** Reports terms of selectors that have other keys next to one that must be alone. */
export function checkTerms(faults: Faults, said: NodeClassProps): void {
  for (const option of SELECTOR_TERMS) {
    const terms = said[option as 'subnetSelectorTerms'];
    if (terms === undefined) continue;
    if (OPTIONAL_TERMS.includes(option) && terms.length === 0)
      faults.add(option, terms, 'an empty list of terms finds nothing', 'leave the option out');
    // Names of images are narrowed by owner and tags; the definition judges their ids for each term.
    if (option === 'amiSelectorTerms') continue;
    for (const [index, term] of terms.entries()) {
      const keys = Object.keys(term);
      const alone = keys.find((key) => ALONE.includes(key));
      if (alone === undefined || keys.length === 1) continue;
      const rule = `${alone} says all there is to say: Karpenter takes nothing else in its term`;
      faults.add(`${option}[${index}]`, term, rule, 'write a term for each');
    }
  }
}

/** Reports tags that are given together with terms, which would replace them. */
export function checkEither(faults: Faults, { said }: NormalNodeClass): void {
  for (const [tags, terms] of [
    ['subnetTags', 'subnetSelectorTerms'],
    ['securityGroupTags', 'securityGroupSelectorTerms'],
  ] as const) {
    if (said[tags] === undefined || said[terms] === undefined) continue;
    faults.add(tags, said[tags], `${terms} takes the place of ${tags}`, 'leave out one of the two');
  }
}

function checkKubelet(faults: Faults, { said: { kubelet = {} }, amiFamily }: NormalNodeClass): void {
  const { podsPerCore, evictionSoftGracePeriod = {}, clusterDNS = [] } = kubelet;
  for (const [signal, time] of Object.entries(evictionSoftGracePeriod))
    checkDuration(faults, `evictionSoftGracePeriod[${JSON.stringify(signal)}]`, time);
  for (const [index, address] of clusterDNS.entries()) {
    if (/^(\d{1,3}(\.\d{1,3}){3}|[\da-fA-F:]*:[\da-fA-F:.]*)$/.test(String(address))) continue;
    faults.add(`clusterDNS[${index}]`, address, 'the address of a DNS server', 'write it as "172.20.0.10"');
  }
  if (podsPerCore === undefined || familyNamed(amiFamily).podsPerCore) return;
  faults.add('podsPerCore', podsPerCore, `${amiFamily} ignores it`, 'set maxPods instead');
}

function checkUserData(faults: Faults, { said: { userData }, amiFamily }: NormalNodeClass): void {
  if (userData === undefined) return;
  if (typeof userData !== 'string') {
    faults.add('userData', userData, 'a text', 'write it in quotes');
    return;
  }
  const fault = userDataFault(amiFamily, userData);
  if (fault) faults.add('userData', firstLine(userData), fault.why, fault.fix);
}

/** Enough to tell it by. */
function firstLine(text: string): string {
  const [line] = text.split('\n').filter((one) => one.trim() !== '');
  return (line ?? '').slice(0, 60);
}

function checkVolumes(faults: Faults, { said }: NormalNodeClass): void {
  const volumes = said.blockDeviceMappings ?? [];
  const roots = volumes.filter(({ rootVolume }) => rootVolume);
  if (roots.length > 1) {
    const rule = 'images and pods live on one volume';
    faults.add('blockDeviceMappings', roots.map(nameOf).join(', '), rule, 'mark one of them as rootVolume');
  }
  for (const [index, volume] of volumes.entries()) {
    const place = faults.at(`blockDeviceMappings[${index}]`);
    if (!/^(\/dev\/)?(xvd|sd)[a-z]{1,2}\d*$/.test(String(volume.deviceName))) {
      const rule = 'a name of a device as EC2 has them';
      place.add('deviceName', volume.deviceName, rule, 'write it as "/dev/xvdf"');
    } else if (volumes.findIndex((one) => nameOf(one) === nameOf(volume)) < index) {
      place.add('deviceName', volume.deviceName, 'two volumes have this device', 'give one another name');
    }
    checkVolume(place.at('ebs'), volume.ebs ?? {});
  }
}

function nameOf(volume: BlockDeviceMappingProps): string {
  return volume.deviceName;
}

/** What EC2 takes of each type: GiB, operations per second, MiB/s. */
const VOLUMES: Readonly<Record<string, Readonly<Record<'size' | 'iops' | 'throughput', readonly number[]>>>> =
  {
    gp3: { size: [1, 16384], iops: [3000, 16000], throughput: [125, 1000] },
    gp2: { size: [1, 16384], iops: [], throughput: [] },
    io1: { size: [4, 16384], iops: [100, 64000], throughput: [] },
    io2: { size: [4, 65536], iops: [100, 256000], throughput: [] },
    st1: { size: [125, 16384], iops: [], throughput: [] },
    sc1: { size: [125, 16384], iops: [], throughput: [] },
    standard: { size: [1, 1024], iops: [], throughput: [] },
  };

function checkVolume(faults: Faults, ebs: BlockDeviceProps): void {
  const { volumeType = 'gp3', volumeSize, snapshotID, volumeInitializationRate: rate } = ebs;
  checkOneOf(faults, 'volumeType', volumeType, Object.keys(VOLUMES));
  const bounds = Object.hasOwn(VOLUMES, volumeType) ? VOLUMES[volumeType] : undefined;
  if (volumeSize === undefined && snapshotID === undefined) {
    faults.add('volumeSize', undefined, 'a volume needs a size or a snapshot', 'write it as "100Gi"');
  }
  if (volumeSize !== undefined) checkVolumeSize(faults, volumeSize, volumeType, bounds?.size ?? []);
  for (const field of ['iops', 'throughput'] as const) {
    const value = ebs[field];
    const [low, high] = bounds?.[field] ?? [];
    if (value !== undefined && low !== undefined) checkWholeNumber(faults, field, value, low, high);
    else if (value !== undefined && bounds !== undefined)
      faults.add(
        field,
        value,
        `EC2 accepts no ${field} for ${volumeType}`,
        'leave it out, or name another type',
      );
  }
  if (['io1', 'io2'].includes(volumeType) && ebs.iops === undefined)
    faults.add('iops', undefined, `EC2 requires it for ${volumeType}`, 'write it, for example 3000');
  checkKmsKey(faults, 'kmsKeyID', ebs.kmsKeyID);
  checkSnapshot(faults, snapshotID, rate);
}

function checkVolumeSize(faults: Faults, size: string, type: string, [low, high]: readonly number[]): void {
  const quantity = checkBytes(faults, 'volumeSize', size);
  if (quantity === undefined || low === undefined) return;
  const gib = toUnits(quantity) / 1024 ** 3;
  if (gib >= low && gib <= high) return;
  const rule = `volumes of ${type} are ${low}Gi to ${high}Gi`;
  faults.add('volumeSize', size, rule, 'write a size in between');
}

function checkSnapshot(faults: Faults, snapshot: string | undefined, rate: number | undefined): void {
  if (snapshot !== undefined && !/^snap-[0-9a-f]{8,17}$/.test(snapshot))
    faults.add('snapshotID', snapshot, 'the id of an EBS snapshot', 'write it as "snap-0123456789abcdef0"');
  if (rate === undefined) return;
  checkWholeNumber(faults, 'volumeInitializationRate', rate, 100, 300);
  if (snapshot !== undefined) return;
  const rule = 'a volume without a snapshot has nothing to copy';
  faults.add('volumeInitializationRate', rate, rule, 'leave it out, or name a snapshot');
}
