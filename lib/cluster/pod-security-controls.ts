import { type Fields, fieldsOf, listOf, textOf } from '../values/record';

/** Controls of the Pod Security Standards, as the API server's library calls them. */
export type ControlId =
  | 'allowPrivilegeEscalation'
  | 'appArmorProfile'
  | 'capabilities_baseline'
  | 'capabilities_restricted'
  | 'hostNamespaces'
  | 'hostPathVolumes'
  | 'hostPorts'
  | 'hostProbesAndHostLifecycle'
  | 'privileged'
  | 'procMount'
  | 'procMount_restricted'
  | 'restrictedVolumes'
  | 'runAsNonRoot'
  | 'runAsUser'
  | 'seLinuxOptions'
  | 'seccompProfile_baseline'
  | 'seccompProfile_restricted'
  | 'sysctls'
  | 'windowsHostProcess';

interface JudgedContainer {
  readonly name: string;
  readonly container: Fields;
  /** Its `securityContext`. */
  readonly context: Fields;
}

/** A pod with what controls ask of it. */
interface JudgedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Fields;
  /** `securityContext` of the pod. */
  readonly context: Fields;
  readonly containers: readonly JudgedContainer[];
  readonly isWindows: boolean;
  /** Whether it has a user namespace, in which root is nobody on the node. */
  readonly hasOwnUsers: boolean;
}

/** One control: what it forbids of a pod, in a few words each. */
export interface Control {
  readonly id: ControlId;
  readonly level: 'baseline' | 'restricted';
  /** Minor version of Kubernetes that brought it. */
  readonly since?: number;
  /** The control of `baseline` that it takes the place of. */
  readonly replaces?: ControlId;
  readonly forbids: (pod: JudgedPod, minor: number) => readonly string[];
}

/** Every control of `baseline` and `restricted`. */
export const CONTROLS: readonly Control[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since: 8,
    forbids: ({ containers, isWindows }, minor) =>
      isWindows && minor >= 25
        ? []
        : containers.flatMap(({ context }) =>
            context.allowPrivilegeEscalation === false ? [] : ['privilege escalation'],
          ),
  },
  { id: 'appArmorProfile', level: 'baseline', forbids: forbiddenAppArmor },
  { id: 'capabilities_baseline', level: 'baseline', forbids: addedCapabilities },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    replaces: 'capabilities_baseline',
    forbids: keptCapabilities,
  },
  {
    id: 'hostNamespaces',
    level: 'baseline',
    forbids: ({ spec }) => ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true),
  },
  {
    id: 'hostPathVolumes',
    level: 'baseline',
    forbids: ({ spec }) =>
      listOf(spec.volumes).flatMap((one) => (isSet(fieldsOf(one).hostPath) ? ['a hostPath volume'] : [])),
  },
  {
    id: 'hostPorts',
    level: 'baseline',
    forbids: ({ containers }) =>
      containers.flatMap(({ container }) =>
        listOf(container.ports)
          .map((one) => Number(fieldsOf(one).hostPort ?? 0))
          .filter((port) => port !== 0)
          .map((port) => `hostPort ${port}`),
      ),
  },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', since: 34, forbids: probedHosts },
  {
    id: 'privileged',
    level: 'baseline',
    forbids: ({ containers }) =>
      containers.flatMap(({ context }) => (context.privileged === true ? ['privileged'] : [])),
  },
  {
    id: 'procMount',
    level: 'baseline',
    forbids: (pod, minor) => (pod.hasOwnUsers && minor >= 35 ? [] : unmaskedProc(pod)),
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    since: 35,
    replaces: 'procMount',
    forbids: unmaskedProc,
  },
  { id: 'restrictedVolumes', level: 'restricted', replaces: 'hostPathVolumes', forbids: otherVolumes },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    forbids: (pod, minor) => (pod.hasOwnUsers && minor >= 35 ? [] : maybeRoot(pod)),
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    since: 23,
    forbids: (pod, minor) => (pod.hasOwnUsers && minor >= 35 ? [] : userZero(pod)),
  },
  { id: 'seLinuxOptions', level: 'baseline', forbids: forbiddenLabels },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    forbids: (pod, minor) => (minor < 19 ? seccompAnnotations(pod) : unconfinedSeccomp(pod)),
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    replaces: 'seccompProfile_baseline',
    forbids: (pod, minor) => (pod.isWindows && minor >= 25 ? [] : noSeccomp(pod)),
  },
  { id: 'sysctls', level: 'baseline', forbids: forbiddenSysctls },
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    forbids: (pod) =>
      contextsOf(pod).flatMap(({ windowsOptions }) =>
        fieldsOf(windowsOptions).hostProcess === true ? ['hostProcess'] : [],
      ),
  },
];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The security contexts of a pod and its containers. */
function contextsOf({ context, containers }: JudgedPod): readonly Fields[] {
  return [context, ...containers.map((one) => one.context)];
}

const PROFILES: readonly unknown[] = ['RuntimeDefault', 'Localhost'];
const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

function forbiddenAppArmor(pod: JudgedPod): string[] {
  const isAllowed = (value: string) =>
    value === '' || value === 'runtime/default' || value.startsWith('localhost/');
  return [
    ...typesOf(pod, 'appArmorProfile').map((type) => `AppArmor ${type}`),
    ...Object.entries(pod.annotations)
      .filter(([key, value]) => key.startsWith(APP_ARMOR_ANNOTATION) && !isAllowed(value))
      .map(([key, value]) => `AppArmor ${value} of container ${key.slice(APP_ARMOR_ANNOTATION.length)}`),
  ];
}

