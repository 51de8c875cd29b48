import { closedBudgetsOf } from '../cluster/disruption-budgets';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import type { FieldOfManifest } from './finding';

/** A budget that lets no manager go, without its rule. */
export interface BudgetProblem {
  readonly at: FieldOfManifest;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/** Budgets that hold managers on their nodes until these are cut off. */
export function budgetProblems(
  runners: readonly ObservedRunner[],
  manifests: readonly Manifest[],
): BudgetProblem[] {
  const managers = new Set(runners.flatMap(({ manager }) => manager ?? []));
  const found = new Map<Manifest, BudgetProblem>();
  for (const manager of managers) {
    for (const { manifest, field, value, pods } of closedBudgetsOf(manager, manifests)) {
      const counted = pods === 1 ? 'one pod' : `${pods} pods`;
      found.set(manifest, {
        at: { manifest, path: ['spec', field] },
        found: `${field} ${value} over ${counted}`,
        why: `the budget never lets a pod of ${displayName(manager)} be evicted: drift and drains of its node wait until terminationGracePeriod, which then cuts the manager off`,
        fix: 'write maxUnavailable: 1; a manager that is evicted still finishes its jobs within its own grace period',
      });
    }
  }
  return [...found.values()];
}
