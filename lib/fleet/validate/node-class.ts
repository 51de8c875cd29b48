import { familyNamed, isPinnedAlias, NAMED_FAMILIES, PINNED_ALIASES } from '../../karpenter/ami-family';
import type { Faults } from '../fault';
import { lacksProxy } from '../node-proxy';
import type { NormalFleet, NormalNodeClass, NormalNodePool } from '../normal-fleet';
import { AMI_ALIAS } from '../versions';
import { checkAutoModeClass, refuseAutoModeOptions } from './auto-mode-class';
import { checkOneOf } from './fields';
import { checkNodeClassFields } from './node-class-fields';
import { checkIdentity, checkSelectorTags, checkTags, checkVolumeOfNodes } from './node-class-parts';
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
    if (fleet.compute === 'eks-auto-mode') checkAutoModeClass(place, first);
    else checkEc2NodeClass(place, classes, fleet);
    const names = new Set(classes.map(({ name }) => name));
    checkReservations(
      place,
      first,
      jobPools.filter((pool) => names.has(pool.nodeClass)),
    );
  }
}

function checkEc2NodeClass(faults: Faults, classes: readonly NormalNodeClass[], fleet: NormalFleet): void {
  const [first] = classes;
  checkNodeClass(faults, first);
  refuseAutoModeOptions(faults, first);
  if (lacksProxy(first, fleet)) addProxyFault(faults);
  if (classes.some(({ rootlessBuilds }) => rootlessBuilds)) checkUserNamespaces(faults, first);
}

function addProxyFault(faults: Faults): void {
  const rule = 'the fleet has a proxy, and nodes with this MIME archive do not get it';
  const fix =
    'add a NodeConfig with the proxy to the archive, as in docs/proxy.md, or write the script alone';
  faults.add('userData', 'a MIME archive without a proxy', rule, fix);
}

function checkNodeClass(faults: Faults, nodeClass: NormalNodeClass): void {
  checkImages(faults, nodeClass);
  const { kmsKeyId, ...volume } = nodeClass.rootVolume;
  checkVolumeOfNodes(faults.at('rootVolume'), {
    ...volume,
    kmsKey: ['kmsKeyId', kmsKeyId],
    most: [16384, 'gp3 volumes are 1Gi to 16Ti'],
  });
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
