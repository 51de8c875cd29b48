import { familyNamed, isPinnedAlias, NAMED_FAMILIES, PINNED_ALIASES } from '../../karpenter/ami-family';
import { toUnits } from '../../values/quantity';
import type { Faults } from '../fault';
import { lacksProxy } from '../node-proxy';
import type { NormalFleet, NormalNodeClass, NormalNodePool } from '../normal-fleet';
import type { Labels } from '../resolved-fleet';
import { AMI_ALIAS } from '../versions';
import { checkBytes, checkKmsKey, checkOneOf, checkWholeNumber } from './fields';
import { checkNodeClassFields } from './node-class-fields';
import { checkRegistryMirrors } from './registry-mirrors';

/** Reports what is wrong with the node classes of a fleet; what several share is reported once. */
export function validateNodeClasses(faults: Faults, fleet: NormalFleet): void {
  const { nodeClasses, jobPools } = fleet;
  const byPlace = new Map<string, NormalNodeClass[]>();
  for (const one of nodeClasses) {
    const place = one.place.join('.');
    byPlace.set(place, [...(byPlace.get(place) ?? []), one]);
  }
  for (const classes of byPlace.values()) {
    const [first] = classes;
    const place = first.place.reduce((deeper, step) => deeper.at(step), faults);
    checkNodeClass(place, first);
    if (lacksProxy(first, fleet)) addProxyFault(place);
    if (classes.some(({ rootlessBuilds }) => rootlessBuilds)) checkUserNamespaces(place, first);
    const names = new Set(classes.map(({ name }) => name));
    checkReservations(
      place,
      first,
      jobPools.filter((pool) => names.has(pool.nodeClass)),
    );
  }
}

function addProxyFault(faults: Faults): void {
  const rule = 'the fleet has a proxy, and nodes with this MIME archive do not get it';
  const fix =
    'add a NodeConfig with the proxy to the archive, as in docs/proxy.md, or write the script alone';
  faults.add('userData', 'a MIME archive without a proxy', rule, fix);
}

function checkNodeClass(faults: Faults, nodeClass: NormalNodeClass): void {
  checkImages(faults, nodeClass);
  checkRootVolume(faults.at('rootVolume'), nodeClass);
  checkSelectorTags(faults, 'subnetTags', nodeClass.said.subnetTags);
  checkSelectorTags(faults, 'securityGroupTags', nodeClass.said.securityGroupTags);
  checkNodeClassFields(faults, nodeClass);
  checkRegistryMirrors(faults, nodeClass);
  checkTags(faults.at('tags'), nodeClass.tags);
  checkIdentity(faults, nodeClass);
}

function checkImages(faults: Faults, { said, amis }: NormalNodeClass): void {
  const { amiAlias, amiSelectorTerms, amiFamily } = said;
  if (amiSelectorTerms === undefined) {
    if ('alias' in amis) checkAmiAlias(faults, amis.alias);
    if (amiFamily === undefined) return;
    const rule = 'the alias names the family of its images itself';
    faults.add('amiFamily', amiFamily, rule, 'leave it out, or find the images by amiSelectorTerms');
    return;
  }
  if (amiAlias !== undefined) {
    const rule = 'images are found either by their alias or by amiSelectorTerms';
    faults.add('amiAlias', amiAlias, rule, 'leave out one of the two');
  }
  if (String(amiFamily).startsWith('Windows')) faults.add('amiFamily', amiFamily, NO_WINDOWS, LINUX);
  else checkOneOf(faults, 'amiFamily', amiFamily, NAMED_FAMILIES);
}

const NO_WINDOWS =
  'jobs run on Linux here: the helper image, the shell and the selectors that are rendered do not exist for Windows';
const LINUX = 'use Linux images; for jobs on Windows, install a separate runner';

function checkAmiAlias(faults: Faults, alias: unknown): void {
  if (typeof alias === 'string' && isPinnedAlias(alias)) return;
  if (String(alias).startsWith('windows')) {
    faults.add('amiAlias', alias, NO_WINDOWS, LINUX);
    return;
  }
  const rule = String(alias).endsWith('@latest')
    ? 'a floating alias replaces every node of the fleet whenever AWS publishes an image'
    : `an alias is ${PINNED_ALIASES.join(' or ')}`;
  faults.add('amiAlias', alias, rule, `pin a release, for example "${AMI_ALIAS}"`);
}

