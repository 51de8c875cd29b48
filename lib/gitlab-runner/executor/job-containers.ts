import { matchesGlob } from '../../values/glob';
import type { KubernetesTable } from '../config/toml';
import { Refusal } from './job';
import type { PodResources } from './job-resources';
import { userOf } from './job-users';
import type { VolumeMount } from './job-volumes';

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
  readonly volumeMounts: readonly VolumeMount[];
  /** Hooks, as the API spells them; undefined without any. */
  readonly lifecycle?: unknown;
}

const PULL_POLICIES: Record<string, string> = {
  always: 'Always',
  'if-not-present': 'IfNotPresent',
  never: 'Never',
};

/** What a container gets from the job, besides what the config says of all of its kind. */
export interface WantedContainer extends Pick<JobContainer, 'name' | 'image' | 'resources' | 'volumeMounts'> {
  /** The user that the job names for it. */
  readonly user?: string;
  /** Whether the job is one of Windows, which has no capabilities to drop. */
  readonly isWindows: boolean;
}

/** A container of a job pod. `key` names the table of its security context. */
export function containerOf(
  kubernetes: KubernetesTable,
  { user, isWindows, ...wanted }: WantedContainer,
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
  const capabilities = capabilitiesOf(kubernetes, isWindows);
  const isInit = key === 'init_permissions';
  const hooks = isInit ? undefined : kubernetes.container_lifecycle;
  return {
    ...wanted,
    ...(hooks !== undefined && { lifecycle: toApi(hooks) }),
    imagePullPolicy: pullPolicyOf(kubernetes) ?? defaultPullPolicy(wanted.image),
    privileged: privileged ?? false,
    allowPrivilegeEscalation: escalation,
    securityContext: {
      ...securityOf(own),
      ...(isInit ? {} : userOf(kubernetes, own, user)),
      ...(privileged !== undefined && { privileged }),
      ...(escalation !== undefined && { allowPrivilegeEscalation: escalation }),
      capabilities: { ...capabilities, ...(add && { add }), ...(drop && { drop }) },
    },
  };
}

/**
 * The container that finds out as whom the build runs, by FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR: it is like that of the
 * build, without hooks, and pull_policy says nothing of it.
 */
export function umaskContainer(build: JobContainer): JobContainer {
  const { lifecycle: _, ...rest } = build;
  return { ...rest, name: 'init-build-uid-gid-collector', imagePullPolicy: defaultPullPolicy(build.image) };
}

/** The policy that the API server takes where a pod names none. */
export function defaultPullPolicy(image: string): string {
  return /(:latest|(^|\/)[^:@/]+)$/.test(image) ? 'Always' : 'IfNotPresent';
}

/** The config's own image is always allowed, as a service too; `*` stops at a slash, `**` does not. */
export function checkAllowed(
  image: string,
  kubernetes: KubernetesTable,
  key: 'allowed_images' | 'allowed_services',
): void {
  const patterns = kubernetes[key] ?? [];
  if (patterns.length === 0 || image === kubernetes.image) return;
  if (!patterns.some((pattern) => matchesGlob(pattern, image, '/')))
    throw new Refusal('runner_system_failure', `disallowed image: "${image}" is in no pattern of ${key}`);
}

/** A security context without what `privileged` and capabilities decide; profiles of unknown types are dropped. */
export function securityOf(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { selinux_type, proc_mount, capabilities: _, ...plain } = context;
  const kept = Object.entries(plain).flatMap(([key, value]) =>
    key.endsWith('_profile') ? (isProfile(value) ? [[key, profileOf(value)]] : []) : [[key, value]],
  );
  const mount = { default: 'Default', unmasked: 'Unmasked' }[String(proc_mount).trim().toLowerCase()];
  return {
    ...(toApi(Object.fromEntries(kept)) as Record<string, unknown>),
    ...(selinux_type ? { seLinuxOptions: { type: selinux_type } } : {}),
    ...(mount && { procMount: mount }),
  };
}

/** Keys in the API's camel case, those of labels as they are. */
export function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      key === 'match_labels' ? item : toApi(item),
    ]),
  );
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

/** NET_RAW is dropped on Linux, cap_add comes over it, cap_drop over that. The runner has them in any order. */
function capabilitiesOf(
  { cap_add = [], cap_drop = [] }: KubernetesTable,
  isWindows: boolean,
): Record<string, string[]> {
  const dropped = isWindows ? [] : ['NET_RAW'];
  const drop = new Set(dropped.filter((name) => !cap_add.includes(name)).concat(cap_drop));
  const add = cap_add.filter((name) => !cap_drop.includes(name));
  return { ...(add.length > 0 && { add }), ...(drop.size > 0 && { drop: [...drop] }) };
}

/** A profile with its file, which the type Localhost alone has. */
function profileOf(value: unknown): Readonly<Record<string, unknown>> {
  const { type, localhost_profile } = value as { type?: string; localhost_profile?: string };
  return type === 'Localhost' ? { type, localhost_profile } : { type };
}

function isProfile(value: unknown): boolean {
  const { type, localhost_profile: local } = value as { type?: string; localhost_profile?: string };
  return type === 'RuntimeDefault' || type === 'Unconfined' || (type === 'Localhost' && Boolean(local));
}
