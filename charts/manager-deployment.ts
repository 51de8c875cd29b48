import * as k8s from '../imports/k8s';
import {
  DEDICATED_KEY,
  EXISTING_SECRET_ANNOTATION,
  GITLAB_ID_ANNOTATION,
  LOCKED_ANNOTATION,
  PROTECTED_ANNOTATION,
  RUNNER_KEY,
  TAGS_ANNOTATION,
  TIMEOUT_ANNOTATION,
  UNTAGGED_ANNOTATION,
  WAITING_ANNOTATION,
} from '../lib/contract';
import { GITLAB_CA, MANAGER_CONTAINER, MANAGER_FOLDERS, TOKEN_VARIABLE } from '../lib/fleet/names';
import type {
  ManagerPlace,
  ResolvedFleet,
  ResolvedManager,
  ResolvedRunner,
  ResolvedVariable,
  ResolvedVolume,
} from '../lib/fleet/resolved-fleet';
import { managerConfigName } from './manager-config';
import { objectLabels } from './object-metadata';
import { SESSION_PORT } from './session-server';

const { config: CONFIG_PATH, home: HOME_PATH, tmp: TMP_PATH } = MANAGER_FOLDERS;
/** Above the range that images give to users of their own, as scanners ask for. */
const USER_ID = 10001;

/** One manager: a Deployment of one replica, since a system id is one process; none while its token or a pull secret is not sealed. */
export function deploymentManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  manager: ResolvedManager,
): unknown {
  const selector = { 'app.kubernetes.io/name': 'gitlab-runner', 'app.kubernetes.io/instance': manager.name };
  const labels = { ...objectLabels(fleet, 'manager', manager.name), [RUNNER_KEY]: runner.name };
  const { token } = runner;
  const waiting: Record<string, string> =
    runner.waitsFor === undefined ? {} : { [WAITING_ANNOTATION]: runner.waitsFor };
  const existing: Record<string, string> =
    token.from === 'existing-secret' ? { [EXISTING_SECRET_ANNOTATION]: token.secretName } : {};
  return k8s.KubeDeployment.manifest({
    metadata: {
      name: manager.name,
      namespace: runner.managerNamespace,
      labels,
      annotations: {
        ...waiting,
        ...existing,
        [TAGS_ANNOTATION]: runner.tags.join(','),
        [TIMEOUT_ANNOTATION]: `${runner.gitlab.maximumTimeoutSeconds}`,
        ...registrationAnnotations(runner),
      },
    },
    spec: {
      replicas: runner.waitsFor === undefined ? 1 : 0,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      // The successor takes jobs before the old manager stops taking them.
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxSurge: k8s.IntOrString.fromNumber(1),
          maxUnavailable: k8s.IntOrString.fromNumber(0),
        },
      },
      template: {
        metadata: { labels: { ...labels, ...runner.podLabels }, annotations: annotationsOf(runner) },
        spec: podSpec(runner, manager),
      },
    },
  });
}

/** What the description says of the runner in GitLab, where reviewers see it change. */
function registrationAnnotations({ gitlab }: ResolvedRunner): Record<string, string> {
  const all = {
    protected: [PROTECTED_ANNOTATION, gitlab.accessLevel === 'ref_protected'],
    locked: [LOCKED_ANNOTATION, gitlab.locked],
    runUntagged: [UNTAGGED_ANNOTATION, gitlab.runUntagged],
  } as const;
  return {
    ...(gitlab.id !== undefined && { [GITLAB_ID_ANNOTATION]: `${gitlab.id}` }),
    ...Object.fromEntries(gitlab.said.map((key) => [all[key][0], `${all[key][1]}`])),
  };
}

function annotationsOf({ podAnnotations }: ResolvedRunner): Readonly<Record<string, string>> | undefined {
  return Object.keys(podAnnotations).length > 0 ? podAnnotations : undefined;
}

function podSpec(runner: ResolvedRunner, manager: ResolvedManager): k8s.PodSpec {
  return {
    serviceAccountName: runner.serviceAccount,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    nodeSelector: { ...runner.nodeSelector },
    tolerations: tolerationsOf(runner),
    priorityClassName: runner.priorityClassName,
    topologySpreadConstraints: spreadOf(runner),
    terminationGracePeriodSeconds: runner.drainSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      fsGroup: USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    imagePullSecrets: runner.imagePullSecrets?.map((name) => ({ name })),
    containers: [container(runner)],
    volumes: [
      { name: 'config', configMap: { name: managerConfigName(manager) } },
      { name: 'home', emptyDir: { sizeLimit: k8s.Quantity.fromString('16Mi') } },
      { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString(runner.resources.tmpSize) } },
      ...certificateVolume(runner),
      ...runner.volumes.map(volumeOf),
    ],
  };
}

