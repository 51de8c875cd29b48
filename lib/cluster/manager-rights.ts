import {
  makesPriorityClass,
  type NeededRight,
  neededRights,
  PRIORITY_CLASS_RIGHTS,
  type Right,
} from '../gitlab-runner/permissions';
import { type Account, accountOf, type Grant, grantsIn } from './grants';
import type { Manifest } from './manifest';
import { namespaceOfJobs } from './namespaces';
import type { ObservedRunner, Subject } from './observe';

/** What one manager needs in one namespace, and what it is granted there. */
export interface Need {
  readonly manager: Manifest;
  readonly account: Account;
  /** Undefined where each job has a namespace of its own. */
  readonly namespace: string | undefined;
  readonly rights: readonly NeededRight[];
  /** What it asks of the API server outside any namespace. */
  readonly clusterRights: readonly Right[];
  readonly grants: readonly Grant[];
}

/** What managers need and are granted, one for each namespace of their jobs. */
export function needsOf({ runners, manifests }: Subject): readonly Need[] {
  const entries = new Map<string, ObservedRunner[]>();
  for (const runner of runners) {
    const { manager } = runner;
    if (!manager) continue;
    const key = JSON.stringify([manager.kind, manager.namespace, manager.name, jobNamespace(runner)]);
    entries.set(key, [...(entries.get(key) ?? []), runner]);
  }
  return [...entries.values()].flatMap((group) => {
    const [first] = group;
    const { manager, managerPod } = first;
    if (!manager) return [];
    const account = { name: accountOf(managerPod), namespace: manager.namespace };
    const namespace = jobNamespace(first);
    const tables = group.map(({ table }) => table);
    const rights = neededRights(tables);
    const clusterRights = tables.some(makesPriorityClass) ? PRIORITY_CLASS_RIGHTS : [];
    const grants = grantsIn(account, namespace, manifests);
    return [{ manager, account, namespace, rights, clusterRights, grants }];
  });
}

function jobNamespace({ table }: ObservedRunner): string | undefined {
  return table.kubernetes.namespace_per_job === true ? undefined : namespaceOfJobs({ table });
}
