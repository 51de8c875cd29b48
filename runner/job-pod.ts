import { isDnsLabel } from '../values/label';
import { parseQuantity, type Quantity } from '../values/quantity';
import type { KubernetesTable, RunnerTable } from './config-toml';
import { flagIsOn } from './features';
import { executorHelperImage } from './helper-image';

/** What a job brings that matters for its pod. */
export interface Job {
  readonly image?: string;
  readonly services?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds; GitLab's default is an hour. */
  readonly timeoutSeconds?: number;
}

/** Requests and limits, as the API server takes them. */
export interface PodResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export interface JobContainer {
  readonly name: string;
  readonly image: string;
  readonly resources: PodResources;
  /** The first of the policies that the config names, or what the API server takes by the image's tag. */
  readonly imagePullPolicy: string;
  readonly privileged: boolean;
  readonly allowPrivilegeEscalation: boolean | undefined;
  /** Whole security context, as the API spells it. */
  readonly securityContext: Readonly<Record<string, unknown>>;
}

/** The part of an executor pod that decides where it lands and what it may do. */
export interface JobPod {
  readonly namespace: string;
  readonly initContainers: readonly JobContainer[];
  /** build, helper, then services by name. */
  readonly containers: readonly JobContainer[];
  /** Requests and limits of the pod as a whole; undefined without any. */
  readonly resources: PodResources | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Affinity as the API spells it; undefined without any. */
  readonly nodeAffinity: unknown;
  readonly podAffinity: unknown;
  readonly podAntiAffinity: unknown;
  readonly tolerations: readonly JobToleration[];
  /** Labels of the config and the job, variables in them as written; the runner adds its own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean | undefined;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumes: readonly JobVolume[];
  readonly priorityClassName: string | undefined;
  readonly runtimeClassName: string | undefined;
  readonly schedulerName: string | undefined;
  readonly terminationGracePeriodSeconds: number;
  /** A second more than the job's timeout; undefined without FF_USE_POD_ACTIVE_DEADLINE_SECONDS. */
  readonly activeDeadlineSeconds: number | undefined;
}

export interface JobToleration {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: string;
}

/** A volume: its name, and its source under the key of its kind. */
export type JobVolume = Readonly<Record<string, unknown>> & { readonly name: string };

/** The executor makes no pod, or one that the API server refuses; the job fails for this reason. */
export interface RefusedJob {
  readonly refused: 'script_failure' | 'runner_system_failure';
  readonly message: string;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;
const DEFAULT_GRACE_SECONDS = 30;
const RESOURCES = { cpu: 'cpu', memory: 'memory', ephemeral_storage: 'ephemeral-storage' } as const;
const PULL_POLICIES: Record<string, string> = {
  always: 'Always',
  'if-not-present': 'IfNotPresent',
  never: 'Never',
};
/** Keys of the runner's own labels, which neither config nor job may set. */
const OWN_LABEL = /(^|[./])runner\.gitlab\.com(\/|$)/;

type ResourcePrefix = '' | 'helper_' | 'service_' | 'pod_';
type OverwrittenMap = 'node_selector' | 'node_tolerations' | 'pod_labels' | 'pod_annotations';

/** Carries a refusal out of the steps of a derivation; it never leaves this file. */
class Refusal extends Error {
  constructor(
    readonly refused: RefusedJob['refused'],
    message: string,
  ) {
    super(message);
  }
}

/**
 * The pod that the Kubernetes executor makes of a job, patches of `pod_spec` left out.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, overwrites.go
 */
export function jobPod(runner: RunnerTable, job: Job = {}, release = 'latest'): JobPod | RefusedJob {
  try {
    return derive(runner, job, release);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.refused, message: error.message };
    throw error;
  }
}

/** The pod with the largest requests and limits that the ceilings allow a job to ask for. */
export function largestJobPod(runner: RunnerTable, release = 'latest'): JobPod | RefusedJob {
  return jobPod(runner, largestJob(runner), release);
}

