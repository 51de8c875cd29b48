import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { objectsNamed } from './of-kind';
import { CONTROLS, type Control, type ControlId } from './pod-security-controls';
import { ENFORCE, ENFORCE_VERSION, type Level } from './pod-security-level';

/** What a namespace enforces of the Pod Security Standards. */
export interface PodSecurity {
  readonly level: 'baseline' | 'restricted';
  /** Minor version of Kubernetes whose standard counts; undefined for that of the cluster. */
  readonly minor: number | undefined;
}

/** A pod as Pod Security looks at it. */
export interface SecuredPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Fields;
}

/** A control that a pod does not meet, with everything about the pod that it forbids. */
export interface ForbiddenControl {
  readonly control: ControlId;
  readonly reasons: readonly string[];
}

/** What a namespace among the manifests enforces; undefined where it allows everything or is unknown. */
export function podSecurityOf(
  name: string | undefined,
  manifests: readonly Manifest[],
): PodSecurity | undefined {
  const [namespace] = objectsNamed(manifests, 'Namespace', name ?? 'default');
  const labels = textsOf(at(namespace?.body, ['metadata', 'labels']));
  const level = labels[ENFORCE];
  if (level === undefined || level === 'privileged') return undefined;
  const minor = /^v1\.(0|[1-9]\d*)$/.exec(labels[ENFORCE_VERSION] ?? '')?.[1];
  return {
    // The API server takes no other word, and judges by the strictest level where one stands there all the same.
    level: level === 'baseline' ? 'baseline' : 'restricted',
    minor: minor === undefined ? undefined : Number(minor),
  };
}

/**
 * What a level forbids of a pod, by control, in the order of their names.
 * @see kubernetes 1.36 staging/src/k8s.io/pod-security-admission/policy
 */
export function forbiddenControls(
  { level, minor }: PodSecurity,
  pod: SecuredPod,
): readonly ForbiddenControl[] {
  const version = minor ?? Number.POSITIVE_INFINITY;
  const active = CONTROLS.filter(
    (one) => (one.level === 'baseline' || level === 'restricted') && version >= (one.since ?? 0),
  );
  const replaced = new Set(active.flatMap((one) => one.replaces ?? []));
  const judged = asJudged(pod);
  return active
    .filter(({ id }) => !replaced.has(id))
    .map((one: Control) => ({ control: one.id, reasons: [...new Set(one.forbids(judged, version))] }))
    .filter(({ reasons }) => reasons.length > 0);
}

/** What Pod Security forbids of a pod, each once, in a few words. */
export function forbiddenOf(policy: PodSecurity, pod: SecuredPod): readonly string[] {
  return [...new Set(forbiddenControls(policy, pod).flatMap(({ reasons }) => reasons))];
}

/** The strictest level that refuses none of some pods, in the release of the cluster; `privileged` where one is not known. */
export function strictestLevel(specs: readonly (Fields | undefined)[]): Level {
  const isMet = (level: PodSecurity['level'], spec: Fields | undefined) =>
    spec !== undefined &&
    forbiddenControls({ level, minor: undefined }, { annotations: textsOf(spec.annotations), spec })
      .length === 0;
  const levels = ['restricted', 'baseline'] as const;
  return levels.find((level) => specs.every((spec) => isMet(level, spec))) ?? 'privileged';
}

function asJudged({ annotations, spec }: SecuredPod) {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listOf(spec[list]).map((one) => {
      const container = fieldsOf(one);
      return { container, name: textOf(container.name) ?? '', context: fieldsOf(container.securityContext) };
    }),
  );
  return {
    annotations,
    spec,
    context: fieldsOf(spec.securityContext),
    containers,
    isWindows: at(spec, ['os', 'name']) === 'windows',
    hasOwnUsers: spec.hostUsers === false,
  };
}
