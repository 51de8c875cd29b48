import { growthOfJobs } from '../../cluster/job-growth';
import type { Manifest } from '../../cluster/manifest';
import { namespacesOf } from '../../cluster/namespaces';
import type { Subject } from '../../cluster/observe';
import { type Amounts, amountsOf } from '../../cluster/pod-amounts';
import { at, fieldsOf, listOf, textOf } from '../../values/record';
import { jobBudgetImpacts, managerBudgetImpacts } from '../pod-budgets';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  type Impact,
  impact,
  type Rule,
} from '../rule';
import { all } from './all-names';
import { ownNamespaces } from './known-objects';

/** Bounds of what the pods of a namespace may take, and of how many managers may go at once. */
export const roomWidened: Rule = {
  id: 'room-widened',
  title:
    'A LimitRange or ResourceQuota that allows more than jobs need lets one of them take the room of all others.',
  run: (comparison) => {
    const ofPods = [...managerBudgetImpacts(comparison), ...jobBudgetImpacts(comparison)];
    // What a budget does to managers and jobs says more than that it changed.
    const told = new Set(ofPods.map(({ object }) => object));
    const budgets = changesOf(comparison, 'PodDisruptionBudget').flatMap((change) =>
      budgetImpacts(change, comparison),
    );
    return [
      ...changesOf(comparison, 'LimitRange', 'ResourceQuota').flatMap((change) =>
        boundImpacts(change, comparison),
      ),
      ...budgets.filter(({ object }) => !told.has(object)),
      ...ofPods,
    ];
  },
};

function boundImpacts(change: ChangedObject, comparison: Comparison): Impact[] {
  const { before } = change;
  const namespace = before?.namespace;
  if (!before || namespace === undefined || !hasPods(namespace, comparison.after)) return [];
  // Under another name it is the same bound.
  const after = change.after ?? successorOf(before, comparison);
  const why = 'Pools are sized for jobs within these bounds; a job chooses how many services it has.';
  if (!after) {
    const what = 'Nothing bounds what pods of its namespace take any more.';
    return [impact('room-widened', 'security', change, what, why)];
  }
  const parts = [
    ...wider(boundsIn(before), boundsIn(after), namespace, comparison),
    ...narrowedScope(before, after),
  ];
  if (parts.length === 0) return [];
  return [
    impact('room-widened', 'security', change, `Pods of its namespace may take more: ${all(parts)}.`, why),
  ];
}

function hasPods(namespace: string, { runners }: Subject): boolean {
  return runners.some((runner) => namespacesOf(runner).includes(namespace));
}

function successorOf({ kind, namespace }: Manifest, { changes }: Comparison): Manifest | undefined {
  return changes.find(({ before, after }) => !before && after?.kind === kind && after.namespace === namespace)
    ?.after;
}

/** What an object bounds, by what it is of: `requests.cpu`, `memory of a Pod`. */
function boundsIn({ kind, body }: Manifest): ReadonlyMap<string, Bound> {
  const entries =
    kind === 'ResourceQuota'
      ? boundsOf(at(body, ['spec', 'hard']), '')
      : listOf(at(body, ['spec', 'limits'])).flatMap((limit) => {
          const type = textOf(fieldsOf(limit).type) ?? '';
          return [
            ...boundsOf(fieldsOf(limit).max, ` of a ${type}`),
            ...boundsOf(fieldsOf(limit).default, ` of a ${type} that names no limit`, true),
            ...boundsOf(fieldsOf(limit).defaultRequest, ` of a ${type}${NO_REQUEST}`, true),
          ];
        });
  return new Map(entries);
}

/** Ends the name of what a container requests by default. */
const NO_REQUEST = ' that names no request';

interface Bound {
  readonly resource: string;
  readonly amount: bigint;
  readonly text: string;
  /** Whether any amount is as good: what a container gets when it says nothing stays within the bounds of the pod. */
  readonly isAny: boolean;
}

function boundsOf(value: unknown, of: string, isAny = false): [string, Bound][] {
  const amounts: Amounts = amountsOf(value);
  return Object.entries(amounts).map(([resource, amount]) => [
    `${resource}${of}`,
    { resource, amount, text: textOf(fieldsOf(value)[resource]) ?? '', isAny },
  ]);
}

/** Bounds that go, or rise by more than jobs do. */
function wider(
  before: ReadonlyMap<string, Bound>,
  after: ReadonlyMap<string, Bound>,
  namespace: string,
  comparison: Comparison,
): string[] {
  return [...before].flatMap(([name, old]) => {
    const now = after.get(name);
    if (!now) return [`${name} is not bounded, before by ${old.text}`];
    if (now.amount <= old.amount || (old.isAny && isHarmless(name, old, after))) return [];
    const growth = growthOfJobs(namespace, old.resource, name !== old.resource, comparison);
    // What is rounded up may come out a little higher.
    const allowed = Number(old.amount) * Math.max(1, growth) * 1.02;
    return Number(now.amount) <= allowed ? [] : [`${name} is ${now.text}, before ${old.text}`];
  });
}

/** Whether a higher default lets no pod take more: one of requests, or of limits within another bound. */
function isHarmless(name: string, { resource }: Bound, after: ReadonlyMap<string, Bound>): boolean {
  const isBounded = [...after.values()].some((bound) => bound.resource === resource && !bound.isAny);
  return isBounded || name.endsWith(NO_REQUEST);
}

/** A quota that counts fewer pods than before. */
function narrowedScope(before: Manifest, after: Manifest): string[] {
  return ['scopes', 'scopeSelector']
    .filter((field) => {
      const [old, now] = [before, after].map(({ body }) => JSON.stringify(at(body, ['spec', field])));
      return now !== undefined && now !== old;
    })
    .map((field) => `it counts other pods (${field})`);
}

function budgetImpacts(change: ChangedObject, comparison: Comparison): Impact[] {
  const { before, after } = change;
  if (
    !before ||
    !ownNamespaces({ ...comparison, before: comparison.after }).has(before.namespace ?? 'default')
  )
    return [];
  if (after && !changed(change, 'spec')) return [];
  const what = after
    ? 'Another number of its pods, or of other pods, may be evicted at once.'
    : 'All of its pods may be evicted at once.';
  const why =
    'A drain of nodes asks budgets how many pods may go: whoever drains, managers go with their nodes.';
  return [impact('room-widened', 'notice', change, what, why)];
}
