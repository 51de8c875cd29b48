import type { Manifest } from './manifest';
import { namespacesOf } from './namespaces';
import type { Subject } from './observe';
import { ofKind } from './of-kind';
import { countedPods, membersOf, overOf, type Shortage, secretShortages, surgeOf } from './quota-members';
import { objectShortages } from './quota-objects';
import { unsetOf } from './quotas';

/** What a quota refuses of pods and objects of a fleet. */
export interface QuotaRefusal {
  readonly quota: Manifest;
  /** What there is too little of, the room for a manager that replaces another among it. */
  readonly over: readonly Shortage[];
  /** What it counts and containers don't set, by pods: all of these are refused. */
  readonly unset: ReadonlyMap<string, readonly string[]>;
}

/** The quotas that refuse something of what runs at once. */
export function quotaRefusals(subject: Subject): readonly QuotaRefusal[] {
  const quotas = ofKind(subject.manifests, 'ResourceQuota');
  if (quotas.length === 0) return [];
  const pods = countedPods(subject, 'job');
  const namespaces = new Set(subject.runners.flatMap(namespacesOf));
  return quotas.flatMap((quota) => {
    if (!namespaces.has(quota.namespace ?? 'default')) return [];
    const members = membersOf(quota, pods, subject);
    const hasJobs = members.some(({ pod }) => pod.runner !== undefined);
    const over = [
      ...overOf(hasJobs ? members : [...members, ...surgeOf(members)]),
      ...objectShortages(quota, subject.manifests),
      ...secretShortages(members),
    ];
    const unset = new Map(
      members
        .filter(({ pod }) => !pod.holdsRoom)
        .map((one) => [one.pod.what, [...unsetOf(one.pod.spec, one.quota).keys()]] as const)
        .filter(([, names]) => names.length > 0),
    );
    return over.length > 0 || unset.size > 0 ? [{ quota, over, unset }] : [];
  });
}
