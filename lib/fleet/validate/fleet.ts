import { holdsPlainToken } from '../../sealed-secrets/ciphertext';
import { parseImage } from '../../values/image';
import { FLEET_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import { FLEET_NAME_MOST, PREFIX_MOST } from '../names';
import type { FleetObjectKind, RunnerFleetProps } from '../props/fleet';
import { imageRegistry } from '../resolve/runner-images';
import { checkLabels, checkName, checkOwnNamespace, checkReservedLabels } from './fields';
import { checkPatches } from './patches';
import { checkTokens } from './tokens';

const FLEET_KINDS: readonly FleetObjectKind[] = [
  'Namespace',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'EC2NodeClass',
];

/** Notes what is wrong with the fleet's own fields, and where its description holds a plain token. */
export function checkFleet(faults: Faults, fleet: RunnerFleetProps): void {
  checkName(faults, 'name', fleet.name, FLEET_NAME_MOST);
  if (fleet.name === 'constructor')
    faults.add('name', fleet.name, 'objects of JavaScript have this name', 'write "constructor-fleet"');
  checkName(faults, 'prefix', fleet.prefix ?? FLEET_DEFAULTS.prefix, PREFIX_MOST);
  checkName(faults, 'managerNamespace', fleet.managerNamespace ?? 'runners', 63);
  checkOwnNamespace(faults, 'managerNamespace', fleet.managerNamespace);
  checkClusterName(faults, fleet.clusterName ?? fleet.name);
  checkGitlabUrl(faults, fleet.gitlabUrl ?? FLEET_DEFAULTS.gitlabUrl);
  if (!parseImage(`${imageRegistry(fleet)}/gitlab-runner:v1`)) {
    const rule = 'the registry and path that hold gitlab-runner, without scheme, tag and spaces';
    faults.add('imageRegistry', fleet.imageRegistry, rule, `write it as "${FLEET_DEFAULTS.imageRegistry}"`);
  }
  checkLabels(faults, 'labels', fleet.labels);
  checkReservedLabels(faults, 'labels', fleet.labels);
  checkTokens(faults.at('tokens'), fleet.tokens);
  checkPatches(faults, fleet.patches, FLEET_KINDS);
  if (fleet.runners.length === 0) {
    faults.add(
      'runners',
      fleet.runners,
      'a fleet has at least one runner',
      "add { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' }",
    );
  }
  for (const place of plainTokens(fleet)) {
    faults.add(
      place,
      'hidden',
      'this is a plain token, and descriptions are committed: everyone who can read the project can use it',
      'revoke it in GitLab, create the runner anew and seal its token; see docs/tokens.md',
    );
  }
}

function checkClusterName(faults: Faults, name: string): void {
  if (/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(name)) return;
  faults.add(
    'clusterName',
    name,
    'EKS cluster names are 1 to 100 letters, digits, dashes and underscores',
    'write the name of the cluster, not its ARN',
  );
}

function checkGitlabUrl(faults: Faults, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    const meant = `https://${String(url).replace(/^(\w*:)?\/+/, '')}`;
    faults.add(
      'gitlabUrl',
      withoutCredentials(url),
      'the address of GitLab with its scheme',
      `write "${withoutCredentials(URL.canParse(meant) ? meant : FLEET_DEFAULTS.gitlabUrl)}"`,
    );
  } else if (parsed.username || parsed.password || parsed.search || parsed.hash) {
    faults.add(
      'gitlabUrl',
      `${parsed.protocol}//${parsed.host}...`,
      'the address holds a user, a query or a fragment',
      `write "${parsed.origin}${parsed.pathname.replace(/\/$/, '')}"`,
    );
  }
}

/** An address without what stands before its `@`: faults are printed and kept in logs. */
function withoutCredentials(url: unknown): string {
  return String(url).replace(/^(\w+:\/\/)?[^/]*@/, '$1');
}

/** Paths of the texts in a description that hold a plain token. */
function plainTokens(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return holdsPlainToken(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = holdsPlainToken(key) ? '(a key)' : key;
    const below = path === '' ? place : `${path}.${place}`;
    return [...(holdsPlainToken(key) ? [below] : []), ...plainTokens(item, below)];
  });
}
