import { isMime, userDataFamily } from '../../karpenter/user-data-parts';
import type { Faults } from '../fault';
import type { NormalNodeClass } from '../normal-fleet';
import type { RegistryMirrorProps } from '../props/registry-mirror';
import { type MirrorRules, mirrorAddress } from './mirror-address';

/** Reports what is wrong with the mirrors that nodes pull from. */
export function checkRegistryMirrors(faults: Faults, nodeClass: NormalNodeClass): void {
  const { registryMirrors: mirrors, said, amiFamily } = nodeClass;
  if (mirrors.length === 0) return;
  if (userDataFamily(amiFamily) === undefined) {
    const rule = `mirrors are only supported for AL2023 and Bottlerocket, not for ${amiFamily}`;
    faults.add('registryMirrors', 'set', rule, 'leave it out, and set up mirrors in userData');
  }
  if (amiFamily === 'AL2023' && typeof said.userData === 'string' && isMime(said.userData)) {
    const rule = 'no part is added to a MIME archive';
    const fix =
      'add a script that writes /etc/containerd/certs.d/<registry>/hosts.toml to it, without registryMirrors';
    faults.add('registryMirrors', 'set', rule, fix);
  }
  const seen = new Set<string>();
  for (const [index, mirror] of mirrors.entries()) {
    const place = faults.at(`registryMirrors[${index}]`);
    checkRegistry(place, mirror, seen);
    checkEndpoints(place, mirror);
    seen.add(mirror.registry);
  }
}

/** Names of Docker Hub by which no image is known to nodes. */
const DOCKER_HUB = ['index.docker.io', 'registry-1.docker.io', 'hub.docker.com', 'registry.hub.docker.com'];

function checkRegistry(faults: Faults, { registry }: RegistryMirrorProps, seen: ReadonlySet<string>): void {
  const text = typeof registry === 'string' ? registry : '';
  const isHost = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(text);
  if (!isHost || DOCKER_HUB.includes(text)) {
    const rule =
      'the host of the registry as images name it, without scheme and path; docker.io for Docker Hub';
    const host = URL.canParse(text) ? new URL(text).host : '';
    const fix = isHost || host === '' || DOCKER_HUB.includes(host) ? 'docker.io' : host;
    faults.add('registry', registry, rule, `write "${fix}"`);
  } else if (seen.has(text)) {
    faults.add('registry', text, 'it is described twice', 'merge the two entries');
  }
}

function checkEndpoints(faults: Faults, { endpoint, registry }: RegistryMirrorProps): void {
  if (endpoint.length === 0)
    faults.add(
      'endpoint',
      endpoint,
      'a registry needs at least one mirror here',
      'name one, or leave the entry out',
    );
  for (const [index, address] of endpoint.entries())
    checkEndpoint(faults, `endpoint[${index}]`, address, registry);
}

const MIRROR: MirrorRules = {
  form: 'the address of a mirror with its scheme, for example https://mirror.example.com',
  password: {
    rule: 'the address holds a password, and user data is readable in Git and on every node',
    fix: 'use a mirror that does not require one',
  },
  ecr: {
    rule: 'nodes have credentials for images named by ECR, and none for a mirror of another registry',
    fix: (host) => `name images by it: "${host}/<prefix>/..."; see docs/private-registries.md`,
  },
};

function checkEndpoint(faults: Faults, field: string, address: unknown, registry: string): void {
  const url = mirrorAddress(faults, field, address, MIRROR);
  if (url === undefined) return;
  if (url.host === registry)
    faults.add(field, address, 'this is the registry itself, which nodes ask last anyway', 'name its mirror');
  else checkPath(faults, field, url);
}

/** A path replaces /v2, so that it must include it. */
function checkPath(faults: Faults, field: string, { pathname, search, hash, href, origin }: URL): void {
  const path = pathname.replace(/\/+$/, '');
  const isWhole = path === '' || (/^\/v2\/[\w.~/-]+$/.test(path) && path === pathname);
  if (isWhole && !search && !hash) return;
  const rule = 'an address has no path, or one that begins with /v2/ and ends without a slash';
  const project = path.replace(/^\/(v2(\/|$))?/, '');
  const fixed = /^[\w.~/-]+$/.test(project) ? `${origin}/v2/${project}` : origin;
  faults.add(field, href, rule, `write "${fixed}"`);
}
