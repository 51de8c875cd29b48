import { readFileSync } from 'node:fs';
import shapes from '../../../lib/fleet/props/shapes.json';
import { GLOBAL_TABLE } from '../../../lib/gitlab-runner/config/keys';
import { CHART_VALUES, shortName } from '../../../lib/import/chart-values';
import { chartSection, valuesByOption } from '../../../tools/scripts/chart-section';
import { PAGE } from '../../../tools/scripts/options';

/** Values that the templates of the chart read, without those that are read part by part. */
const READ_BY_TEMPLATES = [
  'affinity',
  'automountServiceAccountToken',
  'certsSecretName',
  'checkInterval',
  'concurrent',
  'configMaps',
  'connectionMaxAge',
  'deploymentAnnotations',
  'deploymentLabels',
  'deploymentLifecycle',
  'envVars',
  'extraContainers',
  'extraEnv',
  'extraEnvFrom',
  'extraEnvFromRefs',
  'extraObjects',
  'fullnameOverride',
  'gitlabUrl',
  'hostAliases',
  'hostname',
  'hpa.maxReplicas',
  'hpa.metrics',
  'hpa.minReplicas',
  'image.image',
  'image.registry',
  'image.tag',
  'imagePullPolicy',
  'imagePullSecrets',
  'livenessProbe.failureThreshold',
  'livenessProbe.initialDelaySeconds',
  'livenessProbe.periodSeconds',
  'livenessProbe.successThreshold',
  'livenessProbe.terminationGracePeriodSeconds',
  'logFormat',
  'logLevel',
  'metrics.enabled',
  'metrics.podMonitor.annotations',
  'metrics.podMonitor.enabled',
  'metrics.podMonitor.interval',
  'metrics.podMonitor.jobLabel',
  'metrics.podMonitor.labels',
  'metrics.podMonitor.metricRelabelings',
  'metrics.podMonitor.namespace',
  'metrics.podMonitor.path',
  'metrics.podMonitor.relabelings',
  'metrics.podMonitor.scheme',
  'metrics.podMonitor.tlsConfig',
  'metrics.port',
  'metrics.portName',
  'metrics.serviceMonitor.annotations',
  'metrics.serviceMonitor.enabled',
  'metrics.serviceMonitor.interval',
  'metrics.serviceMonitor.jobLabel',
  'metrics.serviceMonitor.labels',
  'metrics.serviceMonitor.metricRelabelings',
  'metrics.serviceMonitor.namespace',
  'metrics.serviceMonitor.path',
  'metrics.serviceMonitor.relabelings',
  'metrics.serviceMonitor.scheme',
  'metrics.serviceMonitor.tlsConfig',
  'nameOverride',
  'namespace',
  'nodeSelector',
  'podAnnotations',
  'podLabels',
  'podSecurityContext.runAsUser',
  'preEntrypointScript',
  'priorityClassName',
  'probeTimeoutSeconds',
  'rbac.clusterWideAccess',
  'rbac.create',
  'rbac.generatedServiceAccountName',
  'rbac.imagePullSecrets',
  'rbac.podSecurityPolicy.enabled',
  'rbac.podSecurityPolicy.resourceNames',
  'rbac.rules',
  'rbac.serviceAccountAnnotations',
  'rbac.serviceAccountName',
  'readinessProbe.failureThreshold',
  'readinessProbe.initialDelaySeconds',
  'readinessProbe.periodSeconds',
  'readinessProbe.successThreshold',
  'replicas',
  'resources',
  'revisionHistoryLimit',
  'runnerRegistrationToken',
  'runnerToken',
  'runners.cache.secretName',
  'runners.config',
  'runners.configPath',
  'runners.executor',
  'runners.jobNamespace',
  'runners.locked',
  'runners.maximumTimeout',
  'runners.name',
  'runners.namespace',
  'runners.protected',
  'runners.runUntagged',
  'runners.secret',
  'runners.tags',
  'runtimeClassName',
  'schedulerName',
  'secrets',
  'securityContext',
  'sentryDsn',
  'service.additionalPorts',
  'service.annotations',
  'service.clusterIP',
  'service.enabled',
  'service.externalIPs',
  'service.externalTrafficPolicy',
  'service.internalTrafficPolicy',
  'service.labels',
  'service.loadBalancerIP',
  'service.loadBalancerSourceRanges',
  'service.metrics.nodePort',
  'service.type',
  'serviceAccount.annotations',
  'serviceAccount.create',
  'serviceAccount.imagePullSecrets',
  'serviceAccount.name',
  'sessionServer.annotations',
  'sessionServer.enabled',
  'sessionServer.externalPort',
  'sessionServer.externalTrafficPolicy',
  'sessionServer.ingress.annotations',
  'sessionServer.ingress.className',
  'sessionServer.ingress.tls',
  'sessionServer.internalPort',
  'sessionServer.internalTrafficPolicy',
  'sessionServer.loadBalancerSourceRanges',
  'sessionServer.nodePort',
  'sessionServer.publicIP',
  'sessionServer.serviceType',
  'sessionServer.timeout',
  'shutdown_timeout',
  'strategy',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
  'unregisterRunners',
  'useTini',
  'volumeMounts',
  'volumes',
];

