import type { Faults } from '../fault';
import type { NormalNodeClass } from '../normal-fleet';
import type { AutoModeClassProps, NodeClassProps } from '../props/node-class';
import { checkName, checkOneOf } from './fields';
import { checkPem } from './gitlab-ca';
import { checkByDefinition, checkEither, checkTerms } from './node-class-fields';
import {
  checkIdentity,
  checkSelectorTags,
  checkTags,
  checkVolumeOfNodes,
  type ReservedTags,
} from './node-class-parts';
import { checkNoProxy, checkProxyUrl } from './proxy';

const DECIDED = 'EKS Auto Mode chooses and updates the image of nodes itself';
const NO_USER_DATA = 'nodes of EKS Auto Mode take no user data';

/** Options of an EC2NodeClass that a NodeClass lacks, with the reason, and with what takes their place. */
const OF_KARPENTER: Partial<Record<keyof NodeClassProps, readonly [rule: string, fix: string]>> = {
  amiAlias: [DECIDED, 'leave it out'],
  amiSelectorTerms: [
    DECIDED,
    'leave it out; jobs on an image of your own need nodes that existingPools names',
  ],
  amiFamily: [DECIDED, 'leave it out'],
  userData: [
    NO_USER_DATA,
    'write certificateBundles for CAs and advancedNetworking for a proxy; leave out what else it does',
  ],
  registryMirrors: [
    `${NO_USER_DATA}, in which mirrors would be`,
    'leave it out: name images by the address of the mirror, or use a pull-through cache of ECR',
  ],
  kubelet: ['EKS Auto Mode configures the kubelet itself, for at most 110 pods', 'leave it out'],
  instanceStorePolicy: [
    'EKS Auto Mode uses NVMe disks wherever they are larger than ephemeralStorage.size',
    'leave it out, and require them: eks.amazonaws.com/instance-local-nvme',
  ],
  rootVolume: [
    'the volume for images and working copies is called ephemeralStorage here',
    'write ephemeralStorage with size, iops, throughput and kmsKeyID',
  ],
  blockDeviceMappings: [
    'nodes of EKS Auto Mode have one volume for data, and none from a snapshot',
    'write ephemeralStorage with the size that jobs need',
  ],
  detailedMonitoring: ['a NodeClass has no such field', 'leave it out'],
};

const IN_USER_DATA = 'userData, as in docs/internal-ca.md';

/** Options of a NodeClass that an EC2NodeClass lacks, with the fix. */
const OF_AUTO_MODE: Readonly<Record<keyof AutoModeClassProps, string>> = {
  ephemeralStorage: 'write rootVolume instead',
  snatPolicy: 'leave it out: the VPC CNI decides it, by AWS_VPC_K8S_CNI_RANDOMIZESNAT',
  networkPolicy: 'leave it out: the VPC CNI decides it, by NETWORK_POLICY_ENFORCING_MODE',
  networkPolicyEventLogs: 'leave it out: the VPC CNI decides it',
  podSubnetSelectorTerms: 'leave it out: the VPC CNI decides it, by an ENIConfig',
  podSecurityGroupSelectorTerms: 'leave it out: the VPC CNI decides it, by an ENIConfig',
  advancedNetworking: 'set proxy of the fleet instead, which nodes get, too',
  advancedSecurity: 'leave it out, or find a FIPS image by amiSelectorTerms',
  certificateBundles: `write ${IN_USER_DATA}`,
  placementGroupSelector: 'leave it out, or patch EC2NodeClass',
};

/** Reports options that only classes of EKS Auto Mode have. */
export function refuseAutoModeOptions(faults: Faults, { said }: NormalNodeClass): void {
  for (const [option, fix] of Object.entries(OF_AUTO_MODE)) {
    if (said[option as keyof AutoModeClassProps] === undefined) continue;
    const rule = "only nodes of EKS Auto Mode have this, and the fleet does not say compute: 'eks-auto-mode'";
    faults.add(option, 'set', rule, fix);
  }
}

/** Reports what is wrong with a class of EKS Auto Mode, and what only other classes have. */
export function checkAutoModeClass(faults: Faults, nodeClass: NormalNodeClass): void {
  const { said, autoMode } = nodeClass;
  for (const [option, [rule, fix]] of Object.entries(OF_KARPENTER))
    if (said[option as keyof NodeClassProps] !== undefined) faults.add(option, 'set', rule, fix);
  checkVolumeOfNodes(faults.at('ephemeralStorage'), {
    ...autoMode.ephemeralStorage,
    kmsKey: ['kmsKeyID', autoMode.ephemeralStorage.kmsKeyID],
    most: [59000, 'a NodeClass takes 1Gi to 59000Gi'],
  });
  checkWords(faults, said);
  checkSelectorTags(faults, 'subnetTags', said.subnetTags);
  checkSelectorTags(faults, 'securityGroupTags', said.securityGroupTags);
  checkEither(faults, nodeClass);
  checkByDefinition(
    faults,
    said,
    ['subnetSelectorTerms', 'securityGroupSelectorTerms', ...POD_TERMS],
    'NodeClass',
  );
  checkByDefinition(faults, said, ['capacityReservationSelectorTerms'], 'EC2NodeClass');
  checkTerms(faults, said);
  checkReservationTerms(faults, said);
  checkPodTerms(faults, said);
  checkNetworking(faults.at('advancedNetworking'), nodeClass);
  checkBundles(faults, said);
  checkPlacementGroup(faults, said);
  checkIdentity(faults, nodeClass);
  checkTags(faults.at('tags'), nodeClass.tags, RESERVED_TAGS);
}

