/** The release of the chart whose values these are. */
export const CHART_RELEASE = '0.86.0';

/** A value of the Helm chart of GitLab Runner, and what replaces it here. */
export interface ChartValue {
  /** Its path, which covers every value below it. */
  readonly value: string;
  /** Options, each by its interface: `RunnerSettings.concurrency`. */
  readonly options?: readonly string[];
  /** Keys of `config`, kinds of `patches`, or `manifests`. */
  readonly hatches?: readonly string[];
  /** Why nothing replaces it, or what differs. */
  readonly note?: string;
  /** Whether a manager or a job may miss what it did. */
  readonly isMissed?: true;
}

const to = (value: string, options: string, note?: string): ChartValue => ({
  value,
  options: options.split(' '),
  note,
});
const by = (value: string, hatches: string, note?: string): ChartValue => ({
  value,
  hatches: hatches.split(' '),
  note,
});
const none = (value: string, note: string): ChartValue => ({ value, note });
const missed = (value: string, note: string): ChartValue => ({ value, note, isMissed: true });

const PATCH = 'patches.Deployment';
const MONITORING = 'MonitoringProps.labels MonitoringProps.interval MonitoringProps.prometheusNamespace';
const MONITORED =
  'see [metrics and alerts](monitoring.md); for other values write a monitor of your own for port `metrics`';
const NO_SERVICE = 'metrics need no Service: a PodMonitor finds the pods';
const GENERATED = 'names of objects follow from those of fleet and runner';
const SERVER = 'registration tokens are deprecated in GitLab: see [tokens](tokens.md)';

