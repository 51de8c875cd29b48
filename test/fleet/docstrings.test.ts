import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUTO_MANAGER_POOL_DEFAULTS,
  CLAIM_DEFAULTS,
  EGRESS_DEFAULTS,
  EXISTING_POOL_DEFAULTS,
  FLEET_DEFAULTS,
  GITLAB_CA_DEFAULTS,
  JOB_ACCOUNT_DEFAULTS,
  JOB_NAMESPACE_DEFAULTS,
  JOB_POOL_DEFAULTS,
  JOB_RESOURCES,
  MANAGER_POOL_DEFAULTS,
  MONITORING_DEFAULTS,
  NAMESPACE_DEFAULTS,
  ORPHAN_CLEANUP_DEFAULTS,
  POD_AFFINITY_DEFAULTS,
  RUNNER_DEFAULTS,
  SESSION_SERVER_DEFAULTS,
  SPREAD_DEFAULTS,
  TOKEN_DEFAULTS,
  VOLUME_DEFAULTS,
} from '../../lib/fleet/defaults';
import { PINNED_ALIASES } from '../../lib/karpenter/ami-family';
import { DESCRIPTIONS } from '../../tools/scripts/options';
import { resolveOne } from '../fleets';

interface Property {
  readonly name: string;
  readonly optional: boolean;
  /** Lines of the docstring, without stars. */
  readonly docstring: readonly string[];
}

const folder = join(process.cwd(), 'lib/fleet/props');
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const properties = files.flatMap((name) => readProperties(readFileSync(join(folder, name), 'utf8')));

/** The properties of the exported interfaces of a source, as `RunnerSettings.tags`. */
function readProperties(source: string): Property[] {
  const found: Property[] = [];
  let group = '';
  let docstring: string[] = [];
  for (const line of source.split('\n')) {
    group = /^export interface (\w+)/.exec(line)?.[1] ?? group;
    const property = /^ {2}readonly (\w+)(\??):/.exec(line);
    if (property) found.push({ name: `${group}.${property[1]}`, optional: property[2] === '?', docstring });
    if (line.trim().startsWith('/**')) docstring = [];
    if (/^ {2}( \*|\/\*\*)/.test(line)) docstring.push(line.replace(/^ *\/?\*+\/?|\*\/$/g, '').trim());
    else docstring = [];
  }
  return found;
}

/** The text of `@default`, on one line; undefined without one. */
function defaultOf({ docstring }: Property): string | undefined {
  const start = docstring.findIndex((line) => line.startsWith('@default'));
  if (start < 0) return undefined;
  const rest = docstring.slice(start);
  const end = rest.findIndex((line, index) => index > 0 && line.startsWith('@'));
  return (end < 0 ? rest : rest.slice(0, end)).join(' ').replace('@default', '').trim();
}

/** The literals that a default begins with; none where it is told in words, after a dash. */
function literalsOf(text: string): unknown[] {
  const [code] = text.split(/(?:^| )- /);
  const literals = code.match(/\[[^\]]*\]|'[^']*'|\b\d+\b|\btrue\b|\bfalse\b/g) ?? [];
  return literals.map((literal) => JSON.parse(literal.replaceAll("'", '"')));
}

/** What an option means when it is left out depends on where it stands: said where `build`, `limits`, ... are. */
const TOLD_ABOVE = /^(ContainerResources|ResourceRange|PoolLimits)\./;

test('the reader finds the options of every file, and the docs have all of these files', () => {
  const documented = DESCRIPTIONS.filter((file) => file.startsWith('lib/fleet/props/'));
  expect(files.map((name) => `lib/fleet/props/${name}`).sort()).toEqual([...documented].sort());
  const names = properties.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(80);
  expect(names).toEqual(
    expect.arrayContaining(['RunnerFleetProps.name', 'RunnerSettings.tags', 'PoolLimits.cpu']),
  );
  expect(new Set(names).size).toBe(names.length);
});

test.each(properties)('$name has a docstring that says what it is', ({ docstring }) => {
  expect(docstring.join(' ').trim()).toMatch(/^(?!@)\S.{10,}/);
});

test.each(properties.filter(({ optional, name }) => optional && !TOLD_ABOVE.test(name)))(
  '$name says what holds without it',
  (property) => {
    expect(defaultOf(property)).toMatch(/\S/);
  },
);

test('an option that must be given states no default', () => {
  const stated = properties.filter(
    ({ optional, docstring }) => !optional && docstring.join().includes('@default'),
  );
  expect(stated.map(({ name }) => name)).toEqual([]);
});

