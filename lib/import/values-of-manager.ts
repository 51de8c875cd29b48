import type { ObservedRunner } from '../cluster/observe';
import { looseImage } from '../values/image';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { isSaid } from './draft';

/** Variables that the chart itself sets. */
const OF_CHART = new Set([
  'CI_SERVER_URL',
  'RUNNER_EXECUTOR',
  'REGISTER_LOCKED',
  'KUBERNETES_NAMESPACE',
  'SESSION_SERVER_ADDRESS',
]);
/** Volumes that the chart itself mounts. */
const VOLUMES = new Set([
  'runner-secrets',
  'etc-gitlab-runner',
  'projected-secrets',
  'configmaps',
  'scripts',
  'custom-certs',
  'init-runner-secrets',
]);
const LABELS = new Set(['app', 'chart', 'release', 'heritage', 'pod-template-hash']);

/** A manager's workload as the values that the chart would render it from. */
export function valuesOfManager({ manager, managerPod, replicas }: ObservedRunner): Fields {
  if (manager === undefined) return {};
  const containers = listOf(managerPod.containers).map(fieldsOf);
  const container =
    containers.find(({ image }) => (textOf(image) ?? '').includes('runner')) ?? containers[0] ?? {};
  const template = fieldsOf(at(manager.body, ['spec', 'template', 'metadata']));
  const env = listOf(container.env).map(fieldsOf);
  const tags = textOf(env.find(({ name }) => name === 'RUNNER_TAG_LIST')?.value);
  const volumes = listOf(managerPod.volumes).map(fieldsOf);
  const own = new Set([
    ...VOLUMES,
    ...listOf(container.volumeMounts)
      .map(fieldsOf)
      .filter(isOfChart)
      .map(({ name }) => String(name)),
  ]);
  const certs = volumes.find(({ name }) => name === 'custom-certs');
  return withoutEmpty({
    image: imageOf(textOf(container.image) ?? ''),
    replicas,
    imagePullPolicy: container.imagePullPolicy,
    imagePullSecrets: managerPod.imagePullSecrets,
    terminationGracePeriodSeconds: managerPod.terminationGracePeriodSeconds,
    priorityClassName: managerPod.priorityClassName,
    nodeSelector: managerPod.nodeSelector,
    tolerations: listOf(managerPod.tolerations),
    affinity: managerPod.affinity,
    topologySpreadConstraints: managerPod.topologySpreadConstraints,
    runtimeClassName: managerPod.runtimeClassName,
    hostAliases: managerPod.hostAliases,
    resources: container.resources,
    securityContext: container.securityContext,
    podSecurityContext: managerPod.securityContext,
    podAnnotations: chosen(
      template.annotations,
      (key) => !/^checksum\/|^prometheus\.io\/|^kubectl\./.test(key),
    ),
    podLabels: chosen(template.labels, (key) => !LABELS.has(key)),
    envVars: env.filter(
      ({ name, value, valueFrom }) =>
        !OF_CHART.has(String(name)) &&
        name !== 'RUNNER_TAG_LIST' &&
        valueFrom === undefined &&
        value !== undefined,
    ),
    extraEnvFrom: Object.fromEntries(
      env
        .filter(({ valueFrom }) => valueFrom !== undefined)
        .map(({ name, valueFrom }) => [String(name), valueFrom]),
    ),
    certsSecretName: textOf(fieldsOf(certs?.secret).secretName),
    volumes: volumes.filter(({ name }) => !own.has(String(name))),
    volumeMounts: listOf(container.volumeMounts).filter((one) => !VOLUMES.has(String(fieldsOf(one).name))),
    extraContainers: containers.filter((one) => one !== container),
    runners: withoutEmpty({ tags, secret: tokenSecret(env) }),
  });
}

/** Init containers of the chart itself. */
const OWN_INIT = /\/(?:configmaps|config|scripts)\/configure\b/;

/** Fields of a manager's pod that neither a value of the chart nor an option sets. */
const OTHER_FIELDS = [
  'hostNetwork',
  'hostPID',
  'dnsConfig',
  'shareProcessNamespace',
  'nodeName',
  'ephemeralContainers',
] as const;

/** The parts of a manager's workload that are not carried over, by their paths. */
export function restOfManager({ manager, managerPod }: ObservedRunner): readonly string[] {
  if (manager === undefined) return [];
  const pod = fieldsOf(managerPod);
  const init = listOf(pod.initContainers)
    .map(fieldsOf)
    .filter(({ command, args }) => !OWN_INIT.test(JSON.stringify([command, args])));
  const fields = OTHER_FIELDS.filter((key) => isSaid(pod[key]));
  const sources = listOf(pod.containers)
    .map(fieldsOf)
    .flatMap(({ envFrom }) => listOf(envFrom));
  return [
    ...init.map(({ name }) => `initContainers ${String(name)}`),
    ...fields,
    ...(sources.length > 0 ? ['envFrom'] : []),
  ];
}

const TOKENS = ['CI_SERVER_TOKEN', 'REGISTRATION_TOKEN'];

/** The Secret that a variable takes the token from. */
function tokenSecret(env: readonly Fields[]): string | undefined {
  const variable = env.find(({ name }) => TOKENS.includes(String(name)));
  return textOf(at(variable?.valueFrom, ['secretKeyRef', 'name']));
}

/** Where the chart mounts what registration reads and writes. */
const OWN_PATHS =
  /^\/(?:configmaps|scripts|secrets|init-secrets|etc\/gitlab-runner|home\/gitlab-runner\/\.gitlab-runner)(?:\/|$)/;

function isOfChart({ name, mountPath }: Fields): boolean {
  return VOLUMES.has(String(name)) || OWN_PATHS.test(String(mountPath));
}

/** An image as values of the chart: registry, path and tag. */
export function imageOf(image: string): Fields {
  const { path, tag } = looseImage(image);
  const [registry, ...rest] = path.split('/');
  return rest.length > 0
    ? withoutEmpty({ registry, image: rest.join('/'), tag })
    : withoutEmpty({ image: path, tag });
}

function chosen(table: unknown, isWanted: (key: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(textsOf(table)).filter(([key]) => isWanted(key)));
}

function withoutEmpty(table: Fields): Fields {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => isSaid(value)));
}
