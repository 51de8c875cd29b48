import type { Manifest } from '../cluster/manifest';
import { manifestsOf } from '../cluster/parse';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { filledTemplate } from './chart-template';
import { CHART_RELEASE } from './chart-values';
import type { Line } from './line';
import { mergedValues, type Release } from './release';
import { imageOf } from './values-of-manager';

/**
 * Defaults of the chart's values, as far as they affect what is read.
 * @see values.yaml of the chart gitlab-runner 0.86.0
 */
export const CHART_DEFAULTS: Fields = {
  image: { registry: 'registry.gitlab.com', image: 'gitlab-org/gitlab-runner' },
  useTini: false,
  imagePullPolicy: 'IfNotPresent',
  unregisterRunners: true,
  terminationGracePeriodSeconds: 3600,
  concurrent: 10,
  shutdown_timeout: 0,
  checkInterval: 3,
  sessionServer: {
    enabled: false,
    serviceType: 'LoadBalancer',
    ingress: { enabled: false, className: '', tls: [{ secretName: 'gitlab-runner-session-server' }] },
  },
  rbac: {
    create: false,
    generatedServiceAccountName: '',
    clusterWideAccess: false,
    podSecurityPolicy: { enabled: false, resourceNames: ['gitlab-runner'] },
  },
  serviceAccount: { name: '' },
  metrics: {
    enabled: false,
    portName: 'metrics',
    port: 9252,
    serviceMonitor: { enabled: false, namespace: '' },
    podMonitor: { enabled: false, namespace: '' },
  },
  service: { enabled: false, type: 'ClusterIP' },
  runners: { configPath: '' },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: false,
    runAsNonRoot: true,
    privileged: false,
    capabilities: { drop: ['ALL'] },
  },
  podSecurityContext: { runAsUser: 100, fsGroup: 65533 },
  runtimeClassName: '',
  priorityClassName: '',
};

const DEFAULT_CONFIG = `[[runners]]
  [runners.kubernetes]
    namespace = "{{ default .Release.Namespace .Values.runners.jobNamespace }}"
    image = "alpine"
`;

/** What the chart renders for a release, as far as runners depend on it: their config, and the manager that registers with it. */
export interface ChartObjects {
  readonly manifests: readonly Manifest[];
  readonly lines: readonly Line[];
}

/** The namespace of a release without one. */
const NAMESPACE = 'default';

/** Renders what the proof reads from a release. @see templates of the chart gitlab-runner 0.86.0 */
export function chartObjects(release: Release): ChartObjects {
  const values = mergedValues(CHART_DEFAULTS, release.values);
  const namespace = textOf(values.namespace) || release.namespace || NAMESPACE;
  const runners = fieldsOf(values.runners);
  const given = textOf(runners.config) || DEFAULT_CONFIG;
  const { text, unread } = filledTemplate(given, { release: release.name, namespace, values });
  const name = release.name.includes('gitlab-runner') ? release.name : `${release.name}-gitlab-runner`;
  const metadata = {
    name,
    namespace,
    labels: { app: name, chart: `gitlab-runner-${CHART_RELEASE}`, release: release.name },
  };
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: {
        'config.toml': globalsOf(values),
        'config.template.toml': text,
        'register-the-runner': registerScript(runners),
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: values.replicas ?? 1,
        template: { metadata: { labels: metadata.labels }, spec: podOf(values, name, given, namespace) },
      },
    },
  ];
  return {
    manifests: manifestsOf(objects).manifests,
    lines: unread.map((one) => ({
      kind: 'unread',
      runner: undefined,
      from: `runners.config ${one}`,
      why: 'only Helm can evaluate it: it is read as empty, and a block as its content',
    })),
  };
}

function globalsOf(values: Fields): string {
  const rows: readonly [string, unknown][] = [
    ['shutdown_timeout', values.shutdown_timeout],
    ['concurrent', values.concurrent],
    ['check_interval', values.checkInterval],
    ['log_level', values.logLevel],
    ['log_format', values.logFormat],
    ['connection_max_age', values.connectionMaxAge],
  ];
  return rows
    .filter(([, value]) => textOf(value) !== undefined && value !== '')
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');
}

function registerScript({ name, configPath }: Fields): string {
  const flags = [
    ...(textOf(name) ? [`--name=${JSON.stringify(textOf(name))}`] : []),
    `--template-config ${textOf(configPath) || '/configmaps/config.template.toml'}`,
  ];
  return `#!/bin/sh\n/entrypoint register ${flags.join(' ')} --non-interactive\n`;
}

function podOf(values: Fields, name: string, config: string, namespace: string): Fields {
  const runners = fieldsOf(values.runners);
  const variables: readonly [string, unknown][] = [
    ['CI_SERVER_URL', values.gitlabUrl],
    ['RUNNER_EXECUTOR', textOf(runners.executor) || 'kubernetes'],
    ...(/\s*namespace\s*=/.test(config) ? [] : [['KUBERNETES_NAMESPACE', namespace] as [string, unknown]]),
    ...listOf(values.envVars).map((one): [string, unknown] => [
      String(fieldsOf(one).name),
      fieldsOf(one).value,
    ]),
    ...Object.entries(fieldsOf(values.extraEnv)),
  ];
  const { registry, image, tag } =
    typeof values.image === 'string' ? imageOf(values.image) : fieldsOf(values.image);
  return {
    terminationGracePeriodSeconds: values.terminationGracePeriodSeconds,
    containers: [
      {
        name,
        image: `${textOf(registry) ? `${textOf(registry)}/` : ''}${textOf(image)}${textOf(tag) ? `:${textOf(tag)}` : ''}`,
        command: ['/usr/bin/dumb-init', '--', '/bin/bash', '/configmaps/entrypoint'],
        env: variables
          .filter(([, value]) => value !== undefined && value !== null)
          .map(([key, value]) => ({ name: key, value: String(value) })),
        volumeMounts: [{ name: 'configmaps', mountPath: '/configmaps' }],
      },
    ],
    volumes: [{ name: 'configmaps', configMap: { name } }],
  };
}