/** The job that asks for as much as the ceilings allow, requests within limits. */
export function largestJob({ kubernetes }: RunnerTable): Job {
  const variables: Record<string, string> = {};
  for (const prefix of ['', 'helper_', 'service_', 'pod_']) {
    for (const resource of Object.keys(RESOURCES)) {
      const stem = `${prefix}${resource}`;
      const limit = largest(kubernetes, `${stem}_limit`);
      const request = largest(kubernetes, `${stem}_request`);
      if (limit.own) variables[`KUBERNETES_${stem.toUpperCase()}_LIMIT`] = limit.own;
      if (!request.own) continue;
      const clipped = limit.text !== undefined && above(request.own, limit.text) ? limit.text : request.own;
      variables[`KUBERNETES_${stem.toUpperCase()}_REQUEST`] = clipped;
    }
  }
  return { variables };
}

/** The largest value of a key, and the ceiling where a job has to ask for it. */
function largest(kubernetes: KubernetesTable, key: string): { text?: string; own?: string } {
  const [value, ceiling] = [textOf(kubernetes, key), textOf(kubernetes, `${key}_overwrite_max_allowed`)];
  if (!ceiling || (value && above(value, ceiling))) return { text: value };
  return { text: ceiling, own: ceiling };
}

function derive(runner: RunnerTable, job: Job, release: string): JobPod {
  const { kubernetes } = runner;
  const placed = overwrites(kubernetes, job);
  const resources = {
    build: resourcesOf(kubernetes, '', job),
    service: resourcesOf(kubernetes, 'service_', job),
    helper: resourcesOf(kubernetes, 'helper_', job),
    pod: resourcesOf(kubernetes, 'pod_', job),
  };
  const image = job.image ?? kubernetes.image ?? '';
  if (image === '') throw new Refusal('script_failure', 'no image: the job names none, nor does the config');
  const helper = executorHelperImage(runner, placed.nodeSelector, release);
  const services = servicesOf(kubernetes, job);
  for (const { image: of } of services) checkAllowed(of, kubernetes, 'allowed_services');
  checkAllowed(image, kubernetes, 'allowed_images');
  for (const one of Object.values(resources)) checkOrder(one);
  const attach = !flagIsOn(runner, 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY');
  const scripts = attach || flagIsOn(runner, 'FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR');
  const init = { name: 'init-permissions', image: helper, resources: resources.helper };
  return {
    ...placed,
    initContainers: scripts ? [containerOf(kubernetes, init, 'init_permissions')] : [],
    containers: [
      containerOf(kubernetes, { name: 'build', image, resources: resources.build }, 'build'),
      containerOf(kubernetes, { ...init, name: 'helper' }, 'helper'),
      ...services.map((one) => containerOf(kubernetes, { ...one, resources: resources.service }, 'service')),
    ],
    resources: Object.keys(resources.pod).length > 0 ? resources.pod : undefined,
    nodeAffinity: toApi(kubernetes.affinity?.node_affinity),
    podAffinity: toApi(kubernetes.affinity?.pod_affinity),
    podAntiAffinity: toApi(kubernetes.affinity?.pod_anti_affinity),
    automountServiceAccountToken: kubernetes.automount_service_account_token,
    imagePullSecrets: kubernetes.use_service_account_image_pull_secrets
      ? []
      : (kubernetes.image_pull_secrets ?? []).map((name) => ({ name })),
    securityContext: securityOf(kubernetes.pod_security_context ?? {}),
    volumes: volumesOf(runner, ['repo', ...(scripts ? ['scripts'] : []), ...(attach ? ['logs'] : [])]),
    priorityClassName: kubernetes.priority_class_name || undefined,
    runtimeClassName: kubernetes.runtime_class_name || undefined,
    schedulerName: kubernetes.scheduler_name || undefined,
    terminationGracePeriodSeconds: kubernetes.pod_termination_grace_period_seconds ?? DEFAULT_GRACE_SECONDS,
    activeDeadlineSeconds: flagIsOn(runner, 'FF_USE_POD_ACTIVE_DEADLINE_SECONDS')
      ? (job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) + 1
      : undefined,
  };
}

/** What a job may change by variable, as far as the patterns of the config let it. */
function overwrites(kubernetes: KubernetesTable, job: Job) {
  const map = (name: OverwrittenMap) => overwrittenMap(kubernetes, name, job);
  const text = (name: 'namespace' | 'service_account') => {
    const allowed = kubernetes[`${name}_overwrite_allowed`];
    const wanted = job.variables?.[`KUBERNETES_${name.toUpperCase()}_OVERWRITE`];
    if (!allowed || !wanted) return kubernetes[name] || 'default';
    checkPattern(allowed, wanted);
    return wanted;
  };
  return {
    namespace: kubernetes.namespace_per_job ? 'ci-job-<id>' : text('namespace'),
    serviceAccountName: text('service_account'),
    labels: Object.fromEntries(Object.entries(map('pod_labels')).filter(([key]) => !OWN_LABEL.test(key))),
    annotations: map('pod_annotations'),
    nodeSelector: map('node_selector'),
    tolerations: Object.entries(map('node_tolerations')).map(toToleration),
  };
}

function overwrittenMap(
  kubernetes: KubernetesTable,
  name: OverwrittenMap,
  { variables = {} }: Job,
): Record<string, string> {
  const values = { ...kubernetes[name] };
  const allowed = kubernetes[`${name}_overwrite_allowed`];
  const prefix = `KUBERNETES_${name.toUpperCase()}_`;
  // A toleration is written key=value:effect, where the key of the map is key=value.
  const separator = name === 'node_tolerations' ? ':' : '=';
  for (const [variable, text] of Object.entries(variables)) {
    if (!allowed || !variable.startsWith(prefix)) continue;
    checkPattern(allowed, text);
    const [key, ...rest] = text.split(separator);
    if (rest.length === 0 && separator === '=')
      throw new Refusal('script_failure', `"${text}" does not match "k=v"`);
    values[key] = rest.join(separator);
  }
  return values;
}

/** The runner looks for the pattern anywhere in the value. */
function checkPattern(pattern: string, value: string): void {
  let compiled: RegExp;
  try {
    compiled = new RegExp(pattern);
  } catch {
    throw new Refusal('script_failure', `"${pattern}" is no regular expression`);
  }
  if (!compiled.test(value)) throw new Refusal('script_failure', `"${value}" does not match "${pattern}"`);
}

function resourcesOf(kubernetes: KubernetesTable, prefix: ResourcePrefix, job: Job): PodResources {
  const found: Record<'requests' | 'limits', Record<string, string>> = { requests: {}, limits: {} };
  for (const [kind, list] of [
    ['request', 'requests'],
    ['limit', 'limits'],
  ] as const) {
    for (const [resource, name] of Object.entries(RESOURCES)) {
      const value = overwritten(kubernetes, `${prefix}${resource}_${kind}`, job);
      if (value) found[list][name] = value;
    }
  }
  return {
    ...(Object.keys(found.requests).length > 0 && { requests: found.requests }),
    ...(Object.keys(found.limits).length > 0 && { limits: found.limits }),
  };
}

/** A job's value counts only under a ceiling; above it the job fails, it isn't clipped. */
function overwritten(kubernetes: KubernetesTable, key: string, job: Job): string | undefined {
  const own = textOf(kubernetes, key);
  const wanted = job.variables?.[`KUBERNETES_${key.toUpperCase()}`];
  const ceiling = textOf(kubernetes, `${key}_overwrite_max_allowed`);
  if (!wanted || !ceiling) return own && quantityOf(key, own) !== undefined ? own : undefined;
  if (quantityOf(`${key}: ceiling`, ceiling) >= quantityOf(key, wanted)) return wanted;
  throw new Refusal('script_failure', `${key}: "${wanted}" is higher than the ceiling "${ceiling}"`);
}

function quantityOf(place: string, text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Refusal('script_failure', `${place}: "${text}" is no quantity`);
  return quantity;
}

function checkOrder({ requests = {}, limits = {} }: PodResources): void {
  for (const [name, request] of Object.entries(requests)) {
    if (limits[name] === undefined || !above(request, limits[name])) continue;
    const message = `request ${request} of ${name} exceeds its limit ${limits[name]}: the API server refuses the pod`;
    throw new Refusal('runner_system_failure', message);
  }
}

function above(one: string, other: string): boolean {
  const [a, b] = [parseQuantity(one), parseQuantity(other)];
  return a !== undefined && b !== undefined && a > b;
}

function pullPolicyOf({ pull_policy, allowed_pull_policies: allowed = [] }: KubernetesTable) {
  const policies = [pull_policy ?? []].flat().filter((policy) => policy !== '');
  const unknown = [...policies, ...allowed].find((policy) => !PULL_POLICIES[policy]);
  if (unknown !== undefined) throw new Refusal('script_failure', `unsupported pull policy: "${unknown}"`);
  const effective = policies.filter((policy) => allowed.length === 0 || allowed.includes(policy));
  if (policies.length > 0 && effective.length === 0)
    throw new Refusal('script_failure', 'no pull_policy is among allowed_pull_policies');
  return PULL_POLICIES[effective[0]];
}

function containerOf(
  kubernetes: KubernetesTable,
  wanted: Pick<JobContainer, 'name' | 'image' | 'resources'>,
  key: 'build' | 'helper' | 'service' | 'init_permissions',
): JobContainer {
  const own = kubernetes[`${key}_container_security_context`] ?? {};
  const privileged = own.privileged ?? kubernetes.privileged;
  const escalation = own.allow_privilege_escalation ?? kubernetes.allow_privilege_escalation;
  if (privileged && escalation === false) {
    const message = `${wanted.name}: privileged without allow_privilege_escalation, which the API server refuses`;
    throw new Refusal('runner_system_failure', message);
  }
  const { add, drop } = own.capabilities ?? {};
  const capabilities = capabilitiesOf(kubernetes);
  return {
    ...wanted,
    imagePullPolicy:
      pullPolicyOf(kubernetes) ?? (/(:latest|(^|\/)[^:@/]+)$/.test(wanted.image) ? 'Always' : 'IfNotPresent'),
    privileged: privileged ?? false,
    allowPrivilegeEscalation: escalation,
    securityContext: {
      ...securityOf(own),
      ...(privileged !== undefined && { privileged }),
      ...(escalation !== undefined && { allowPrivilegeEscalation: escalation }),
      capabilities: { ...capabilities, ...(add && { add }), ...(drop && { drop }) },
    },
  };
}

/** NET_RAW is dropped, cap_add comes over it, cap_drop over that. */
function capabilitiesOf({ cap_add = [], cap_drop = [] }: KubernetesTable): Record<string, string[]> {
  const drop = new Set(['NET_RAW'].filter((name) => !cap_add.includes(name)).concat(cap_drop));
  const add = cap_add.filter((name) => !cap_drop.includes(name));
  return { ...(add.length > 0 && { add }), ...(drop.size > 0 && { drop: [...drop] }) };
}

/** A security context without what `privileged` and capabilities decide; profiles of unknown types are dropped. */
function securityOf(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { selinux_type, proc_mount, capabilities: _, ...plain } = context;
  const kept = Object.entries(plain).filter(([key, value]) => !key.endsWith('_profile') || isProfile(value));
  const mount = { default: 'Default', unmasked: 'Unmasked' }[String(proc_mount).trim().toLowerCase()];
  return {
    ...(toApi(Object.fromEntries(kept)) as Record<string, unknown>),
    ...(selinux_type ? { seLinuxOptions: { type: selinux_type } } : {}),
    ...(mount && { procMount: mount }),
  };
}

function isProfile(value: unknown): boolean {
  const { type, localhost_profile: local } = value as { type?: string; localhost_profile?: string };
  return type === 'RuntimeDefault' || type === 'Unconfined' || (type === 'Localhost' && Boolean(local));
}

/** Services are called by their alias where it is a DNS label, else by number. */
function servicesOf(kubernetes: KubernetesTable, job: Job): { name: string; image: string }[] {
  let unnamed = 0;
  return [...(kubernetes.services ?? []), ...(job.services ?? []).map((name) => ({ name, alias: '' }))]
    .filter(({ name }) => Boolean(name))
    .map(({ name: image = '', alias = '' }) => ({
      name: isDnsLabel(alias) ? alias : `svc-${unnamed++}`,
      image,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const SOURCES = {
  host_path: ({ host_path, mount_path }: Source) => ({ hostPath: { path: host_path || mount_path } }),
  secret: ({ name }: Source) => ({ secret: { secretName: name } }),
  pvc: ({ name }: Source) => ({ persistentVolumeClaim: { claimName: name } }),
  config_map: ({ name }: Source) => ({ configMap: { name } }),
  empty_dir: ({ medium, size_limit: size = '' }: Source) => ({
    // The runner warns of a size that it can't read and makes the volume without one.
    emptyDir: {
      ...(medium ? { medium } : {}),
      ...(parseQuantity(String(size)) !== undefined && { sizeLimit: size }),
    },
  }),
  csi: ({ driver }: Source) => ({ csi: { driver } }),
  nfs: ({ server, path }: Source) => ({ nfs: { server, path } }),
};
type Source = Readonly<Record<string, unknown>>;

function volumesOf(runner: RunnerTable, empty: readonly string[]): JobVolume[] {
  const { volumes = {} } = runner.kubernetes;
  const own = Object.entries(SOURCES).flatMap(([kind, source]) =>
    (volumes[kind as keyof typeof SOURCES] ?? []).map((one) => ({ one, source })),
  );
  // A volume of the config at the place of clones takes the place of the runner's.
  const clones = own.some(({ one }) => one.mount_path === (runner.builds_dir || '/builds'));
  return [
    ...own.map(({ one, source }) => ({ name: one.name ?? '', ...source(one) })),
    ...empty.filter((name) => name !== 'repo' || !clones).map((name) => ({ name, emptyDir: {} })),
  ];
}

const GLOBS: Record<string, string> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** The config's own image is always allowed, as a service too; `*` stops at a slash, `**` does not. */
function checkAllowed(
  image: string,
  kubernetes: KubernetesTable,
  key: 'allowed_images' | 'allowed_services',
): void {
  const patterns = kubernetes[key] ?? [];
  if (patterns.length === 0 || image === kubernetes.image) return;
  const allowed = patterns.some((pattern) => {
    const literal = pattern.split(/(\*\*|\*|\?)/).map((part) => GLOBS[part] ?? part.replace(/\W/g, '\\$&'));
    return new RegExp(`^${literal.join('')}$`).test(image);
  });
  if (!allowed)
    throw new Refusal('runner_system_failure', `disallowed image: "${image}" is in no pattern of ${key}`);
}

function toToleration([taint, effect]: [string, string]): JobToleration {
  const [key, ...value] = taint.split('=');
  return {
    ...(key && { key }),
    ...(value.length > 0
      ? { operator: 'Equal' as const, value: value.join('=') }
      : { operator: 'Exists' as const }),
    ...(effect && { effect }),
  };
}

/** Keys in the API's camel case, those of labels as they are. */
function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      key === 'match_labels' ? item : toApi(item),
    ]),
  );
}

function textOf(kubernetes: KubernetesTable, key: string): string | undefined {
  const value = (kubernetes as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