const TABLES: Readonly<Record<string, { readonly table: Readonly<Record<string, unknown>> }>> =
  shapes as never;

test('every value of the chart stands in the table, once', () => {
  const values = CHART_VALUES.map(({ value }) => value);
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
  const isThere = (name: string) =>
    values.some((value) => name === value || name.startsWith(`${value}.`) || value.startsWith(`${name}.`));
  expect(READ_BY_TEMPLATES.filter((name) => !isThere(name))).toEqual([]);
});

test('the table has no value that the chart does not read', () => {
  const isRead = (value: string) =>
    READ_BY_TEMPLATES.some((name) => name === value || name.startsWith(`${value}.`));
  // Read with the whole of what they are part of.
  const PARTS = ['sessionServer.ingress'];
  const others = CHART_VALUES.filter(({ value }) => !isRead(value) && !PARTS.includes(value));
  expect(others.map(({ value }) => value)).toEqual([]);
});

test('every option that takes the place of a value exists', () => {
  const options = [...valuesByOption().keys()];
  expect(options.length).toBeGreaterThan(40);
  const isOption = (name: string) => {
    const [group, option] = name.split('.');
    return Object.hasOwn(TABLES, group) && Object.hasOwn(TABLES[group].table, option);
  };
  expect(options.filter((option) => !isOption(option))).toEqual([]);
  for (const option of options) expect(shortName(option)).toMatch(/^[a-z][\w[\].]*$/);
});

test('every hatch exists: a key of the file, a kind that is rendered, or objects of the owner', () => {
  const kinds = readFileSync('lib/fleet/props/runner.ts', 'utf8');
  const isHatch = (hatch: string) => {
    const [first, ...rest] = hatch.split('.');
    if (first === 'patches') return kinds.includes(`| '${rest[0]}'`);
    if (first === 'config') return rest[0] === 'global' && Object.hasOwn(GLOBAL_TABLE, rest[1]);
    return hatch === 'manifests' && Object.hasOwn(TABLES.RunnerFleetProps.table, hatch);
  };
  expect(CHART_VALUES.flatMap(({ hatches = [] }) => hatches.filter((one) => !isHatch(one)))).toEqual([]);
});

test('a value that nothing takes the place of says why', () => {
  const silent = CHART_VALUES.filter(
    ({ hatches, note, options }) => options === undefined && hatches === undefined && !note,
  );
  expect(silent).toEqual([]);
});

test('the page says it in both directions: each value by its option, each option by its values', () => {
  const page = readFileSync(PAGE, 'utf8');
  for (const row of chartSection()) expect(page).toContain(row);
  expect(page).toMatch(/^\| `concurrency` \| .* Chart: `concurrent`\. \|/m);
});

test('values that docstrings name themselves stand in the table', () => {
  const values = CHART_VALUES.map(({ value }) => value);
  const named = [...readFileSync(PAGE, 'utf8').matchAll(/ Chart: ([^|]*?)\. \|/g)].flatMap(([, text]) =>
    [...text.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !values.includes(name))).toEqual([]);
});
