import { parseQuantity, toUnits } from '../../values/quantity';
import type { Faults } from '../fault';
import { mergeSettings } from '../normalise/merge-settings';
import type { ObjectPatch } from '../patches';
import type { NodeClassProps, RootVolumeProps } from '../props/node-class';
import type { ResolvedBlockDevice, ResolvedNodeClass } from '../resolved-fleet';
import { checkBytes, checkWholeNumber } from '../validate/fields';
import { AMI_ALIAS } from '../versions';

const GIB = 1024 ** 3;
const PINNED_ALIAS = /^(al2023@v\d{8}|bottlerocket@v\d+\.\d+\.\d+)$/;
/** Tags that Karpenter sets itself and refuses from others. */
const RESERVED_TAG =
  /^(kubernetes\.io\/cluster|karpenter\.sh\/nodepool$|karpenter\.sh\/nodeclaim$|karpenter\.k8s\.aws\/ec2nodeclass$|eks:eks-cluster-name$)/;

/** What a node class is for: its name, whose cost it is, and how large its disk is by default. */
export interface NodeClassPurpose {
  readonly name: string;
  readonly fleet: string;
  readonly clusterName: string;
  readonly pool: string;
  readonly rootVolumeSize: string;
  readonly patch: ObjectPatch | undefined;
}

/** A node class from the fleet's settings and those of a pool, the pool's first. */
export function resolveNodeClass(
  faults: Faults,
  fleetWide: NodeClassProps | undefined,
  own: NodeClassProps,
  purpose: NodeClassPurpose,
): ResolvedNodeClass {
  const settings = mergeSettings(beneathIdentity(fleetWide, own), own);
  const discovery = { 'karpenter.sh/discovery': purpose.clusterName };
  checkAmiAlias(faults, settings.amiAlias ?? AMI_ALIAS);
  checkRootVolume(faults.at('rootVolume'), settings.rootVolume ?? {}, purpose.rootVolumeSize);
  checkTagMap(faults, 'subnetTags', settings.subnetTags);
  checkTagMap(faults, 'securityGroupTags', settings.securityGroupTags);
  checkTags(faults, settings.tags ?? {});
  return {
    name: purpose.name,
    amiAlias: settings.amiAlias ?? AMI_ALIAS,
    blockDevices: blockDevices(settings, purpose.rootVolumeSize),
    subnetTags: settings.subnetTags ?? discovery,
    securityGroupTags: settings.securityGroupTags ?? discovery,
    identity: resolveIdentity(faults, settings, purpose.clusterName),
    tags: { 'gitlab-runner-fleet': purpose.fleet, 'gitlab-runner-pool': purpose.pool, ...settings.tags },
    patch: purpose.patch,
  };
}

/** The fleet's settings without its identity where a pool names its own: a profile replaces a role, too. */
function beneathIdentity(fleetWide: NodeClassProps | undefined, own: NodeClassProps): NodeClassProps {
  const { nodeRole, instanceProfile, ...rest } = fleetWide ?? {};
  const named = own.nodeRole !== undefined || own.instanceProfile !== undefined;
  return named ? rest : { ...rest, nodeRole, instanceProfile };
}

function resolveIdentity(
  faults: Faults,
  settings: NodeClassProps,
  clusterName: string,
): ResolvedNodeClass['identity'] {
  const { nodeRole, instanceProfile } = settings;
  if (nodeRole !== undefined && instanceProfile !== undefined) {
    faults.add(
      'instanceProfile',
      instanceProfile,
      'nodes have either a role or an instance profile',
      'leave out nodeRole or instanceProfile',
    );
  }
  if (instanceProfile !== undefined) return { instanceProfile };
  const role = nodeRole ?? `KarpenterNodeRole-${clusterName}`;
  if (!/^[\w+=,.@-]{1,64}$/.test(role)) {
    faults.add(
      'nodeRole',
      role,
      'the name of an IAM role (not its ARN): 1 to 64 letters, digits and + = , . @ - _',
      'set nodeRole to the name of the role',
    );
  }
  return { role };
}