/** Types of profiles that are set, and neither the runtime's nor on the node. */
function typesOf(pod: JudgedPod, key: 'appArmorProfile' | 'seccompProfile'): string[] {
  return contextsOf(pod)
    .filter((context) => isSet(context[key]))
    .map((context) => fieldsOf(context[key]).type)
    .filter((type) => !PROFILES.includes(type))
    .map((type) => textOf(type) || 'of no type');
}

/** Capabilities that `baseline` lets containers add. */
const HARMLESS = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

function capabilities(context: Fields, key: 'add' | 'drop'): string[] {
  return listOf(fieldsOf(context.capabilities)[key]).map(String);
}

function addedCapabilities({ containers }: JudgedPod): string[] {
  return containers
    .flatMap(({ context }) => capabilities(context, 'add'))
    .filter((name) => !HARMLESS.has(name))
    .map((name) => `capability ${name}`);
}

function keptCapabilities({ containers, isWindows }: JudgedPod, minor: number): string[] {
  if (isWindows && minor >= 25) return [];
  return containers.flatMap(({ context }) => [
    ...(capabilities(context, 'drop').includes('ALL') ? [] : ['capabilities kept']),
    ...capabilities(context, 'add')
      .filter((name) => name !== 'NET_BIND_SERVICE')
      .map((name) => `capability ${name}`),
  ]);
}

/** Hosts that the kubelet would be made to call from the node. */
function probedHosts({ containers }: JudgedPod): string[] {
  const handlers = containers.flatMap(({ container }) => {
    const { postStart, preStop } = fieldsOf(container.lifecycle);
    return [container.livenessProbe, container.readinessProbe, container.startupProbe, postStart, preStop];
  });
  return handlers
    .map(fieldsOf)
    .flatMap(({ httpGet, tcpSocket }) => [fieldsOf(httpGet).host, fieldsOf(tcpSocket).host])
    .filter((host) => textOf(host))
    .map((host) => `host ${host} in a probe or hook`);
}

function unmaskedProc({ containers }: JudgedPod): string[] {
  return containers
    .map(({ context }) => context.procMount)
    .filter((mount) => isSet(mount) && mount !== 'Default')
    .map((mount) => `procMount ${mount}`);
}

const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' '),
);

/** Volumes of types that `restricted` does not list. One without a source is an emptyDir to the API server. */
function otherVolumes({ spec }: JudgedPod): string[] {
  return listOf(spec.volumes).flatMap((one) => {
    const sources = Object.entries(fieldsOf(one))
      .filter(([key, value]) => key !== 'name' && isSet(value))
      .map(([key]) => key);
    return sources.length === 0 || sources.some((key) => VOLUMES.has(key)) ? [] : [`a ${sources[0]} volume`];
  });
}

function maybeRoot({ context, containers }: JudgedPod): string[] {
  if (context.runAsNonRoot === false) return ['root'];
  return containers.flatMap((one) => {
    const own = one.context.runAsNonRoot;
    return (isSet(own) ? own : context.runAsNonRoot) === true ? [] : ['root'];
  });
}

function userZero(pod: JudgedPod): string[] {
  return contextsOf(pod).flatMap(({ runAsUser }) =>
    isSet(runAsUser) && Number(runAsUser) === 0 ? ['runAsUser 0'] : [],
  );
}

/** Types that every release allows; 1.31 added one. */
export const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function forbiddenLabels(pod: JudgedPod, minor: number): string[] {
  const types = minor >= 31 ? [...SELINUX_TYPES, 'container_engine_t'] : SELINUX_TYPES;
  return contextsOf(pod)
    .map(({ seLinuxOptions }) => fieldsOf(seLinuxOptions))
    .flatMap(({ type, user, role }) => [
      ...(types.includes(textOf(type) ?? '') ? [] : [`SELinux type ${type}`]),
      ...(textOf(user) ? [`SELinux user ${user}`] : []),
      ...(textOf(role) ? [`SELinux role ${role}`] : []),
    ]);
}

function unconfinedSeccomp(pod: JudgedPod): string[] {
  return typesOf(pod, 'seccompProfile').map((type) => `seccomp ${type}`);
}

/** How profiles were set before Kubernetes 1.19. */
function seccompAnnotations({ annotations, containers }: JudgedPod): string[] {
  const prefix = 'seccomp.security.alpha.kubernetes.io/';
  const keys = [`${prefix}pod`, ...containers.map(({ name }) => `container.${prefix}${name}`)];
  return keys
    .map((key) => annotations[key])
    .filter((value) => value !== undefined)
    .filter((value) => !/^(runtime\/default$|docker\/default$|localhost\/)/.test(value))
    .map((value) => `seccomp ${value}`);
}

function noSeccomp(pod: JudgedPod): string[] {
  const ofPod = fieldsOf(pod.context.seccompProfile).type;
  const isMissing = pod.containers.some(
    ({ context }) => !isSet(context.seccompProfile) && !PROFILES.includes(ofPod),
  );
  const wrong = unconfinedSeccomp(pod);
  return wrong.length === 0 && isMissing ? ['no seccomp profile'] : wrong;
}

/** Sysctls that pods may set, by the minor version of Kubernetes that allows them. */
const SYSCTLS: readonly (readonly [since: number, names: string])[] = [
  [
    0,
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start',
  ],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [
    29,
    'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
  ],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
];

function forbiddenSysctls({ context }: JudgedPod, minor: number): string[] {
  const allowed = SYSCTLS.filter(([since]) => minor >= since).flatMap(([, names]) => names.split(' '));
  return listOf(context.sysctls)
    .map((one) => textOf(fieldsOf(one).name) ?? '')
    .filter((name) => !allowed.includes(name))
    .map((name) => `sysctl ${name}`);
}