/** All values, in the order in which the chart has them. */
export const CHART_VALUES: readonly ChartValue[] = [
  to('namespace', 'RunnerFleetProps.managerNamespace'),
  none('nameOverride', GENERATED),
  none('fullnameOverride', GENERATED),
  to('image.registry', 'RunnerFleetProps.imageRegistry'),
  to('image.image', 'RunnerFleetProps.imageRegistry ManagerProps.image'),
  to('image.tag', 'RunnerSettings.runnerVersion RunnerSettings.imageFlavor RunnerSettings.imageDigests'),
  none('useTini', '`dumb-init` makes SIGTERM a graceful stop; with `tini` every roll-out fails jobs'),
  to('imagePullPolicy', 'ManagerProps.imagePullPolicy'),
  to(
    'imagePullSecrets',
    'ManagerProps.imagePullSecrets RunnerFleetProps.sealedPullSecrets',
    'see [private registries](private-registries.md)',
  ),
  by('probeTimeoutSeconds', PATCH),
  by('livenessProbe', PATCH, 'asks the manager alone, so that an outage of GitLab restarts none'),
  by('readinessProbe', PATCH),
  to('replicas', 'RunnerSettings.managers', 'each is a Deployment with its own system ID'),
  by('revisionHistoryLimit', PATCH, '3'),
  to('gitlabUrl', 'RunnerFleetProps.gitlabUrl'),
  to('runnerToken', 'RunnerFleetProps.tokens', 'never plain: see [tokens](tokens.md)'),
  none('runnerRegistrationToken', SERVER),
  none('unregisterRunners', 'the system ID is fixed: a restart leaves no stale manager in GitLab'),
  to('terminationGracePeriodSeconds', 'RunnerSettings.longestJob RunnerSettings.drain'),
  to('certsSecretName', 'RunnerFleetProps.gitlabCa', 'see [internal CA](internal-ca.md)'),
  to('concurrent', 'RunnerSettings.concurrency'),
  by('shutdown_timeout', 'config.global.shutdown_timeout'),
  by('checkInterval', 'config.global.check_interval'),
  by('logLevel', 'config.global.log_level'),
  by('logFormat', 'config.global.log_format', '`json`'),
  by('sentryDsn', 'config.global.sentry_dsn', 'it is committed in plain text'),
  by('connectionMaxAge', 'config.global.connection_max_age'),
  missed(
    'preEntrypointScript',
    'the image starts as it is; an init container by `patches.Deployment` prepares files',
  ),
  to('sessionServer.enabled', 'RunnerSettings.sessionServer', 'see [web terminals](web-terminals.md)'),
  to('sessionServer.annotations', 'SessionServerProps.serviceAnnotations'),
  to('sessionServer.timeout', 'SessionServerProps.timeout'),
  to('sessionServer.internalPort', 'SessionServerProps.port'),
  to('sessionServer.externalPort', 'SessionServerProps.advertiseAddress'),
  to('sessionServer.publicIP', 'SessionServerProps.advertiseAddress'),
  by('sessionServer.nodePort', 'patches.Service'),
  to(
    'sessionServer.loadBalancerSourceRanges',
    'SessionServerProps.fromCidrs',
    'the network policy has them too',
  ),
  to('sessionServer.serviceType', 'SessionServerProps.serviceType'),
  by('sessionServer.externalTrafficPolicy', 'patches.Service'),
  by('sessionServer.internalTrafficPolicy', 'patches.Service'),
  by(
    'sessionServer.ingress',
    'manifests',
    'GitLab accepts the certificate of the manager alone: TLS must pass through',
  ),
  none(
    'rbac.create',
    'always, with the rights of any feature of the executor, in the namespace of jobs alone',
  ),
  none('rbac.generatedServiceAccountName', GENERATED),
  missed('rbac.rules', 'always the rights of any feature of the executor; others by `manifests`'),
  missed('rbac.clusterWideAccess', 'refused: managers have rights in the namespace of their jobs alone'),
  to('rbac.serviceAccountName', 'RunnerFleetProps.managerServiceAccount'),
  to(
    'rbac.serviceAccountAnnotations',
    'S3CacheProps.identity S3CacheProps.roleArn',
    'others by `patches.ServiceAccount`',
  ),
  none('rbac.podSecurityPolicy', 'gone from Kubernetes; namespaces enforce a Pod Security level'),
  to('rbac.imagePullSecrets', 'ManagerProps.imagePullSecrets'),
  none('serviceAccount.create', 'always: managers have accounts of their own'),
  to('serviceAccount.name', 'RunnerFleetProps.managerServiceAccount'),
  to(
    'serviceAccount.annotations',
    'S3CacheProps.identity S3CacheProps.roleArn',
    'others by `patches.ServiceAccount`',
  ),
  to(
    'serviceAccount.imagePullSecrets',
    'ManagerProps.imagePullSecrets',
    'see [private registries](private-registries.md)',
  ),
  to('metrics.enabled', 'NetworkProps.metricsFrom NetworkProps.metricsFromLabels', 'always on'),
  none('metrics.portName', 'always `metrics`'),
  to('metrics.port', 'ManagerProps.metricsPort'),
  to('metrics.serviceMonitor', MONITORING, `${MONITORED}; ${NO_SERVICE}`),
  to('metrics.podMonitor', MONITORING, MONITORED),
  missed('service', NO_SERVICE),
  to('runners.jobNamespace', 'RunnerSettings.jobNamespace'),
  to('runners.namespace', 'RunnerSettings.jobNamespace'),
  to(
    'runners.config',
    'RunnerSettings.config',
    'most keys have options: see [the table of keys](helm.md#keys-of-runnersconfig)',
  ),
  missed('runners.configPath', 'the whole config.toml is rendered, and proved'),
  none('runners.executor', 'always `kubernetes`'),
  to('runners.name', 'RunnerProps.name RunnerFleetProps.name', '`<fleet>-<name>`'),
  to(
    'runners.secret',
    'RunnerTokenProps.secret RunnerTokenProps.key',
    "with `tokens: { from: 'existing-secret' }`",
  ),
  to(
    'runners.tags',
    'RunnerSettings.tags RunnerSettings.exactTags',
    'set in GitLab: `tokens howto` prints them',
  ),
  to('runners.locked', 'RunnerSettings.locked', 'set in GitLab'),
  to('runners.protected', 'RunnerSettings.protected', 'set in GitLab'),
  to('runners.runUntagged', 'RunnerSettings.runUntagged', 'set in GitLab'),
  to('runners.maximumTimeout', 'RunnerSettings.longestJob', 'set in GitLab'),
  to(
    'runners.cache.secretName',
    'S3CacheProps.credentialsSecret ManagerProps.volumes',
    'the second for a key file of GCS; see [caches](caches.md)',
  ),
  by('schedulerName', PATCH),
  by('securityContext', PATCH, 'hardened: no capability, a read-only root'),
  by('strategy', PATCH, 'a successor starts before its predecessor stops'),
  by('podSecurityContext', PATCH, 'hardened: user 10001, seccomp'),
  by('resources', PATCH, 'sized by `concurrency`'),
  by('affinity', PATCH, 'for jobs: `job.podAffinity`'),
  to('topologySpreadConstraints', 'ManagerProps.topologySpread'),
  by('runtimeClassName', PATCH),
  to('nodeSelector', 'RunnerFleetProps.managerNodes RunnerFleetProps.managerNodePool'),
  to('tolerations', 'ManagerNodesProps.tolerations'),
  to('envVars', 'ManagerProps.env RunnerFleetProps.proxy'),
  to('extraEnv', 'ManagerProps.env'),
  by('extraEnvFrom', PATCH, 'for keys of a cache: `cache.credentialsSecret`'),
  by('extraEnvFromRefs', PATCH),
  by('hostAliases', PATCH, 'for jobs: `job.hostAliases`'),
  by('deploymentAnnotations', PATCH),
  to('deploymentLabels', 'RunnerFleetProps.labels', 'of all objects'),
  by('deploymentLifecycle', PATCH, 'not needed to wait for jobs'),
  by('hostname', PATCH),
  to('podAnnotations', 'ManagerProps.podAnnotations'),
  to('podLabels', 'ManagerProps.podLabels'),
  missed(
    'hpa',
    'a manager that is scaled down fails its jobs: `managers` and `concurrency` say how many jobs run',
  ),
  to('priorityClassName', 'ManagerProps.priorityClassName'),
  to('secrets', 'ManagerProps.volumes'),
  none('automountServiceAccountToken', 'always: managers make the pods of jobs'),
  by('configMaps', 'manifests', 'mounted with `manager.volumes`'),
  to('volumeMounts', 'ManagerProps.volumes', 'other kinds by `patches.Deployment`'),
  to('volumes', 'ManagerProps.volumes', 'other kinds by `patches.Deployment`'),
  to('extraObjects', 'RunnerFleetProps.manifests', 'rendered, proved and reviewed with the fleet'),
  by('extraContainers', PATCH),
];