/** Rootless builds make user namespaces. */
function checkUserNamespaces(faults: Faults, { amis, amiFamily }: NormalNodeClass): void {
  if (familyNamed(amiFamily).userNamespaces) return;
  const rule = `${amiFamily} allows no user namespaces, and rootless builds need one`;
  const fix = `give the pool of the builds another image, for example "${AMI_ALIAS}"`;
  if ('alias' in amis) faults.add('amiAlias', amis.alias, rule, fix);
  else faults.add('amiFamily', amiFamily, rule, fix);
}

/** Reserved capacity is paid for, whoever runs on it. */
function checkReservations(
  faults: Faults,
  { capacityReservationSelectorTerms: terms, pool }: NormalNodeClass,
  jobPools: readonly NormalNodePool[],
): void {
  if (terms.length === 0 || jobPools.some(({ reserved }) => reserved)) return;
  const rule =
    pool === 'managers'
      ? 'managers select on-demand nodes, and jobs run elsewhere: the reservation would not be used'
      : 'only jobs of on-demand and spot-first runners may run on reserved capacity, and none of them has this class';
  const fix =
    pool === 'managers' ? 'set it for the pool of jobs' : 'let a runner be on-demand, or leave it out';
  faults.add('capacityReservationSelectorTerms', terms, rule, fix);
}

function checkRootVolume(faults: Faults, { rootVolume, said }: NormalNodeClass): void {
  const { size, iops, throughput, kmsKeyId } = rootVolume;
  const quantity = checkBytes(faults, 'size', size);
  const gib = quantity === undefined ? undefined : toUnits(quantity) / 1024 ** 3;
  if (gib !== undefined && (gib < 1 || gib > 16384)) {
    faults.add('size', said.rootVolume?.size, 'gp3 volumes are 1Gi to 16Ti', 'write a size in between');
  }
  if (iops !== undefined) {
    const most = gib === undefined ? 16000 : Math.min(16000, Math.max(3000, Math.floor(gib * 500)));
    checkWholeNumber(faults, 'iops', iops, 3000, most);
  }
  if (throughput !== undefined) checkWholeNumber(faults, 'throughput', throughput, 125, 1000);
  checkKmsKey(faults, 'kmsKeyId', kmsKeyId);
}

function checkIdentity(faults: Faults, { identity, said }: NormalNodeClass): void {
  if (said.nodeRole !== undefined && said.instanceProfile !== undefined) {
    const rule = 'nodes have either a role or an instance profile';
    faults.add('instanceProfile', said.instanceProfile, rule, 'leave out nodeRole or instanceProfile');
  }
  if ('instanceProfile' in identity) checkProfile(faults, identity.instanceProfile);
  else checkRole(faults, identity.role);
}

function checkProfile(faults: Faults, name: string): void {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return;
  const rule = 'the name of an instance profile (not its ARN): 1 to 128 letters, digits and + = , . @ - _';
  faults.add('instanceProfile', name, rule, 'write the name of the profile, or set nodeRole instead');
}

function checkRole(faults: Faults, name: string): void {
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return;
  const rule = 'the name of an IAM role (not its ARN): 1 to 64 letters, digits and + = , . @ - _';
  faults.add('nodeRole', name, rule, 'set nodeRole to the name of the role');
}

/** Tags that Karpenter sets itself and refuses from others. */
const RESERVED_TAG =
  /^(kubernetes\.io\/cluster|karpenter\.sh\/nodepool$|karpenter\.sh\/nodeclaim$|karpenter\.k8s\.aws\/ec2nodeclass$|eks:eks-cluster-name$)/;

function checkTags(faults: Faults, tags: Labels): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 128 || key.startsWith('aws:')) {
      const rule = 'keys of AWS tags have 1 to 128 characters and do not begin with aws:';
      faults.add(key, key, rule, 'rename the key');
    } else if (RESERVED_TAG.test(key)) {
      faults.add(key, key, 'Karpenter sets this tag itself and refuses it from others', 'leave the tag out');
    } else if (typeof value !== 'string' || value.length > 256) {
      const rule = 'values of AWS tags are texts of at most 256 characters';
      faults.add(key, value, rule, 'shorten it, or write it as text');
    }
  }
}

function checkSelectorTags(faults: Faults, field: string, tags: Labels | undefined): void {
  if (tags === undefined) return;
  const entries = Object.entries(tags);
  if (entries.length === 0 || entries.length > 20) {
    const rule = 'selectors have 1 to 20 tags: with none Karpenter finds nothing';
    faults.add(field, tags, rule, 'name the tags, or leave the option out');
  }
  for (const [key, value] of entries) {
    if (key !== '' && typeof value === 'string' && value !== '') continue;
    const place = `${field}[${JSON.stringify(key)}]`;
    faults.add(place, value, 'tags that select have a key and a value', 'write both; "*" matches any value');
  }
}
