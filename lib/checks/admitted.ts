import type { ObservedRunner, Subject } from '../cluster/observe';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { refusalFindings } from './admission-refusals';
import { ADMITTED_RULES } from './admitted-rules';
import type { Check } from './check';
import { extraPodFindings } from './extra-pods';
import type { Finding } from './finding';
import { volumeFindings } from './job-volumes';
import { quotaFindings } from './quotas';

const { finding, ...group } = ADMITTED_RULES;

/** Admission lets every job pod and manager into its namespace. */
export const admitted: Check = {
  ...group,
  run: (subject) => [
    ...subject.runners.flatMap((runner) => [
      ...jobFindings(runner, subject),
      ...managerFindings(runner, subject),
      ...volumeFindings(runner),
    ]),
    ...refusalFindings(subject),
    ...extraPodFindings(subject),
    ...quotaFindings(subject),
  ],
};

type Level = 'baseline' | 'restricted';

/** Capabilities that `baseline` lets containers add. */
const HARMLESS = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

function jobFindings(runner: ObservedRunner, subject: Subject): Finding[] {
  const namespace = runner.table.kubernetes.namespace ?? 'default';
  const level = enforced(subject, namespace);
  const reasons = level === undefined ? [] : reasonsOf(level, fieldsOf(runner.job?.spec));
  if (reasons.length === 0) return [];
  const { manifest, path } = runner.config;
  return [
    finding('job-pod', {
      severity: 'error',
      at: { manifest, path, within: `runners[${runner.index}].kubernetes.namespace` },
      found: reasons.join(', '),
      why: `namespace ${namespace} enforces ${level}: the API server refuses every job pod`,
      fix: `leave it out, or use a namespace of its own whose level allows it, with a pool of its own`,
    }),
  ];
}

function managerFindings({ manager, managerPod }: ObservedRunner, subject: Subject): Finding[] {
  const level = enforced(subject, manager?.namespace);
  const reasons = level === undefined ? [] : reasonsOf(level, managerPod);
  if (!manager || reasons.length === 0) return [];
  const path = ['spec', 'template', 'spec'];
  const why = `namespace ${manager.namespace} enforces ${level}: no pod of this Deployment is ever made`;
  const fix = 'meet the level, or lower it';
  return [
    finding('manager-pod', {
      severity: 'error',
      at: { manifest: manager, path },
      found: reasons.join(', '),
      why,
      fix,
    }),
  ];
}

/** The level that a namespace among the manifests enforces; undefined where it allows everything or is unknown. */
function enforced({ manifests }: Subject, name: string | undefined): Level | undefined {
  const namespace = manifests.find((one) => one.kind === 'Namespace' && one.name === name);
  const level = textOf(at(namespace?.body, ['metadata', 'labels', 'pod-security.kubernetes.io/enforce']));
  return level === 'baseline' || level === 'restricted' ? level : undefined;
}

/**
 * What a level refuses of a pod, each once.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function reasonsOf(level: Level, pod: Fields): string[] {
  const ofPod = fieldsOf(pod.securityContext);
  const containers = [...listOf(pod.initContainers), ...listOf(pod.containers)].map(fieldsOf);
  const reasons = [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pod[key] === true),
    ...listOf(pod.volumes).flatMap((one) =>
      fieldsOf(one).hostPath === undefined ? [] : ['a hostPath volume'],
    ),
    ...profileReasons(ofPod),
    ...containers.flatMap((one) => baselineReasons(fieldsOf(one.securityContext))),
    ...(level === 'restricted'
      ? containers.flatMap((one) => restrictedReasons({ ...ofPod, ...fieldsOf(one.securityContext) }))
      : []),
  ];
  return [...new Set(reasons)];
}

function profileReasons(context: Fields): string[] {
  return [
    ['seccomp', 'seccompProfile'],
    ['AppArmor', 'appArmorProfile'],
  ].flatMap(([name, key]) => (fieldsOf(context[key]).type === 'Unconfined' ? [`${name} Unconfined`] : []));
}

function baselineReasons(context: Fields): string[] {
  const added = listOf(fieldsOf(context.capabilities).add).map(String);
  return [
    ...(context.privileged === true ? ['privileged'] : []),
    ...(context.procMount === 'Unmasked' ? ['procMount Unmasked'] : []),
    ...added.filter((name) => !HARMLESS.has(name)).map((name) => `capability ${name}`),
    ...profileReasons(context),
  ];
}

function restrictedReasons(context: Fields): string[] {
  const dropped = listOf(fieldsOf(context.capabilities).drop).map(String);
  const seccomp = fieldsOf(context.seccompProfile).type;
  return [
    ...(context.allowPrivilegeEscalation === false ? [] : ['privilege escalation']),
    ...(context.runAsNonRoot === true ? [] : ['root']),
    ...(dropped.includes('ALL') ? [] : ['capabilities kept']),
    ...(seccomp === undefined ? ['no seccomp profile'] : []),
  ];
}