/** What an option is called in a description, from its runner or its fleet on. */
const PLACES: Readonly<Record<string, string>> = {
  RunnerFleetProps: '',
  RunnerProps: 'runners[].',
  RunnerSettings: 'runners[].',
  RunnerTokenProps: 'runners[].token.',
  ManagerProps: 'runners[].manager.',
  S3CacheProps: 'runners[].cache.',
  SessionServerProps: 'runners[].sessionServer.',
  ManagerNodesProps: 'managerNodes.',
  NetworkProps: 'network.',
  MonitoringProps: 'monitoring.',
};

/** @throws Error for an interface that `PLACES` lacks */
export function shortName(option: string): string {
  const [group, name] = option.split('.');
  if (!Object.hasOwn(PLACES, group)) throw new Error(`PLACES lacks ${group}`);
  return `${PLACES[group]}${name}`;
}

/** The row of a value, by its way from the top; undefined for one that the chart does not read. */
export function chartValueAt(path: readonly string[]): ChartValue | undefined {
  const way = path.join('.');
  return CHART_VALUES.find(({ value }) => way === value || way.startsWith(`${value}.`));
}

/** Whether the chart reads a value, or values below it. */
export function isChartValue(path: readonly string[]): boolean {
  const way = path.join('.');
  return chartValueAt(path) !== undefined || CHART_VALUES.some(({ value }) => value.startsWith(`${way}.`));
}
