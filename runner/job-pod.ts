import { parseQuantity } from '../values/quantity';
import type { KubernetesTable, RunnerTable } from './config-toml';
import { helperImageTag } from './helper-image';

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
  readonly privileged: boolean;
  readonly allowPrivilegeEscalation: boolean | undefined;
}

/** The part of an executor pod that decides where it lands and what it may do. */
export interface JobPod {
  readonly namespace: string;
  readonly initContainers: readonly JobContainer[];
  /** build, helper, then services. */
  readonly containers: readonly JobContainer[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Node affinity as the API spells it; undefined without any. */
  readonly nodeAffinity: unknown;
  readonly tolerations: readonly JobToleration[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly activeDeadlineSeconds: number;
}

export interface JobToleration {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: string;
}

/** The executor makes no pod, or one that the API server refuses; the job fails for this reason. */
export interface RefusedJob {
  readonly refused: 'script_failure' | 'runner_system_failure';
  readonly message: string;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;
const DEFAULT_GRACE_SECONDS = 30;
const RESOURCES = { cpu: 'cpu', memory: 'memory', ephemeral_storage: 'ephemeral-storage' } as const;

/**
 * The pod that the Kubernetes executor makes of a job.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, overwrites.go
 */
export function jobPod(runner: RunnerTable, job: Job = {}, release = 'latest'): JobPod | RefusedJob {
  const { kubernetes } = runner;
  const selected = selectNodes(kubernetes, job);
  if ('refused' in selected) return selected;
  const { selector } = selected;
  const image = job.image ?? kubernetes.image ?? '';
  if (!isAllowed(image, kubernetes)) {
    return {
      refused: 'runner_system_failure',
      message: `disallowed image: "${image}" is in no pattern of allowed_images`,
    };
  }
  const resources = {
    build: resourcesOf(kubernetes, '', job),
    helper: resourcesOf(kubernetes, 'helper_', job),
    service: resourcesOf(kubernetes, 'service_', job),
  };
  const refused = [resources.build, resources.helper, resources.service].find((one) => 'refused' in one);
  if (refused && 'refused' in refused) return refused;
  const container = (name: string, of: string, wanted: PodResources): JobContainer => ({
    name,
    image: of,
    resources: wanted,
    privileged: kubernetes.privileged ?? false,
    allowPrivilegeEscalation: kubernetes.allow_privilege_escalation,
  });
  const helper = kubernetes.helper_image ?? helperImageOf(kubernetes, selector, release);
  const services = [...(kubernetes.services ?? []).map(({ name = '' }) => name), ...(job.services ?? [])];
  const legacy = runner.feature_flags?.FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY === true;
  return {
    namespace: kubernetes.namespace || 'default',
    initContainers: legacy ? [] : [container('init-permissions', helper, resources.helper as PodResources)],
    containers: [
      container('build', image, resources.build as PodResources),
      container('helper', helper, resources.helper as PodResources),
      ...services.map((name, index) => container(`svc-${index}`, name, resources.service as PodResources)),
    ],
    nodeSelector: selector,
    nodeAffinity: toCamelCase(kubernetes.affinity?.node_affinity),
    tolerations: Object.entries(kubernetes.node_tolerations ?? {}).map(toToleration),
    annotations: kubernetes.pod_annotations ?? {},
    serviceAccountName: kubernetes.service_account || 'default',
    terminationGracePeriodSeconds: kubernetes.pod_termination_grace_period_seconds ?? DEFAULT_GRACE_SECONDS,
    activeDeadlineSeconds: (job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) + 1,
  };
}

/** The job that asks for as much as the ceilings allow. */
export function largestJob({ kubernetes }: RunnerTable): Job {
  const variables: Record<string, string> = {};
  for (const prefix of ['', 'helper_', 'service_']) {
    for (const resource of Object.keys(RESOURCES)) {
      for (const kind of ['request', 'limit']) {
        const key = `${prefix}${resource}_${kind}`;
        const ceiling = textOf(kubernetes, `${key}_overwrite_max_allowed`);
        if (ceiling) variables[`KUBERNETES_${key.toUpperCase()}`] = ceiling;
      }
    }
  }
  return { variables };
}

function resourcesOf(
  kubernetes: KubernetesTable,
  prefix: '' | 'helper_' | 'service_',
  job: Job,
): PodResources | RefusedJob {
  const found: Record<'requests' | 'limits', Record<string, string>> = { requests: {}, limits: {} };
  for (const [resource, name] of Object.entries(RESOURCES)) {
    for (const [kind, list] of [
      ['request', 'requests'],
      ['limit', 'limits'],
    ] as const) {
      const value = overwritten(kubernetes, `${prefix}${resource}_${kind}`, job);
      if (typeof value === 'object') return value;
      if (value) found[list][name] = value;
    }
  }
  const above = requestAboveLimit(found.requests, found.limits);
  if (above) return above;
  return {
    ...(Object.keys(found.requests).length > 0 && { requests: found.requests }),
    ...(Object.keys(found.limits).length > 0 && { limits: found.limits }),
  };
}

function requestAboveLimit(
  requests: Record<string, string>,
  limits: Record<string, string>,
): RefusedJob | undefined {
  for (const [name, request] of Object.entries(requests)) {
    const limit = parseQuantity(limits[name] ?? '');
    if (limit === undefined || (parseQuantity(request) ?? 0n) <= limit) continue;
    const message = `request ${request} of ${name} exceeds its limit ${limits[name]}: the API server refuses the pod`;
    return { refused: 'runner_system_failure', message };
  }
  return undefined;
}

/** A job's value counts only under a ceiling; above it the job fails, it isn't clipped. */
function overwritten(kubernetes: KubernetesTable, key: string, job: Job): string | undefined | RefusedJob {
  const own = textOf(kubernetes, key);
  const wanted = job.variables?.[`KUBERNETES_${key.toUpperCase()}`];
  const ceiling = textOf(kubernetes, `${key}_overwrite_max_allowed`);
  const value = wanted !== undefined && ceiling ? wanted : own;
  if (!value) return undefined;
  const quantity = parseQuantity(value);
  if (quantity === undefined)
    return { refused: 'script_failure', message: `${key}: "${value}" is no quantity` };
  if (value !== wanted || !ceiling) return value;
  const most = parseQuantity(ceiling);
  if (most === undefined)
    return { refused: 'script_failure', message: `${key}: ceiling "${ceiling}" is no quantity` };
  if (quantity <= most) return value;
  return {
    refused: 'script_failure',
    message: `${key}: "${wanted}" is higher than the ceiling "${ceiling}"`,
  };
}

function selectNodes(
  kubernetes: KubernetesTable,
  job: Job,
): { selector: Record<string, string> } | RefusedJob {
  const selector = { ...kubernetes.node_selector };
  const allowed = kubernetes.node_selector_overwrite_allowed;
  for (const [name, value] of Object.entries(job.variables ?? {})) {
    if (!/^KUBERNETES_NODE_SELECTOR_/.test(name) || !allowed) continue;
    if (!new RegExp(allowed).test(value)) {
      return { refused: 'script_failure', message: `"${value}" does not match "${allowed}"` };
    }
    const [key, ...rest] = value.split('=');
    selector[key] = rest.join('=');
  }
  return { selector };
}

/** Only node_selector tells the executor an architecture; without one it takes amd64. */
function helperImageOf(
  kubernetes: KubernetesTable,
  selector: Record<string, string>,
  release: string,
): string {
  const arch = selector['kubernetes.io/arch'] ?? 'amd64';
  const flavor = kubernetes.helper_image_flavor === 'ubuntu' ? 'ubuntu' : 'alpine';
  const version = release === 'latest' ? 'latest' : release;
  const tag = helperImageTag(arch, flavor, version).replace('-vlatest', '-latest');
  return `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:${tag}`;
}

const GLOBS: Record<string, string> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** The config's own image is always allowed; `*` stops at a slash, `**` does not. */
function isAllowed(image: string, { image: own, allowed_images: patterns }: KubernetesTable): boolean {
  if (!patterns || patterns.length === 0 || image === own) return true;
  return patterns.some((pattern) => {
    const literal = pattern.split(/(\*\*|\*|\?)/).map((part) => GLOBS[part] ?? part.replace(/\W/g, '\\$&'));
    return new RegExp(`^${literal.join('')}$`).test(image);
  });
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

function toCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      toCamelCase(item),
    ]),
  );
}

function textOf(kubernetes: KubernetesTable, key: string): string | undefined {
  const value = (kubernetes as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