function checkAmiAlias(faults: Faults, alias: string): void {
  if (typeof alias === 'string' && PINNED_ALIAS.test(alias)) return;
  const rule = String(alias).endsWith('@latest')
    ? 'a floating alias replaces every node of the fleet whenever AWS publishes an image'
    : 'an alias is al2023@vYYYYMMDD or bottlerocket@vX.Y.Z';
  faults.add('amiAlias', alias, rule, `pin a release, as "${AMI_ALIAS}"`);
}

function checkRootVolume(faults: Faults, volume: RootVolumeProps, defaultSize: string): void {
  const quantity = checkBytes(faults, 'size', volume.size ?? defaultSize);
  const gib = quantity === undefined ? undefined : toUnits(quantity) / GIB;
  if (gib !== undefined && (gib < 1 || gib > 16384)) {
    faults.add('size', volume.size, 'gp3 volumes are 1Gi to 16Ti', 'write a size in between');
  }
  if (volume.iops !== undefined) {
    const most = gib === undefined ? 16000 : Math.min(16000, Math.max(3000, Math.floor(gib * 500)));
    checkWholeNumber(faults, 'iops', volume.iops, 3000, most);
  }
  if (volume.throughput !== undefined) checkWholeNumber(faults, 'throughput', volume.throughput, 125, 1000);
}

/** Bottlerocket keeps images and pods on a second volume; its first holds the system alone. */
function blockDevices(settings: NodeClassProps, defaultSize: string): ResolvedBlockDevice[] {
  const { size = defaultSize, iops, throughput, kmsKeyId } = settings.rootVolume ?? {};
  const data = { size: volumeSize(size), iops, throughput, kmsKeyId };
  if (!String(settings.amiAlias ?? AMI_ALIAS).startsWith('bottlerocket@')) {
    return [{ deviceName: '/dev/xvda', rootVolume: true, ...data }];
  }
  const system = { size: '4Gi', iops: undefined, throughput: undefined, kmsKeyId };
  return [
    { deviceName: '/dev/xvda', rootVolume: false, ...system },
    { deviceName: '/dev/xvdb', rootVolume: true, ...data },
  ];
}

/** Whole gibibytes: what the API takes, whatever unit was written. */
function volumeSize(size: string): string {
  const quantity = parseQuantity(size);
  return quantity === undefined ? size : `${Math.ceil(toUnits(quantity) / GIB)}Gi`;
}

function checkTags(faults: Faults, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    const place = faults.at('tags');
    if (key === '' || key.length > 128 || key.startsWith('aws:')) {
      place.add(
        key,
        key,
        'keys of AWS tags have 1 to 128 characters and do not begin with aws:',
        'rename the key',
      );
    } else if (RESERVED_TAG.test(key)) {
      place.add(key, key, 'Karpenter sets this tag itself and refuses it from others', 'leave the tag out');
    } else if (typeof value !== 'string' || value.length > 256) {
      place.add(
        key,
        value,
        'values of AWS tags are texts of at most 256 characters',
        'shorten it, or write it as text',
      );
    }
  }
}

function checkTagMap(
  faults: Faults,
  field: string,
  tags: Readonly<Record<string, string>> | undefined,
): void {
  if (tags === undefined) return;
  const entries = Object.entries(tags);
  if (entries.length === 0 || entries.length > 20) {
    faults.add(
      field,
      tags,
      'selectors have 1 to 20 tags: with none Karpenter finds nothing',
      'name the tags, or leave the option out',
    );
  }
  for (const [key, value] of entries) {
    if (key === '' || typeof value !== 'string' || value === '') {
      faults.add(
        `${field}[${JSON.stringify(key)}]`,
        value,
        'tags that select have a key and a value',
        'write both; "*" matches any value',
      );
    }
  }
}
