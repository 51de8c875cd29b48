import { isBySlot, namesBySlot } from '../../gitlab-runner/executor/slots';
import { isDnsSubdomain } from '../../values/label';
import { formatBinary, isBeyondCount, parseQuantity } from '../../values/quantity';
import { at, textOf } from '../../values/record';
import type { Faults } from '../fault';
import { DOCKER, GITLAB_CA, volumeName } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalVolumeMount } from '../normal-jobs';
import type { EmptyDirProps, VolumeClaimProps } from '../props/volumes';
import { checkBytes, checkName, checkObjectName, checkOneOf } from './fields';
import {
  checkEmptyDir,
  checkFolder,
  checkItems,
  checkMountPath,
  checkOneSource,
  checkSubPath,
} from './volume-fields';

/** Keys of config.toml by the option that fills them. */
const KINDS = {
  claim: 'pvc',
  newClaim: 'pvc',
  hostPath: 'host_path',
  configMap: 'config_map',
  secret: 'secret',
  emptyDir: 'empty_dir',
} as const;
type Source = keyof typeof KINDS;

/** Volumes of job pods that are there already. */
const TAKEN: readonly string[] = [
  'repo',
  'scripts',
  'logs',
  'buildkit',
  'buildah',
  DOCKER.certificates.name,
  DOCKER.layers.name,
];

/** Reports what is wrong with the volumes of job pods. */
export function checkJobVolumes(faults: Faults, runner: NormalRunner, fleet: NormalFleet): void {
  const { volumes } = runner;
  for (const [index, volume] of volumes.entries()) {
    const place = faults.at(`volumes[${index}]`);
    const sources = sourcesOf(volume);
    checkOneSource(place, sources, Object.keys(KINDS), 'emptyDir: {}');
    checkMount(place, volume, sources, runner, fleet);
    checkSource(place, volume, runner, fleet);
    checkApart(place, volume, volumes.slice(0, index));
  }
  checkLists(faults, runner);
}

function sourcesOf({ said }: NormalVolumeMount): Source[] {
  return (Object.keys(KINDS) as Source[]).filter((key) => said[key] !== undefined);
}

function checkMount(
  faults: Faults,
  { said, readOnly }: NormalVolumeMount,
  sources: readonly Source[],
  runner: NormalRunner,
  { gitlabCa }: NormalFleet,
): void {
  const { items, mountPath, subPath } = said;
  if (!checkMountPath(faults, mountPath)) return;
  if (gitlabCa?.jobs === true && mountPath === GITLAB_CA.folder)
    faults.add('mountPath', mountPath, 'jobs have the certificates of gitlabCa there', 'mount it elsewhere');
  if (subPath !== undefined) checkSubPath(faults, subPath);
  const holdsFiles = sources.includes('configMap') || sources.includes('secret');
  const isEmpty = sources.includes('emptyDir');
  const kind = sources.includes('secret') ? 'Secret' : 'ConfigMap';
  if (items !== undefined) checkItems(faults, items, holdsFiles ? kind : undefined);
  if (readOnly && isEmpty) {
    const rule = 'an empty folder that is read-only stays empty';
    faults.add('readOnly', true, rule, 'leave it out');
  }
  if (mountPath !== buildsDir(runner)) return;
  const rule = 'jobs write their clones there';
  if (holdsFiles) faults.add('mountPath', mountPath, rule, 'mount the files elsewhere');
  else if (readOnly) faults.add('readOnly', true, rule, 'leave it out');
  else if (!isEmpty) checkClones(faults, mountPath, runner);
}

/** Managers of one token count their slots alike, so that two jobs would share a clone. */
function checkClones(faults: Faults, mountPath: string, { managers }: NormalRunner): void {
  if (managers < 2) return;
  const rule = `clones are kept by slot, and slots of ${managers} managers have the same numbers: two jobs would change one clone`;
  faults.add('mountPath', mountPath, rule, 'write managers: 1, or mount a cache elsewhere');
}

function buildsDir({ config }: NormalRunner): string {
  return textOf(at(config, ['runner', 'builds_dir'])) || '/builds';
}

