/** A taint of a node, as NodePools write it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A toleration of a pod. */
export interface Toleration {
  /** Absent or empty: every key. */
  readonly key?: string;
  /** `Equal` if absent. */
  readonly operator?: string;
  readonly value?: string;
  /** Absent or empty: every effect. */
  readonly effect?: string;
}

/**
 * The taints that no toleration covers. `PreferNoSchedule` counts like the rest: the scheduler relaxes it only for pods
 * that find no other place. Startup taints don't belong here, because pods need not tolerate them.
 * Source: kubernetes-sigs/karpenter v1.14.1 pkg/scheduling/taints.go.
 */
export function untolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): readonly Taint[] {
  return taints.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/**
 * Whether a toleration covers a taint. Operators other than `Equal` and `Exists` cover nothing here; the numeric ones
 * of Kubernetes 1.35 are alpha.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator || 'Equal';
  if (operator === 'Equal') return (toleration.value ?? '') === (taint.value ?? '');
  return operator === 'Exists';
}

/** A taint as kubectl writes it: `team=a:NoSchedule`, or `team:NoSchedule` without a value. */
export function formatTaint({ key, value, effect }: Taint): string {
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}
