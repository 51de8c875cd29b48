import type { FieldPath } from '../values/field-path';
import { fieldsOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';

/** What of the chart's values a field comes from, by kind: the first path that a field's way begins with. */
type ValueOfField = readonly [path: string, value: string];

const POD = 'spec.template.spec';

/**
 * Fields that the templates of the chart of GitLab Runner fill from a value.
 * @see templates of the chart gitlab-runner 0.86.0
 */
const VALUES: Readonly<Record<string, readonly ValueOfField[]>> = {
  ConfigMap: [
    ['data.config.template.toml', 'runners.config'],
    ['data.config.toml', 'concurrent, checkInterval, shutdown_timeout, logLevel, metrics'],
    ['data.pre-entrypoint-script', 'preEntrypointScript'],
  ],
  Deployment: [
    ['spec.replicas', 'replicas'],
    ['spec.strategy', 'strategy'],
    [`${POD}.nodeSelector`, 'nodeSelector'],
    [`${POD}.tolerations`, 'tolerations'],
    [`${POD}.affinity`, 'affinity'],
    [`${POD}.topologySpreadConstraints`, 'topologySpreadConstraints'],
    [`${POD}.terminationGracePeriodSeconds`, 'terminationGracePeriodSeconds'],
    [`${POD}.serviceAccountName`, 'serviceAccount and rbac'],
    [`${POD}.securityContext`, 'podSecurityContext'],
    [`${POD}.priorityClassName`, 'priorityClassName'],
    [`${POD}.runtimeClassName`, 'runtimeClassName'],
    [`${POD}.imagePullSecrets`, 'imagePullSecrets'],
    [`${POD}.volumes`, 'volumes'],
    [`${POD}.containers.*.volumeMounts`, 'volumeMounts'],
    [`${POD}.containers.*.image`, 'image'],
    [`${POD}.containers.*.resources`, 'resources'],
    [`${POD}.containers.*.securityContext`, 'securityContext'],
    [`${POD}.containers.*.livenessProbe`, 'livenessProbe and probeTimeoutSeconds'],
    [`${POD}.containers.*.readinessProbe`, 'readinessProbe and probeTimeoutSeconds'],
    [`${POD}.containers.*.command`, 'useTini'],
    [`${POD}.containers.*.lifecycle`, 'deploymentLifecycle and unregisterRunners'],
    [`${POD}.containers.*.env`, 'envVars and runners'],
    [`${POD}.containers`, 'extraContainers'],
    ['spec.template.metadata.annotations', 'podAnnotations'],
  ],
  Role: [['rules', 'rbac.rules']],
  ClusterRole: [['rules', 'rbac.rules (a ClusterRole by rbac.clusterWideAccess)']],
  RoleBinding: [['', 'rbac and serviceAccount']],
  ClusterRoleBinding: [['', 'rbac.clusterWideAccess']],
  ServiceAccount: [['', 'serviceAccount']],
  Secret: [
    ['runner-registration-token', 'runnerRegistrationToken'],
    ['runner-token', 'runnerToken'],
  ],
};

/**
 * The value of the chart of GitLab Runner that a field is rendered from; undefined for an object of no such chart and for
 * a field that the chart fixes.
 */
export function chartValueOf({ kind, body }: Manifest, path: FieldPath): string | undefined {
  if (!isOfChart(body) || !Object.hasOwn(VALUES, kind)) return undefined;
  const way = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  if (kind === 'Secret') return valueOfSecret(body, path);
  const begins = (start: string) => start === '' || way === start || way.startsWith(`${start}.`);
  return VALUES[kind].find(([start]) => begins(start))?.[1];
}

/** The values that the keys of a Secret come from: that of the path, or of all that hold something. */
function valueOfSecret({ data }: Manifest['body'], [, named]: FieldPath): string {
  const filled = textsOf(data);
  const own = VALUES.Secret.filter(([key]) => (named === undefined ? Boolean(filled[key]) : key === named));
  const values = (own.length > 0 ? own : VALUES.Secret).map(([, value]) => value);
  return `${values.join(', ')}; runners.secret names a Secret that is made elsewhere`;
}

/** By `chart: gitlab-runner-0.86.0`, which the chart writes, or `helm.sh/chart`, which charts of others do. */
export function isOfChart(body: Manifest['body']): boolean {
  const labels = fieldsOf(fieldsOf(body.metadata).labels);
  return [labels['helm.sh/chart'], labels.chart].some((label) =>
    /^gitlab-runner-v?\d/.test(textOf(label) ?? ''),
  );
}