test('the literal defaults of the docstrings are the ones that hold', () => {
  const stated = properties
    .map((property) => [property.name, literalsOf(defaultOf(property) ?? '- ')] as const)
    .filter(([, literals]) => literals.length > 0);
  const fleet = resolveOne({
    name: 'a',
    fargate: { region: 'eu-west-1' },
    runners: [
      { name: 'a', arch: 'amd64', capacity: 'spot', cache: { bucket: 'bucket', region: 'eu-west-1' } },
      { name: 'b', arch: 'amd64', capacity: 'spot', privileged: true },
      { name: 'c', arch: 'amd64', capacity: 'spot', rootlessBuilds: true },
      { name: 'd', arch: 'amd64', capacity: 'fargate' },
    ],
  });
  const [{ kubernetes, cache }] = fleet.runners[0].managers[0].config.runners;
  const [jobs, privileged, builds] = fleet.nodePools.map(({ dedicatedTo }) =>
    dedicatedTo.replace('gitlab-', ''),
  );
  expect(Object.fromEntries(stated)).toEqual({
    'RunnerFleetProps.gitlabUrl': [FLEET_DEFAULTS.gitlabUrl],
    'RunnerFleetProps.prefix': [FLEET_DEFAULTS.prefix],
    'RunnerFleetProps.compute': [FLEET_DEFAULTS.compute],
    'RunnerFleetProps.imageRegistry': [FLEET_DEFAULTS.imageRegistry],
    'GitlabCaProps.key': [GITLAB_CA_DEFAULTS.key],
    'EgressProps.protocol': [EGRESS_DEFAULTS.protocol],
    'FargateProps.managers': [fleet.fargate?.profiles.some(({ name }) => /managers/.test(name))],
    'FargateProps.logRetentionDays': [fleet.fargate?.logRetentionDays],
    'NetworkProps.jobPorts': [FLEET_DEFAULTS.jobPorts],
    'NodePoolSettings.instanceCategories': [JOB_POOL_DEFAULTS.instanceCategories],
    'NodePoolSettings.minGeneration': [JOB_POOL_DEFAULTS.minGeneration],
    'NodePoolSettings.minCpu': [JOB_POOL_DEFAULTS.minCpu],
    'NodePoolSettings.maxCpu': [JOB_POOL_DEFAULTS.maxCpu],
    'NodePoolSettings.expireAfter': [
      JOB_POOL_DEFAULTS.expireAfter,
      MANAGER_POOL_DEFAULTS.expireAfter,
      AUTO_MANAGER_POOL_DEFAULTS.expireAfter,
    ],
    'NodePoolSettings.consolidateAfter': [
      JOB_POOL_DEFAULTS.consolidateAfter,
      MANAGER_POOL_DEFAULTS.consolidateAfter,
    ],
    'NodePoolSettings.consolidationPolicy': [JOB_POOL_DEFAULTS.consolidationPolicy],
    'NodeClassProps.detailedMonitoring': [fleet.nodeClasses[0].settings.detailedMonitoring === true],
    'BlockDeviceProps.volumeType': [fleet.nodeClasses[0].blockDevices[0].type],
    'ManagerProps.imagePullPolicy': [fleet.runners[0].imagePullPolicy],
    'NamespaceProps.existing': [NAMESPACE_DEFAULTS.existing],
    'NamespaceProps.shared': [NAMESPACE_DEFAULTS.shared],
    'ExistingPoolProps.startedBy': [EXISTING_POOL_DEFAULTS.startedBy],
    'NodePoolProps.pool': [jobs],
    'RunnerTokenProps.key': [TOKEN_DEFAULTS.key],
    'TokensProps.from': [fleet.runners[0].token.from],
    'TokensProps.storeKind': [TOKEN_DEFAULTS.storeKind],
    'TokensProps.refreshInterval': [TOKEN_DEFAULTS.refreshInterval],
    'RunnerSettings.imageFlavor': [RUNNER_DEFAULTS.imageFlavor],
    'RunnerSettings.concurrency': [RUNNER_DEFAULTS.concurrency],
    'RunnerSettings.managers': [RUNNER_DEFAULTS.managers],
    'RunnerSettings.longestJob': [RUNNER_DEFAULTS.longestJob],
    'RunnerSettings.pollTimeout': [RUNNER_DEFAULTS.pollTimeout],
    'JobNamespacesProps.limitRange': [fleet.jobNamespaces.every(({ limitRange }) => limitRange)],
    'JobNamespacesProps.resourceQuota': [fleet.jobNamespaces.every(({ quota }) => quota)],
    'JobNamespacesProps.quotaFactor': [JOB_NAMESPACE_DEFAULTS.quotaFactor],
    'OrphanCleanupProps.enabled': [fleet.orphanCleanup !== undefined],
    'OrphanCleanupProps.schedule': [fleet.orphanCleanup?.schedule],
    'OrphanCleanupProps.grace': [ORPHAN_CLEANUP_DEFAULTS.grace],
    'OrphanCleanupProps.image': [fleet.orphanCleanup?.image],
    'RunnerSettings.exactTags': [!fleet.runners[0].tags.includes('amd64')],
    'RunnerSettings.protected': [fleet.runners[0].gitlab.accessLevel === 'ref_protected'],
    'RunnerSettings.locked': [fleet.runners[0].gitlab.locked],
    'RunnerSettings.runUntagged': [fleet.runners[0].gitlab.runUntagged],
    'RunnerSettings.maxServices': [RUNNER_DEFAULTS.maxServices],
    'RunnerSettings.privileged': [kubernetes.privileged],
    'RunnerSettings.pullPolicy': [RUNNER_DEFAULTS.pullPolicy],
    'RunnerSettings.rootlessBuilds': [kubernetes.build_container_security_context !== undefined],
    'RunnerSettings.pool': [jobs, privileged, builds],
    'JobServiceAccountProps.identity': [JOB_ACCOUNT_DEFAULTS.identity],
    'JobServiceAccountProps.automountServiceAccountToken': [
      JOB_ACCOUNT_DEFAULTS.automountServiceAccountToken,
    ],
    // Its default shows by the way to the agent of EKS Pod Identity being open.
    'S3CacheProps.identity': [fleet.managerNamespace.podIdentity ? 'pod-identity' : 'irsa'],
    'S3CacheProps.insecure': [cache?.s3?.Insecure === true],
    'S3CacheProps.shared': [cache?.Shared],
    'ManagerProps.metricsPort': [fleet.runners[0].metricsPort],
    'MonitoringProps.interval': [MONITORING_DEFAULTS.interval],
    'MonitoringProps.kubeStateMetrics': [MONITORING_DEFAULTS.kubeStateMetrics],
    'MonitoringProps.queueTime': [MONITORING_DEFAULTS.queueTime],
    'MonitoringProps.dashboard': [MONITORING_DEFAULTS.dashboard],
    'JobPodAffinityProps.topologyKey': [POD_AFFINITY_DEFAULTS.topologyKey],
    'JobPodAffinityProps.weight': [POD_AFFINITY_DEFAULTS.weight],
    'TopologySpreadProps.maxSkew': [SPREAD_DEFAULTS.maxSkew],
    'TopologySpreadProps.whenUnsatisfiable': [SPREAD_DEFAULTS.whenUnsatisfiable],
    'TopologySpreadProps.among': [SPREAD_DEFAULTS.among],
    'SessionServerProps.port': [SESSION_SERVER_DEFAULTS.port],
    'SessionServerProps.timeout': [SESSION_SERVER_DEFAULTS.timeout],
    'SessionServerProps.serviceType': [SESSION_SERVER_DEFAULTS.serviceType],
    'JobVolumeProps.readOnly': [VOLUME_DEFAULTS.readOnly],
    'VolumeClaimProps.perSlot': [CLAIM_DEFAULTS.perSlot],
  });
});

