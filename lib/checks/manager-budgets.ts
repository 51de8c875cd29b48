import { budgetsOf, closedBudgetsOf, podsOfWorkload } from '../cluster/disruption-budgets';
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

/**
 * Managers that several budgets select: the API server refuses to evict a pod that has more than one.
 * @see kubernetes 1.36 pkg/registry/core/pod/storage/eviction.go
 */
export function severalBudgets(
  runners: readonly ObservedRunner[],
  manifests: readonly Manifest[],
): BudgetProblem[] {
  const managers = new Set(runners.flatMap(({ manager }) => manager ?? []));
  const found = new Map<Manifest, { budgets: readonly Manifest[]; managers: Manifest[] }>();
  for (const manager of managers) {
    const budgets = budgetsOf(podsOfWorkload(manager), manifests);
    if (budgets.length < 2) continue;
    const known = found.get(budgets[1]) ?? { budgets, managers: [] };
    found.set(budgets[1], { ...known, managers: [...known.managers, manager] });
  }
  return [...found].map(([manifest, { budgets, managers: held }]) => ({
    at: { manifest, path: ['spec', 'selector'] },
    found: budgets.map(({ name }) => name).join(', '),
    why: `${budgets.length} budgets select the pods of ${held.map(displayName).join(', ')}: every eviction of them is refused, and drains of their nodes wait until terminationGracePeriod cuts the managers off`,
    fix: 'keep one of them, or let them select different pods',
  }));
}
