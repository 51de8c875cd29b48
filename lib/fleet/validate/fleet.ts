import { holdsPlainToken } from '../../sealed-secrets/ciphertext';
import { type FieldPath, formatPath } from '../../values/field-path';
import { httpAddress } from '../../values/http-address';
import { parseImage } from '../../values/image';
import { FLEET_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import { classKind, FLEET_NAME_MOST, MANAGERS_BUDGET, ORPHAN_CLEANUP, PREFIX_MOST } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { FleetObjectKind } from '../props/fleet';
import { validateCompute } from './auto-mode';
import { validateClaimsTogether } from './claims-together';
import { validateExistingNodes } from './existing-nodes';
import { validateFargate } from './fargate';
import { checkLabels, checkName, checkOwnNamespace, checkReservedLabels } from './fields';
import { validateGitlabCa } from './gitlab-ca';
import { validateMonitoring } from './monitoring';
import { validateNamespaces } from './namespaces';
import { validateNetwork } from './network';
import { validateNodeClasses } from './node-class';
import { validateNodePools } from './node-pools';
import { validateOrphanCleanup } from './orphan-cleanup';
import { checkPatches } from './patches';
import { validateProxy } from './proxy';
import { validatePullSecrets } from './pull-secrets';
import { validateRunner } from './runner';
import { validateRunnersTogether } from './runners-together';
import { validateSessionsTogether } from './session-server';
import { validateTokens } from './tokens';
import { validateTokensTogether } from './tokens-together';

/** The objects of a fleet as a whole that patches may name. */
function patchableOf(fleet: NormalFleet): Readonly<Record<FleetObjectKind, readonly string[]>> {
  const { compute, jobNamespaces, managerNamespace, managerServiceAccount, nodeClasses, runners } = fleet;
  const ofJobs = [...new Set(runners.map(({ jobNamespace }) => jobNamespace))];
  const namespaces = [...new Set([managerNamespace, ...ofJobs])];
  const isSaid = (name: string, what: 'existing' | 'shared') =>
    fleet.namespaces.some((one) => one.name === name && one[what]);
  const bounded = ofJobs.filter((name) => !isSaid(name, 'shared'));
  return {
    Namespace: namespaces.filter((name) => !isSaid(name, 'existing')),
    NetworkPolicy: namespaces,
    LimitRange: jobNamespaces.limitRange ? bounded : [],
    ResourceQuota: jobNamespaces.resourceQuota ? bounded : [],
    PodDisruptionBudget: [MANAGERS_BUDGET],
    CronJob: fleet.orphanCleanup ? [ORPHAN_CLEANUP] : [],
    EC2NodeClass: [],
    NodeClass: [],
    [classKind(compute)]: nodeClasses.map(({ name }) => name),
    ServiceAccount: [
      ...(managerServiceAccount === undefined ? [] : [managerServiceAccount]),
      ...runners.flatMap(({ jobServiceAccount }) => jobServiceAccount?.name ?? []),
    ],
  };
}

/** Reports everything that is wrong with a fleet before anything is decided: the fleet, its runners, their nodes. */
export function validateFleet(faults: Faults, fleet: NormalFleet): void {
  checkNames(faults, fleet);
  validateCompute(faults, fleet);
  checkGitlabUrl(faults, fleet.gitlabUrl);
  validateGitlabCa(faults, fleet);
  checkImageRegistry(faults, fleet.imageRegistry);
  checkLabels(faults, 'labels', fleet.labels);
  checkReservedLabels(faults, 'labels', fleet.labels);
  validateTokens(faults.at('tokens'), fleet.said.tokens, fleet.tokensFrom);
  checkPatches(faults, fleet.patches, patchableOf(fleet));
  checkSharedAccount(faults, fleet);
  checkExisting(faults, fleet.existing);
  checkHasRunners(faults, fleet);
  checkPlainTokens(faults, fleet);
  validateRunnersTogether(faults, fleet);
  validateFargate(faults, fleet);
  for (const runner of fleet.runners) validateRunner(faults.at(`runner ${runner.name}`), runner, fleet);
  validateClaimsTogether(faults, fleet);
  validateSessionsTogether(faults, fleet);
  validateTokensTogether(faults, fleet);
  validatePullSecrets(faults, fleet);
  validateNodeClasses(faults, fleet);
  validateNodePools(faults, fleet);
  validateProxy(faults, fleet);
  validateNetwork(faults.at('network'), fleet);
  validateMonitoring(faults.at('monitoring'), fleet);
  validateExistingNodes(faults, fleet);
  validateNamespaces(faults, fleet);
  validateOrphanCleanup(faults, fleet);
  checkJobNamespaces(faults.at('jobNamespaces'), fleet);
}

function checkJobNamespaces(faults: Faults, { jobNamespaces: { quotaFactor } }: NormalFleet): void {
  if (typeof quotaFactor === 'number' && quotaFactor >= 1 && quotaFactor <= 10) return;
  const rule = 'a number from 1 to 10: below 1 the quota refuses jobs that runners may start';
  faults.add('quotaFactor', quotaFactor, rule, 'write 2, or leave it out');
}

function checkNames(faults: Faults, fleet: NormalFleet): void {
  checkName(faults, 'name', fleet.name, FLEET_NAME_MOST);
  if (fleet.name === 'constructor')
    faults.add('name', fleet.name, 'objects of JavaScript have this name', 'write "constructor-fleet"');
  checkName(faults, 'prefix', fleet.prefix, PREFIX_MOST);
  const { managerNamespace } = fleet.said;
  if (managerNamespace !== undefined) checkName(faults, 'managerNamespace', managerNamespace, 63);
  checkOwnNamespace(faults, 'managerNamespace', managerNamespace);
  if (/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(fleet.clusterName)) return;
  faults.add(
    'clusterName',
    fleet.clusterName,
    'EKS cluster names are 1 to 100 letters, digits, dashes and underscores',
    'write the name of the cluster, not its ARN',
  );
}

function checkSharedAccount(faults: Faults, { managerServiceAccount: name, runners }: NormalFleet): void {
  if (name === undefined) return;
  checkName(faults, 'managerServiceAccount', name, 63);
  if (name === 'default') {
    const rule = 'every namespace has this account, and pods that name none run as it';
    faults.add('managerServiceAccount', name, rule, 'write "runner-managers"');
  }
  const roles = runners.flatMap(({ cache }) => (cache?.identity === 'irsa' ? [cache.roleArn] : []));
  if (new Set(roles).size < 2) return;
  const rule = `one account has one role, and caches of runners name ${[...new Set(roles)].join(', ')}`;
  faults.add('managerServiceAccount', name, rule, 'name one role for all of them, or leave the option out');
}

function checkExisting(faults: Faults, existing: readonly string[]): void {
  for (const [index, one] of existing.entries()) {
    if (/^[A-Z][A-Za-z]*(\/[^\s/,]+){1,2}$/.test(one)) continue;
    const rule = 'objects are <Kind>/<name> or <Kind>/<namespace>/<name>';
    faults.add(`existing[${index}]`, one, rule, 'write it as "ServiceAccount/gitlab-jobs/deployer"');
  }
}

function checkImageRegistry(faults: Faults, registry: unknown): void {
  const path = typeof registry === 'string' ? registry.replace(/\/+$/, '') : '';
  if (parseImage(`${path}/gitlab-runner:v1`)) return;
  const rule = 'the registry and path that hold gitlab-runner, without scheme, tag and spaces';
  faults.add('imageRegistry', registry, rule, `write it as "${FLEET_DEFAULTS.imageRegistry}"`);
}

function checkHasRunners(faults: Faults, { runners }: NormalFleet): void {
  if (runners.length > 0) return;
  faults.add(
    'runners',
    runners,
    'a fleet has at least one runner',
    "add { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' }",
  );
}

function checkGitlabUrl(faults: Faults, url: string): void {
  const parsed = httpAddress(url);
  if (!parsed) {
    const meant = `https://${String(url).replace(/^(\w*:)?\/+/, '')}`;
    faults.add(
      'gitlabUrl',
      withoutCredentials(url),
      'the address of GitLab with its scheme and a host',
      `write "${withoutCredentials(httpAddress(meant) ? meant : FLEET_DEFAULTS.gitlabUrl)}", or the address of yours`,
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

function checkPlainTokens(faults: Faults, { said }: NormalFleet): void {
  const { runners, ...rest } = said;
  const places = [
    ...runners.map((runner, index) => [runnerPlace(runner.name, index), runner] as const),
    ...Object.entries(rest).map(([key, value]) => ['', { [key]: value }] as const),
  ];
  const found = places.flatMap(([place, value]) => plainTokens(value).map((path) => [place, path] as const));
  for (const [place, path] of found) {
    const around = place === '' ? faults : faults.at(place);
    around.add(
      path,
      'hidden',
      'this is a plain token, and descriptions are committed: everyone who can read the project can use it',
      'revoke it in GitLab, create a new runner and seal its token; see docs/tokens.md',
    );
  }
}

/** What other faults call a runner; its number where the name is the token. */
function runnerPlace(name: unknown, index: number): string {
  return typeof name === 'string' && !holdsPlainToken(name) ? `runner ${name}` : `runners[${index}]`;
}

/** Paths of the texts in a description that hold a plain token. */
function plainTokens(value: unknown, path: FieldPath = []): string[] {
  if (typeof value === 'string') return holdsPlainToken(value) ? [formatPath(path)] : [];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => {
    const isToken = holdsPlainToken(key);
    const below = [...path, isToken ? '(a key)' : isList ? Number(key) : key];
    return [...(isToken ? [formatPath(below)] : []), ...plainTokens(item, below)];
  });
}
