import { at } from '../../values/record';
import type { Faults } from '../fault';
import { DOCKER } from '../names';
import type { NormalRunner } from '../normal-fleet';
import { checkImage, checkWholeNumber } from './fields';
import { type MirrorRules, mirrorAddress } from './mirror-address';
import { checkImagePattern } from './pod-fields';

/** Smallest packet that every host takes, and the largest of a VPC. */
const MTU = { least: 576, most: 9001 };

const CONTEXT = ['runner', 'kubernetes', 'service_container_security_context', 'privileged'];

/** Reports what is wrong with the Docker daemon of a runner's jobs. */
export function checkDockerInDocker(faults: Faults, runner: NormalRunner): void {
  const { dockerInDocker, rootlessBuilds, config } = runner;
  if (dockerInDocker === undefined) return;
  const place = faults.at('dockerInDocker');
  const { image, registryMirror, mtu, allowedServices } = dockerInDocker;
  checkImage(place, 'image', image);
  if (registryMirror !== undefined) checkMirror(place, registryMirror);
  if (mtu !== undefined) checkWholeNumber(place, 'mtu', mtu, MTU.least, MTU.most);
  for (const [index, pattern] of allowedServices.entries())
    checkImagePattern(place, `allowedServices[${index}]`, pattern, 'postgres:*');
  checkClients(faults, runner);
  checkCertificates(faults, runner);
  checkLayers(faults, runner);
  if (rootlessBuilds) {
    const rule = 'a runner builds images either with a Docker daemon or rootless';
    faults.add('rootlessBuilds', true, rule, 'leave out one of the two, or describe two runners');
  }
  if (at(config, CONTEXT) === false) {
    const rule = 'the Docker daemon is a service, and does not start without privileges';
    faults.add(`config.${CONTEXT.join('.')}`, false, rule, 'leave it out, or leave out dockerInDocker');
  }
}

/** Variables by which a client finds the daemon: of two with one name the last one counts. */
const CLIENT = /^DOCKER_(?:HOST|TLS_VERIFY|TLS_CERTDIR|CERT_PATH)$/;

function checkClients(faults: Faults, { job }: NormalRunner): void {
  for (const name of Object.keys(job.environment)) {
    if (!CLIENT.test(name)) continue;
    const rule = 'dockerInDocker sets it, so that jobs find the daemon';
    faults.add(`job.environment.${name}`, 'set', rule, 'leave it out');
  }
  for (const [index, { alias }] of job.services.entries()) {
    if (alias !== DOCKER.alias) continue;
    const rule = 'the Docker daemon has this name, and jobs find it by the name';
    faults.add(`job.services[${index}].alias`, alias, rule, 'write another name');
  }
}

/** Each daemon writes keys there, which another job could use to reach it. */
function checkCertificates(faults: Faults, { volumes }: NormalRunner): void {
  const { path } = DOCKER.certificates;
  for (const [index, { emptyDir, mountPath }] of volumes.entries()) {
    if (mountPath !== path || emptyDir !== undefined) continue;
    const rule = 'the Docker daemon of each job writes its own keys there';
    faults.add(`volumes[${index}].mountPath`, path, rule, 'mount it elsewhere');
  }
}

/** Two daemons that write to one folder spoil it. */
function checkLayers(faults: Faults, { concurrency, managers, volumes }: NormalRunner): void {
  const index = volumes.findIndex(({ mountPath }) => mountPath === DOCKER.layers.path);
  const volume = volumes[index];
  if (volume === undefined || volume.emptyDir !== undefined || volume.newClaim?.perSlot) return;
  if (concurrency * managers <= 1) return;
  const rule = `up to ${concurrency * managers} daemons would write to one folder, and each needs its own`;
  const fix = 'write newClaim with perSlot: true, or concurrency: 1 and managers: 1';
  faults.add(`volumes[${index}].mountPath`, DOCKER.layers.path, rule, fix);
}

/** The daemon takes neither a path nor a password in the address of a mirror. */
const MIRROR: MirrorRules = {
  form: 'the address of a mirror is its scheme, its host and a port, without a path',
  password: {
    rule: 'the address holds a password, which would be in config.toml for all to read',
    fix: 'use a mirror that does not require one',
  },
  ecr: {
    rule: 'the daemon has no password for ECR, and pulls from Docker Hub instead',
    fix: (host) => `leave it out, and name images by it: "${host}/<prefix>/..."`,
  },
};

function checkMirror(faults: Faults, mirror: unknown): void {
  const url = mirrorAddress(faults, 'registryMirror', mirror, MIRROR);
  if (url === undefined || (url.pathname === '/' && !url.search && !url.hash)) return;
  faults.add('registryMirror', mirror, MIRROR.form, `write "${url.origin}"`);
}