test('defaults that are told in words name the values that hold', () => {
  const told = (name: string) =>
    defaultOf(properties.find((property) => property.name === name) as Property) ?? '';
  for (const container of ['build', 'helper', 'service'] as const) {
    const quantities = Object.values(JOB_RESOURCES[container]).flatMap((range) => Object.values(range));
    const words = told(`RunnerSettings.${container}`).split(/[ ,()]+/);
    expect(words).toEqual(expect.arrayContaining(quantities));
    const named = words.filter((word) => /^\d/.test(word));
    expect(new Set(named)).toEqual(new Set(quantities));
  }
  for (const size of [
    'NodeClassProps.rootVolume',
    'RootVolumeProps.size',
    'AutoModeClassProps.ephemeralStorage',
    'EphemeralStorageProps.size',
  ]) {
    expect(told(size).match(/\d+Gi/g)).toEqual([
      JOB_POOL_DEFAULTS.rootVolumeSize,
      MANAGER_POOL_DEFAULTS.rootVolumeSize,
    ]);
  }
});

test('amiAlias names the form of every family that may be pinned', () => {
  const [option] = properties.filter(({ name }) => name === 'NodeClassProps.amiAlias');
  for (const form of PINNED_ALIASES) expect(option.docstring.join(' ')).toContain(`\`${form}\``);
});
