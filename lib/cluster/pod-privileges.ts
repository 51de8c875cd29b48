import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { SELINUX_TYPES } from './pod-security-controls';

/** What a pod may do that others may not, and what holds it. */
export interface PodPrivileges {
  /** What it may do beyond an ordinary pod. */
  readonly powers: readonly Power[];
  /** What keeps its containers in, by container; under the empty name, what holds for the pod. */
  readonly guards: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Something that a pod, or one of its containers, may do. */
export interface Power {
  /** Empty where the pod may. */
  readonly container: string;
  /** As the rest of a sentence, for example `is privileged`. */
  readonly what: string;
}

/**
 * What the pod of a spec may do on its node and in the cluster.
 *
 * @param isJob whether code of anybody's runs in it, which then reads the Secrets that it mounts
 */
export function privilegesOf(spec: Fields, isJob: boolean): PodPrivileges {
  const containers = ['initContainers', 'containers'].flatMap((list) => listOf(spec[list]).map(fieldsOf));
  const powers = [
    ...[...podPowers(spec), ...pullPowers(spec), ...(isJob ? secretPowers(spec) : [])].map(
      (what): Power => ({ container: '', what }),
    ),
    ...containers.flatMap((container) => containerPowers(container, fieldsOf(spec.securityContext))),
  ];
  const guards = containers.map(
    (container) =>
      [textOf(container.name) ?? '', guardsOf(container, fieldsOf(spec.securityContext))] as const,
  );
  return {
    powers,
    guards: new Map([['', podGuards(spec)], ...guards]),
  };
}

const HOST_SHARES = {
  hostNetwork: 'shares the network of its node',
  hostPID: 'sees the processes of its node',
  hostIPC: 'shares the memory of processes of its node',
} as const;

function podPowers(spec: Fields): readonly string[] {
  const shares = Object.entries(HOST_SHARES).filter(([key]) => spec[key] === true);
  const sysctls = listOf(fieldsOf(spec.securityContext).sysctls).map(
    (one) => textOf(fieldsOf(one).name) ?? '',
  );
  return [
    ...shares.map(([, what]) => what),
    ...(spec.shareProcessNamespace === true ? ['lets its containers see the processes of one another'] : []),
    ...listOf(spec.volumes).flatMap((volume) => volumePowers(fieldsOf(volume))),
    ...sysctls.map((name) => `sets the kernel parameter ${name}`),
    ...groupPowers(fieldsOf(spec.securityContext)),
  ];
}

/** The group of root owns what the user of root does not have alone. */
function groupPowers({ fsGroup, supplementalGroups }: Fields): readonly string[] {
  return [
    ...(fsGroup === 0 ? ['gives its volumes to the group of root (fsGroup)'] : []),
    ...(listOf(supplementalGroups).includes(0) ? ['is in the group of root (supplementalGroups)'] : []),
  ];
}

function volumePowers({ hostPath, projected }: Fields): readonly string[] {
  const path = hostPath === undefined ? undefined : (textOf(fieldsOf(hostPath).path) ?? '');
  const tokens = listOf(fieldsOf(projected).sources)
    .map((source) => fieldsOf(source).serviceAccountToken)
    .filter((token) => token !== undefined)
    .map((token) => textOf(fieldsOf(token).audience) ?? 'the API server');
  return [
    ...(path === undefined ? [] : [`mounts ${path} of its node`]),
    ...tokens.map((audience) => `gets a token of its ServiceAccount for ${audience}`),
  ];
}

/** Code in a job reads no pull secret, and runs every image that it allows. */
function pullPowers({ imagePullSecrets }: Fields): readonly string[] {
  const names = listOf(imagePullSecrets).flatMap((one) => textOf(fieldsOf(one).name) ?? []);
  return names.map((name) => `pulls images with the Secret ${name}`);
}

function secretPowers({ volumes }: Fields): readonly string[] {
  const names = listOf(volumes).flatMap((volume) => {
    const { secret, projected } = fieldsOf(volume);
    const sources = listOf(fieldsOf(projected).sources).map(
      (source) => fieldsOf(fieldsOf(source).secret).name,
    );
    return [fieldsOf(secret).secretName, ...sources].flatMap((name) => textOf(name) ?? []);
  });
  return names.map((name) => `mounts the Secret ${name}`);
}

function containerPowers(container: Fields, ofPod: Fields): readonly Power[] {
  const own = fieldsOf(container.securityContext);
  const added = listOf(fieldsOf(own.capabilities).add).map(String);
  const ports = listOf(container.ports).flatMap((port) => textOf(fieldsOf(port).hostPort) ?? []);
  const powers: readonly (readonly [isGiven: boolean, what: string])[] = [
    [own.privileged === true, 'is privileged'],
    [own.procMount === 'Unmasked', 'sees all of /proc'],
    [typeOf('seccompProfile', own, ofPod) === 'Unconfined', 'runs without seccomp (Unconfined)'],
    [typeOf('appArmorProfile', own, ofPod) === 'Unconfined', 'runs without AppArmor (Unconfined)'],
    [hasOddLabel(fieldsOf(own.seLinuxOptions ?? ofPod.seLinuxOptions)), 'has a SELinux label of its own'],
    [fieldsOf(own.windowsOptions ?? ofPod.windowsOptions).hostProcess === true, 'is a process of its node'],
    [(own.runAsUser ?? ofPod.runAsUser) === 0, 'runs as root'],
    [(own.runAsGroup ?? ofPod.runAsGroup) === 0, 'runs in the group of root'],
  ];
  // What a profile of the node allows is not known here.
  const profiles = PROFILES.flatMap(([key, name]) => {
    const profile = fieldsOf(own[key] ?? ofPod[key]);
    return profile.type === 'Localhost'
      ? [`runs under the ${name} profile ${textOf(profile.localhostProfile) ?? ''} of its node`]
      : [];
  });
  const name = textOf(container.name) ?? 'a container';
  return [
    ...powers.filter(([isGiven]) => isGiven).map(([, what]) => what),
    ...profiles,
    ...added.map((one) => `has the capability ${one}`),
    ...ports.filter((port) => port !== '0').map((port) => `takes port ${port} of its node`),
  ].map((what) => ({ container: name, what }));
}

const PROFILES = [
  ['seccompProfile', 'seccomp'],
  ['appArmorProfile', 'AppArmor'],
] as const;

function hasOddLabel({ type, user, role }: Fields): boolean {
  return (
    ![...SELINUX_TYPES, 'container_engine_t'].includes(textOf(type) ?? '') || Boolean(user) || Boolean(role)
  );
}

function typeOf(profile: string, own: Fields, ofPod: Fields): unknown {
  return fieldsOf(own[profile] ?? ofPod[profile]).type;
}

function podGuards({
  runtimeClassName,
  hostUsers,
  automountServiceAccountToken,
}: Fields): ReadonlySet<string> {
  return new Set([
    ...(runtimeClassName ? [`the RuntimeClass ${runtimeClassName}`] : []),
    ...(hostUsers === false ? ['a user namespace of its own'] : []),
    ...(automountServiceAccountToken === false ? ['no token of its ServiceAccount'] : []),
  ]);
}

function guardsOf({ securityContext }: Fields, ofPod: Fields): ReadonlySet<string> {
  const own = fieldsOf(securityContext);
  const user = Number(own.runAsUser ?? ofPod.runAsUser ?? 0);
  const dropped = listOf(fieldsOf(own.capabilities).drop).map(String);
  const [seccomp, appArmor] = ['seccompProfile', 'appArmorProfile'].map((key) => typeOf(key, own, ofPod));
  return new Set([
    ...(seccomp !== undefined && seccomp !== 'Unconfined' ? ['seccomp'] : []),
    ...(appArmor !== undefined && appArmor !== 'Unconfined' ? ['AppArmor'] : []),
    ...(own.allowPrivilegeEscalation === false ? ['allowPrivilegeEscalation: false'] : []),
    ...((own.runAsNonRoot ?? ofPod.runAsNonRoot) === true || user > 0 ? ['a user other than root'] : []),
    ...(own.readOnlyRootFilesystem === true ? ['readOnlyRootFilesystem'] : []),
    ...dropped.map((name) => `without the capability ${name}`),
  ]);
}

/** Whether guards still hold what a guard held: whoever drops all capabilities drops each of them. */
export function isHeld(guard: string, guards: ReadonlySet<string>): boolean {
  return (
    guards.has(guard) ||
    (guard.startsWith('without the capability') && guards.has('without the capability ALL'))
  );
}
