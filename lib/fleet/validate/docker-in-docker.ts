import { at } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';
import { checkImage, checkWholeNumber } from './fields';

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
  for (const [index, pattern] of allowedServices.entries()) checkPattern(place, index, pattern);
  if (rootlessBuilds) {
    const rule = 'a runner builds images either with a Docker daemon or rootless';
    faults.add('rootlessBuilds', true, rule, 'leave out one of the two, or describe two runners');
  }
  if (at(config, CONTEXT) === false) {
    const rule = 'the Docker daemon is a service, and does not start unprivileged';
    faults.add(`config.${CONTEXT.join('.')}`, false, rule, 'leave it out, or leave out dockerInDocker');
  }
}

/** The daemon takes neither a path nor a password in the address of a mirror. */
function checkMirror(faults: Faults, mirror: unknown): void {
  const url = typeof mirror === 'string' && URL.canParse(mirror) ? new URL(mirror) : undefined;
  const rule = 'the address of a mirror is its scheme, its host and a port, without a path';
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    const meant = `https://${String(mirror).replace(/^(\w*:)?\/+/, '')}`;
    const fix =
      URL.canParse(meant) && typeof mirror === 'string' && mirror !== ''
        ? new URL(meant).host
        : 'mirror.example.com';
    faults.add('registryMirror', mirror, rule, `write "https://${fix}"`);
  } else if (url.username || url.password) {
    const secret = 'the address holds a password, which would be in config.toml for all to read';
    faults.add(
      'registryMirror',
      `${url.protocol}//...@${url.host}`,
      secret,
      'use a mirror that asks for none',
    );
  } else if (url.pathname !== '/' || url.search || url.hash) {
    faults.add('registryMirror', mirror, rule, `write "${url.origin}"`);
  }
}

function checkPattern(faults: Faults, index: number, pattern: unknown): void {
  if (typeof pattern === 'string' && /^\S+$/.test(pattern)) return;
  const rule = 'an image, or a glob of images, without spaces';
  faults.add(
    `allowedServices[${index}]`,
    pattern,
    rule,
    'write it as "postgres:*" or "mirror.example.com/**"',
  );
}