function checkSource(
  faults: Faults,
  { said, newClaim }: NormalVolumeMount,
  runner: NormalRunner,
  fleet: NormalFleet,
): void {
  const { claim, configMap, emptyDir, hostPath, secret } = said;
  if (claim !== undefined) checkNamedClaim(faults, claim, runner);
  if (configMap !== undefined) checkVolumeName(faults, 'configMap', configMap);
  if (secret !== undefined) checkVolumeName(faults, 'secret', secret);
  if (emptyDir !== undefined) checkFolderSize(faults.at('emptyDir'), emptyDir, runner);
  if (hostPath !== undefined) checkHostPath(faults, hostPath, runner, fleet);
  if (newClaim !== undefined) checkClaim(faults.at('newClaim'), newClaim, runner);
}

function checkNamedClaim(faults: Faults, claim: unknown, { managers }: NormalRunner): void {
  checkVolumeName(faults, 'claim', typeof claim === 'string' ? namesBySlot(claim, 1)[0] : claim);
  if (typeof claim !== 'string' || !isBySlot(claim) || managers < 2) return;
  const rule = `slots of ${managers} managers have the same numbers: two jobs would use one volume`;
  faults.add('claim', claim, rule, 'write managers: 1, or name one claim that all jobs share');
}

/** A pod is evicted, or its container killed, at the sum of its limits: a larger folder never fills up. */
function checkFolderSize(
  faults: Faults,
  folder: EmptyDirProps,
  { maxServices, resources }: NormalRunner,
): void {
  checkEmptyDir(faults, folder);
  const resource = folder.medium === 'Memory' ? 'memory' : 'ephemeralStorage';
  const { build, helper, service } = resources;
  const services = Array.from({ length: Math.min(Number(maxServices) || 0, 100) }, () => service);
  const limits = [build, helper, ...services].map((one) => one[resource].maxLimit ?? one[resource].limit);
  const amounts = limits.map((limit) => (typeof limit === 'string' ? parseQuantity(limit) : undefined));
  const size = typeof folder.sizeLimit === 'string' ? parseQuantity(folder.sizeLimit) : undefined;
  if (size === undefined || isBeyondCount(size) || amounts.includes(undefined)) return;
  const most = amounts.reduce((sum: bigint, one) => sum + (one ?? 0n), 0n);
  if (size <= most) return;
  const what = resource === 'memory' ? 'memory' : 'disk';
  const rule = `the containers of a job, its services included, have ${formatBinary(most)} of ${what} at most, and end before the folder is full`;
  faults.add('sizeLimit', folder.sizeLimit, rule, `write less, or raise build.${resource}`);
}

/** The executor names the volume of a job pod after the object that fills it. */
export function checkVolumeName(faults: Faults, field: string, name: unknown, most = 63): void {
  if (typeof name === 'string' && name.includes('.') && isDnsSubdomain(name)) {
    const rule = 'the executor names the volume after the object, and names of volumes have no dots';
    faults.add(field, name, rule, 'make a copy of the object under a name without dots, and mount that');
    return;
  }
  checkName(faults, field, name, most);
  if (!TAKEN.includes(String(name))) return;
  const rule = 'job pods have a volume of this name already';
  faults.add(field, name, rule, `rename the object, for example to "gitlab-${name}"`);
}

/** Pod Security refuses folders of nodes at any other level. */
function checkHostPath(
  faults: Faults,
  hostPath: unknown,
  { jobNamespace, onFargate, unsafeKind }: NormalRunner,
  { namespaces }: NormalFleet,
): void {
  if (!checkFolder(faults, 'hostPath', hostPath)) return;
  if (onFargate) {
    faults.add('hostPath', hostPath, 'EKS Fargate has no nodes', 'use emptyDir, or a claim of EFS');
    return;
  }
  const said = namespaces.find(({ name }) => name === jobNamespace);
  if (unsafeKind !== undefined || said?.existing === true || said?.podSecurity === 'privileged') return;
  const rule = `Pod Security refuses hostPath volumes in ${jobNamespace}, and so every job`;
  const fix = `use a claim, or give these jobs a jobNamespace of their own with podSecurity: 'privileged' in namespaces`;
  faults.add('hostPath', hostPath, rule, fix);
}