const RESERVED_TAGS: ReservedTags = {
  by: 'EKS Auto Mode',
  keys: /^(kubernetes\.io\/cluster|karpenter\.sh\/(provisioner-name|nodepool|nodeclaim|managed-by)$|eks\.amazonaws\.com\/nodeclass$|eks:eks-cluster-name$)/,
};

const POD_TERMS = ['podSubnetSelectorTerms', 'podSecurityGroupSelectorTerms'] as const;

function checkWords(faults: Faults, said: NodeClassProps): void {
  const allowed = {
    snatPolicy: ['Random', 'Disabled'],
    networkPolicy: ['DefaultAllow', 'DefaultDeny'],
    networkPolicyEventLogs: ['Enabled', 'Disabled'],
  } as const;
  for (const [option, words] of Object.entries(allowed)) {
    const value = said[option as keyof typeof allowed];
    if (value !== undefined) checkOneOf(faults, option, value, words);
  }
}

function checkReservationTerms(
  faults: Faults,
  { capacityReservationSelectorTerms: terms = [] }: NodeClassProps,
): void {
  for (const [index, { instanceMatchCriteria: which }] of terms.entries()) {
    if (which === undefined) continue;
    const place = `capacityReservationSelectorTerms[${index}].instanceMatchCriteria`;
    const rule = 'EKS Auto Mode finds reservations by id, owner and tags alone';
    faults.add(place, which, rule, 'leave it out');
  }
}

function checkPodTerms(faults: Faults, said: NodeClassProps): void {
  const [given, ...others] = POD_TERMS.filter((option) => said[option] !== undefined);
  const missing = POD_TERMS.find((option) => said[option] === undefined);
  if (given === undefined || others.length > 0 || missing === undefined) return;
  const rule = `EKS Auto Mode takes ${given} only together with ${missing}`;
  faults.add(missing, undefined, rule, `write it, or leave out ${given}`);
}

/** What a NodeClass takes of addresses that are reached directly. */
const MOST_DIRECT = 50;
const LONGEST = 255;

function checkNetworking(faults: Faults, { said, autoMode }: NormalNodeClass): void {
  const { httpsProxy, noProxy, ipv4PrefixSize } = said.advancedNetworking ?? {};
  if (ipv4PrefixSize !== undefined) checkOneOf(faults, 'ipv4PrefixSize', ipv4PrefixSize, ['Auto', '32']);
  if (httpsProxy !== undefined) checkProxyUrl(faults, 'httpsProxy', httpsProxy);
  for (const [index, one] of (noProxy ?? []).entries()) checkNoProxy(faults, `noProxy[${index}]`, one);
  const { httpsProxy: used, noProxy: direct = [] } = autoMode.advancedNetworking;
  if (used !== undefined) checkProxyBounds(faults, used, direct);
  else if (noProxy !== undefined) {
    const rule = 'without a proxy, noProxy has no effect';
    faults.add('noProxy', noProxy, rule, 'write httpsProxy, or leave it out');
  }
}

function checkProxyBounds(faults: Faults, proxy: string, direct: readonly string[]): void {
  if (direct.length > MOST_DIRECT) {
    const fix = 'write fewer, for example domains with a dot in front, and CIDRs';
    const rule = `a NodeClass takes ${MOST_DIRECT} entries, including those that every node needs`;
    faults.add('noProxy', `${direct.length} entries`, rule, fix);
  }
  for (const text of [proxy, ...direct].filter((one) => String(one).length > LONGEST)) {
    const rule = `a NodeClass takes at most ${LONGEST} characters`;
    faults.add(text === proxy ? 'httpsProxy' : 'noProxy', `${text.slice(0, 40)}...`, rule, 'shorten it');
  }
}

function checkBundles(faults: Faults, { certificateBundles: bundles }: NodeClassProps): void {
  if (bundles?.length === 0)
    faults.add('certificateBundles', bundles, 'an empty list adds no CA', 'leave the option out');
  const seen = new Set<string>();
  for (const [index, { name, pem }] of (bundles ?? []).entries()) {
    const place = faults.at(`certificateBundles[${index}]`);
    checkName(place, 'name', name, 63);
    if (seen.has(name))
      place.add('name', name, 'two bundles have this name', 'merge them: pem holds several');
    seen.add(name);
    checkPem(place, pem);
  }
}

function checkPlacementGroup(faults: Faults, { placementGroupSelector: group }: NodeClassProps): void {
  if (group === undefined) return;
  const { name, id } = group;
  if ((name === undefined) === (id === undefined)) {
    const rule = 'a placement group is found by exactly one of name and id';
    faults.add('placementGroupSelector', group, rule, 'write one of the two');
  }
  if (name === '')
    faults
      .at('placementGroupSelector')
      .add('name', name, 'the name of a placement group is not empty', 'write it, for example "builds"');
  if (id === undefined || /^pg-[0-9a-z]+$/.test(`${id}`)) return;
  const rule = 'ids of placement groups begin with pg-';
  faults.at('placementGroupSelector').add('id', id, rule, 'write it, for example "pg-0123456789abcdef0"');
}
