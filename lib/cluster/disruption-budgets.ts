import { at, fieldsOf, textOf, textsOf } from '../values/record';
import { isIn } from './admission';
import { selects } from './label-selector';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';

/** Pods as budgets select them. */
export interface BudgetedPods {
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The PodDisruptionBudgets that select pods. */
export function budgetsOf(pods: BudgetedPods, manifests: readonly Manifest[]): readonly Manifest[] {
  return ofKind(manifests, 'PodDisruptionBudget').filter((one) => takes(one, pods));
}

/** A PodDisruptionBudget that lets no pod go, and the pods that it is for. */
export interface ClosedBudget {
  readonly manifest: Manifest;
  readonly field: 'minAvailable' | 'maxUnavailable';
  readonly value: string;
  /** Pods that it counts when all of them run. */
  readonly pods: number;
}

/**
 * The budgets that never allow an eviction of a workload's pods, even while all of them run.
 * @see kubernetes 1.36 pkg/controller/disruption/disruption.go, getExpectedPodCount
 */
export function closedBudgetsOf(workload: Manifest, manifests: readonly Manifest[]): readonly ClosedBudget[] {
  return budgetsOf(podsOfWorkload(workload), manifests).flatMap((manifest): readonly ClosedBudget[] => {
    const pods = podsCountedBy(manifest, manifests);
    const { minAvailable, maxUnavailable } = fieldsOf(manifest.body.spec);
    const least = amountOf(minAvailable, pods);
    const most = amountOf(maxUnavailable, pods);
    if (pods === 0) return [];
    if (least !== undefined && least >= pods)
      return [{ manifest, field: 'minAvailable', value: String(minAvailable), pods }];
    return most === 0 ? [{ manifest, field: 'maxUnavailable', value: String(maxUnavailable), pods }] : [];
  });
}

const WORKLOADS = ['Deployment', 'StatefulSet'];

const counted = new WeakMap<readonly Manifest[], Map<Manifest, number>>();

/** Pods that a budget counts when all of them run; counted once, since every workload that it takes asks. */
function podsCountedBy(budget: Manifest, manifests: readonly Manifest[]): number {
  const known = counted.get(manifests) ?? new Map<Manifest, number>();
  counted.set(manifests, known);
  const pods =
    known.get(budget) ??
    WORKLOADS.flatMap((kind) => ofKind(manifests, kind))
      .filter((one) => takes(budget, podsOfWorkload(one)))
      .reduce((sum, one) => sum + replicasOf(one, manifests), 0);
  known.set(budget, pods);
  return pods;
}

/** The pods of a workload. */
export function podsOfWorkload({ namespace, body }: Manifest): BudgetedPods {
  return { namespace, labels: textsOf(at(body, ['spec', 'template', 'metadata', 'labels'])) };
}

function takes(budget: Manifest, { namespace, labels }: BudgetedPods): boolean {
  const selector = at(budget.body, ['spec', 'selector']);
  // Without a selector it takes nothing.
  if (selector === undefined || selector === null) return false;
  return isIn(budget, namespace) && selects(fieldsOf(selector), labels);
}

/** Replicas that a workload has at the least; an autoscaler overrules its own. */
function replicasOf(workload: Manifest, manifests: readonly Manifest[]): number {
  const scaler = ofKind(manifests, 'HorizontalPodAutoscaler').find(
    ({ namespace, body }) =>
      isIn(workload, namespace) &&
      at(body, ['spec', 'scaleTargetRef', 'kind']) === workload.kind &&
      at(body, ['spec', 'scaleTargetRef', 'name']) === workload.name,
  );
  const replicas = at(scaler?.body, ['spec', 'minReplicas']) ?? at(workload.body, ['spec', 'replicas']) ?? 1;
  return Number.isSafeInteger(replicas) ? Number(replicas) : 1;
}

/** A count of pods; percentages round up. */
function amountOf(value: unknown, pods: number): number | undefined {
  const text = textOf(value);
  const percent = /^(\d+)%$/.exec(text ?? '')?.[1];
  if (percent !== undefined) return Math.ceil((Number(percent) * pods) / 100);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