/** The certificates of GitLab's own CA. A change of them reaches a running manager, which looks at the file at each request. */
function certificateVolume({ certificates }: ResolvedRunner): k8s.Volume[] {
  if (certificates === undefined) return [];
  const { kind, name, key } = certificates;
  const items = [{ key, path: GITLAB_CA.file }];
  return [
    kind === 'Secret'
      ? { name: GITLAB_CA.name, secret: { secretName: name, items } }
      : { name: GITLAB_CA.name, configMap: { name, items } },
  ];
}

function volumeOf({ name, source }: ResolvedVolume): k8s.Volume {
  if (source.kind === 'empty') {
    const sizeLimit = k8s.Quantity.fromString(source.sizeLimit);
    return { name, emptyDir: { medium: source.medium, sizeLimit } };
  }
  const items = source.items && [...source.items];
  return source.kind === 'Secret'
    ? { name, secret: { secretName: source.name, items } }
    : { name, configMap: { name: source.name, items } };
}

/** What pods that run beside managers tolerate. */
export function tolerationsOf({
  dedicatedTo,
  tolerations,
}: Pick<ManagerPlace, 'dedicatedTo' | 'tolerations'>): k8s.Toleration[] | undefined {
  if (dedicatedTo !== undefined)
    return [{ key: DEDICATED_KEY, operator: 'Equal', value: dedicatedTo, effect: 'NoSchedule' }];
  return tolerations?.map(({ key, value, effect }) => ({
    key,
    operator: value === undefined ? 'Exists' : 'Equal',
    value,
    effect,
  }));
}

function spreadOf({ topologySpread }: ResolvedRunner): k8s.TopologySpreadConstraint[] | undefined {
  if (topologySpread.length === 0) return undefined;
  return topologySpread.map(({ matchLabels, maxSkew, minDomains, topologyKey, whenUnsatisfiable }) => ({
    maxSkew,
    minDomains,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: { matchLabels: { ...matchLabels } },
  }));
}

function container(runner: ResolvedRunner): k8s.Container {
  const { certificates, resources, sessionServer, token } = runner;
  const quantity = k8s.Quantity.fromString;
  return {
    name: MANAGER_CONTAINER,
    image: runner.image,
    imagePullPolicy: runner.imagePullPolicy,
    // SIGTERM, which stops at once and fails the jobs, becomes SIGQUIT, which waits for them.
    command: ['dumb-init', '--rewrite', '15:3', '--'],
    args: [
      'gitlab-runner',
      'run',
      '--config',
      `${CONFIG_PATH}/config.toml`,
      '--working-directory',
      HOME_PATH,
    ],
    env: [
      { name: TOKEN_VARIABLE, valueFrom: { secretKeyRef: { name: token.secretName, key: token.key } } },
      { name: 'HOME', value: HOME_PATH },
      ...(runner.environment ?? []).map(variableOf),
    ],
    ports: [
      { name: 'metrics', containerPort: runner.metricsPort, protocol: 'TCP' },
      ...(sessionServer ? [{ name: SESSION_PORT, containerPort: sessionServer.port, protocol: 'TCP' }] : []),
    ],
    // Probes ask this pod alone: when GitLab is down, a manager must not be restarted with its jobs.
    startupProbe: { ...httpGet('/metrics'), periodSeconds: 5, failureThreshold: 24 },
    livenessProbe: { ...httpGet('/metrics'), periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 5 },
    readinessProbe: {
      ...httpGet(runner.readinessPath),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    resources: {
      requests: {
        cpu: quantity(resources.cpuRequest),
        memory: quantity(resources.memory),
        'ephemeral-storage': quantity(resources.ephemeralStorage),
      },
      limits: {
        memory: quantity(resources.memory),
        'ephemeral-storage': quantity(resources.ephemeralStorage),
      },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_PATH, readOnly: true },
      { name: 'home', mountPath: HOME_PATH },
      { name: 'tmp', mountPath: TMP_PATH },
      ...(certificates ? [{ name: GITLAB_CA.name, mountPath: GITLAB_CA.folder, readOnly: true }] : []),
      ...runner.volumes.map(({ name, mountPath, source }) => ({
        name,
        mountPath,
        ...(source.kind !== 'empty' && { readOnly: true }),
      })),
    ],
  };
}

function variableOf(variable: ResolvedVariable): k8s.EnvVar {
  const { name } = variable;
  if ('value' in variable) return { name, value: variable.value };
  return { name, valueFrom: { secretKeyRef: { name: variable.secret, key: variable.key } } };
}

function httpGet(path: string): Pick<k8s.Probe, 'httpGet'> {
  return { httpGet: { path, port: k8s.IntOrString.fromString('metrics') } };
}
