import { familyNamed, familyOfAlias } from '../../karpenter/ami-family';
import { OF_EVERY_NODE } from '../../karpenter/proxy-user-data';
import { nodeRoleName } from '../names';
import type { NormalAutoModeClass } from '../normal-auto-mode';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';
import type { Override } from '../override';
import type { BlockDeviceMappingProps, NodeClassProps } from '../props/node-class';
import { AMI_ALIAS } from '../versions';
import { fillDefaults, inheritSettings } from './merge-settings';

type Purpose = Pick<NormalNodeClass, 'place' | 'name' | 'pool' | 'rootlessBuilds' | 'patches'> & {
  readonly rootVolumeSize: string;
};

/** A node class from the fleet's settings and those of a pool, the pool's first, with every default filled in. */
export function normaliseNodeClass(
  fleetWide: NodeClassProps = {},
  own: Override<NodeClassProps> = {},
  { clusterName, compute, proxy }: Pick<NormalFleet, 'clusterName' | 'compute' | 'proxy'>,
  { rootVolumeSize, ...purpose }: Purpose,
): NormalNodeClass {
  const said = inheritSettings<NodeClassProps>(beneathOwn(fleetWide, own), own);
  const { userData, kubelet, instanceStorePolicy, detailedMonitoring, associatePublicIPAddress } = said;
  const discovery = [{ tags: { 'karpenter.sh/discovery': clusterName } }];
  const { size, iops, throughput, kmsKeyId } = said.rootVolume ?? {};
  const images = normaliseImages(said);
  return {
    said,
    ...purpose,
    ...images,
    rootVolume: { size: size ?? rootVolumeSize, iops, throughput, kmsKeyId },
    blockDeviceMappings: normaliseVolumes(said.blockDeviceMappings ?? [], images.amiFamily),
    subnetSelectorTerms: said.subnetSelectorTerms ?? termsOfTags(said.subnetTags) ?? discovery,
    securityGroupSelectorTerms:
      said.securityGroupSelectorTerms ?? termsOfTags(said.securityGroupTags) ?? discovery,
    capacityReservationSelectorTerms: said.capacityReservationSelectorTerms ?? [],
    settings: { userData, kubelet, instanceStorePolicy, detailedMonitoring, associatePublicIPAddress },
    registryMirrors: said.registryMirrors ?? [],
    identity:
      said.instanceProfile === undefined
        ? { role: said.nodeRole ?? nodeRoleName(clusterName, compute) }
        : { instanceProfile: said.instanceProfile },
    autoMode: normaliseAutoMode(said, rootVolumeSize, proxy),
    tags: said.tags ?? {},
  };
}

function normaliseAutoMode(
  said: NodeClassProps,
  storageSize: string,
  proxy: NormalFleet['proxy'],
): NormalAutoModeClass {
  const { size, iops, throughput, kmsKeyID } = said.ephemeralStorage ?? {};
  const { snatPolicy, networkPolicy, networkPolicyEventLogs, advancedSecurity, placementGroupSelector } =
    said;
  return {
    ephemeralStorage: { size: size ?? storageSize, iops, throughput, kmsKeyID },
    podSubnetSelectorTerms: said.podSubnetSelectorTerms ?? [],
    podSecurityGroupSelectorTerms: said.podSecurityGroupSelectorTerms ?? [],
    advancedNetworking: normaliseNetworking(said, proxy),
    certificateBundles: said.certificateBundles ?? [],
    settings: { snatPolicy, networkPolicy, networkPolicyEventLogs, advancedSecurity, placementGroupSelector },
  };
}

/** Nodes use the proxy of the fleet, and go past it for what every node has to reach. */
function normaliseNetworking(
  { advancedNetworking = {}, associatePublicIPAddress }: NodeClassProps,
  proxy: NormalFleet['proxy'],
): NormalAutoModeClass['advancedNetworking'] {
  const { httpsProxy = proxy?.https, noProxy, ipv4PrefixSize, enableV4Egress } = advancedNetworking;
  const direct = [...new Set([...OF_EVERY_NODE, ...(noProxy ?? proxy?.noProxy ?? [])])];
  return {
    httpsProxy,
    noProxy: httpsProxy === undefined ? undefined : direct,
    ipv4PrefixSize,
    enableV4Egress,
    associatePublicIPAddress,
  };
}

function normaliseImages(said: NodeClassProps): Pick<NormalNodeClass, 'amis' | 'amiFamily'> {
  const { amiAlias: alias = AMI_ALIAS, amiSelectorTerms: terms, amiFamily } = said;
  if (terms === undefined) return { amis: { alias }, amiFamily: familyOfAlias(`${alias}`).name };
  return { amis: { terms }, amiFamily: amiFamily ?? 'Custom' };
}

/** Volumes with the one marked that images and pods live on, if it is among them. */
function normaliseVolumes(
  volumes: readonly BlockDeviceMappingProps[],
  amiFamily: string,
): NormalNodeClass['blockDeviceMappings'] {
  const { podDevice } = familyNamed(amiFamily);
  const isMarked = volumes.some((one) => one.rootVolume);
  return volumes.map(({ deviceName, rootVolume, ebs }) => ({
    deviceName,
    rootVolume: rootVolume ?? (!isMarked && deviceName === podDevice),
    ebs: fillDefaults({ volumeType: 'gp3' }, ebs ?? {}),
  }));
}

function termsOfTags(tags: NodeClassProps['subnetTags']) {
  return tags && [{ tags }];
}

type Option = keyof NodeClassProps;

/** Options of which one takes the place of the other. */
const EITHER: readonly (readonly [readonly Option[], readonly Option[]])[] = [
  [['nodeRole'], ['instanceProfile']],
  [['amiAlias'], ['amiSelectorTerms', 'amiFamily']],
  [['subnetTags'], ['subnetSelectorTerms']],
  [['securityGroupTags'], ['securityGroupSelectorTerms']],
];

/** Inherited settings without what own ones take the place of: a profile replaces a role, too. */
export function beneathOwn<T extends Override<NodeClassProps>>(
  inherited: T,
  own: Override<NodeClassProps>,
): T {
  const isSaid = (option: Option) => own[option] !== undefined;
  const replaced = EITHER.flatMap(([one, other]) => [
    ...(one.some(isSaid) ? other : []),
    ...(other.some(isSaid) ? one : []),
  ]);
  return Object.fromEntries(
    Object.entries(inherited).filter(([option]) => !replaced.includes(option as Option)),
  ) as T;
}