/** Most slots with volumes of their own: each is a file in Git, and a disk. */
const MOST_SLOTS = 200;
const ACCESS_MODES = ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

function checkClaim(faults: Faults, claim: Required<VolumeClaimProps>, runner: NormalRunner): void {
  const { accessMode, name, perSlot, size, storageClass } = claim;
  const { concurrency, managers, onFargate } = runner;
  checkVolumeName(faults, 'name', name, perSlot ? 63 - `-${concurrency - 1}`.length : 63);
  checkBytes(faults, 'size', size, 'Gi');
  checkObjectName(faults, 'storageClass', storageClass);
  checkOneOf(faults, 'accessMode', accessMode, ACCESS_MODES);
  if (onFargate) {
    const rule = 'EKS Fargate mounts only volumes of EFS that exist, and creates none';
    faults.add('name', name, rule, 'make a PersistentVolume and its claim, and name that in claim');
  }
  if (perSlot && managers > 1) {
    const rule = `slots of ${managers} managers have the same numbers: two jobs would use one volume`;
    faults.add('perSlot', true, rule, 'write managers: 1, or leave perSlot out and take ReadWriteMany');
  }
  if (perSlot && concurrency > MOST_SLOTS) {
    const rule = `each of the ${concurrency} slots of the runner would have its own disk, and its own file here`;
    faults.add(
      'perSlot',
      true,
      rule,
      `lower concurrency to ${MOST_SLOTS}, or share a volume: "ReadWriteMany"`,
    );
  }
  const atOnce = concurrency * managers;
  if (perSlot || atOnce < 2 || accessMode === 'ReadWriteMany' || !ACCESS_MODES.includes(accessMode)) return;
  const unit = accessMode === 'ReadWriteOnce' ? 'node' : 'pod';
  const rule = `one ${unit} at a time can mount the volume, and ${atOnce} jobs may run at once: the others would wait until they fail`;
  const fix = 'write perSlot: true, concurrency: 1, or "ReadWriteMany" with a StorageClass of EFS';
  faults.add('accessMode', accessMode, rule, fix);
}

/** A path is mounted once, and a name is that of one volume. */
function checkApart(faults: Faults, volume: NormalVolumeMount, earlier: readonly NormalVolumeMount[]): void {
  const { mountPath } = volume.said;
  if (typeof mountPath !== 'string') return;
  if (earlier.some(({ said }) => said.mountPath === mountPath)) {
    faults.add('mountPath', mountPath, 'another volume is mounted there', 'mount it elsewhere');
    return;
  }
  const name = nameOf(volume);
  const twin = earlier.find((one) => nameOf(one) === name);
  if (twin === undefined || (isClaim(volume) && isClaim(twin))) return;
  const [source] = sourcesOf(volume);
  const rule = `volumes are named after their objects or paths, and another one is named ${name} too`;
  faults.add(source, name, rule, 'rename the object, or mount it elsewhere');
}

function nameOf({ said, newClaim }: NormalVolumeMount): string {
  return newClaim?.name ?? said.claim ?? said.configMap ?? said.secret ?? volumeName(`${said.mountPath}`);
}

function isClaim({ said, newClaim }: NormalVolumeMount): boolean {
  return newClaim !== undefined || said.claim !== undefined;
}

/** A list in `config` replaces ours. */
function checkLists(faults: Faults, { config, volumes }: NormalRunner): void {
  const kinds = new Set(volumes.flatMap((one) => sourcesOf(one).map((source) => KINDS[source])));
  for (const kind of kinds) {
    const path = ['runner', 'kubernetes', 'volumes', kind];
    if (at(config, path) === undefined) continue;
    const rule = 'this list would replace what volumes says';
    faults.add(`config.${path.join('.')}`, 'set', rule, 'move its entries to volumes');
  }
}
