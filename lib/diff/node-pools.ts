import { isStatic } from '../cluster/fixed-nodes';
import type { NodePool } from '../cluster/node-pools';
import { has, type NodeSelectorRequirement } from '../karpenter/requirement';
import { parseQuantity } from '../values/quantity';
import { at, textOf } from '../values/record';
import { budgetOf, drainOf, type PoolSides } from './drain';
import { heldLonger } from './held-nodes';
import { isOfMove } from './moved-nodes';
import { pairedPools } from './paired-pools';
import { type ChangedObject, type Comparison, changed, type Impact, impact, isKept, type Rule } from './rule';

/** Fields of the template that Karpenter hashes: with another hash a node has drifted. Requirements are compared otherwise. */
const HASHED = [
  'metadata.labels',
  'metadata.annotations',
  'spec.taints',
  'spec.startupTaints',
  'spec.expireAfter',
  'spec.terminationGracePeriod',
  'spec.nodeClassRef',
].map((field) => `spec.template.${field}`);

/** Pools of which every node is replaced. */
export const poolDrifts: Rule = {
  id: 'pool-drifts',
  title:
    'A NodePool whose template changes, requirements aside, has all its nodes replaced within its budget.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      const fields = HASHED.filter((field) => changed(change, field));
      if (!before || !after || fields.length === 0 || isRefused(before, after)) return [];
      const drain = drainOf({ before, after }, comparison);
      const what = `Every node of the pool drifts and is replaced, at most ${budgetOf(after)} of them at once; ${drain.text}.`;
      const why = `${fields.map((field) => field.replace('spec.template.', '')).join(', ')} changed, and Karpenter compares its hash.`;
      return [impact('pool-drifts', drain.weight, change, what, why)];
    }),
};

/** Pools of which the nodes that no longer match are replaced. */
export const requirementsChange: Rule = {
  id: 'requirements-change',
  title: 'A NodePool whose requirements change has those nodes replaced that no longer meet them.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      if (!before || !after || !changed(change, 'spec.template.spec.requirements')) return [];
      if (isRefused(before, after)) return [];
      const dropped = droppedBy(before, after);
      if (dropped.length === 0) {
        const what = `No node is replaced; new ones may be of ${after.types.length} types, before of ${before.types.length}.`;
        return [
          impact(
            'requirements-change',
            'info',
            change,
            what,
            'Every node that the pool could have still meets its requirements.',
          ),
        ];
      }
      const drain = drainOf({ before, after }, comparison);
      const what = `Nodes with ${dropped.join(', ')} drift and are replaced, at most ${budgetOf(after)} of them at once; ${drain.text}. Others stay.`;
      return [
        impact(
          'requirements-change',
          drain.weight,
          change,
          what,
          'Karpenter compares the labels of each node with the requirements.',
        ),
      ];
    }),
};

/** Pools that go, with their nodes. */
export const poolRemoved: Rule = {
  id: 'pool-removed',
  title: 'A NodePool that is removed takes its nodes with it.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      if (!before || after || isOfMove(change, comparison)) return [];
      if (isKept(before.manifest)) {
        const what = 'The pool and its nodes stay in the cluster until they are deleted.';
        return [
          impact(
            'pool-removed',
            'info',
            change,
            what,
            'It is annotated so that Flux and Argo CD do not prune it.',
          ),
        ];
      }
      const drain = drainOf({ before, after }, comparison);
      const what = `All its nodes are drained at once; ${drain.text}. No new node is made.`;
      return [
        impact(
          'pool-removed',
          drain.weight,
          change,
          what,
          'Deleting a NodePool deletes its nodes, whatever its budgets say.',
        ),
      ];
    }),
};

/** Pools that may hold more or fewer nodes. */
export const limitsChange: Rule = {
  id: 'limits-change',
  title: 'Limits bound new nodes; nodes that are there stay.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      if (!before || !after || !changed(change, 'spec.limits')) return [];
      if (isSame(before.limits, after.limits)) return [];
      const lowered = loweredLimits(before.limits, after.limits);
      const shown = (limits: NodePool['limits']) =>
        Object.entries(limits)
          .map(([resource, value]) => `${resource} ${value}`)
          .join(', ') || 'none';
      const why = `Limits were ${shown(before.limits)} and become ${shown(after.limits)}.`;
      const gone = Object.keys(before.limits).filter((resource) => !(resource in after.limits));
      const parts = [
        ...(lowered.length > 0
          ? [`Fewer pods fit at once: beyond ${lowered.join(' and ')} they wait, and no running node goes.`]
          : []),
        ...(gone.length > 0
          ? [`Nothing bounds ${gone.join(' and ')} of its nodes any more${boundsLeft(after.limits)}.`]
          : []),
      ];
      if (parts.length > 0) return [impact('limits-change', 'notice', change, parts.join(' '), why)];
      const what = `More nodes may be made${stillBound(before.limits, after.limits)}; no node changes.`;
      return [impact('limits-change', 'info', change, what, why)];
    }),
};

/** What neither replaces nodes nor bounds them. */
export const poolSettings: Rule = {
  id: 'pool-settings',
  title: 'Weight, budgets and consolidation touch no node by themselves; they change what happens next.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      if (!before || !after) return [];
      return [...weightImpacts(change), ...disruptionImpacts(change, { before, after }, comparison)];
    }),
};

/** Pools that are new. */
export const poolAdded: Rule = {
  id: 'pool-added',
  title: 'A new NodePool makes nodes when pods wait that only it, or it first, can hold.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }) => {
      // What a static one makes, and what that costs, is static-pool.
      if (before || !after || isStatic(after)) return [];
      const what = `New nodes may be of ${after.types.length} types. None is made until a pod waits.`;
      const why = 'Karpenter makes nodes for pods, not for pools.';
      if (Object.keys(after.limits).length > 0)
        return isOfMove(change, comparison) ? [] : [impact('pool-added', 'info', change, what, why)];
      return [impact('pool-added', 'notice', change, `${what} Nothing bounds how many there are.`, why)];
    }),
};

/** Whether a pool asks another controller for its nodes: the API server refuses that, which is immutable-field. */
function isRefused(before: NodePool, after: NodePool): boolean {
  return before.isAutoMode !== after.isAutoMode;
}

/** What nodes of the pool may be now and may not be any more, in words. */
function droppedBy(before: NodePool, after: NodePool): string[] {
  const left = new Set(after.types);
  const types = before.types.filter((type) => !left.has(type));
  const ofTypes = new Set(before.types.flatMap(({ labels }) => Object.keys(labels)));
  const values = after.expressions
    .filter(({ key }) => !ofTypes.has(key))
    .flatMap(({ key }) => droppedValues(key, before.expressions, after));
  return [
    ...(types.length > 0 ? [`one of ${types.length} instance types (${types[0].name}, ...)`] : []),
    ...new Set(values),
  ];
}

/** Zones, capacity types and the like: what the nodes of a type still differ in. */
function droppedValues(key: string, old: readonly NodeSelectorRequirement[], after: NodePool): string[] {
  const requirement = after.requirements.get(key);
  if (requirement === undefined) return [];
  const named = old
    .filter((one) => one.key === key && one.operator === 'In')
    .flatMap(({ values }) => values ?? []);
  if (named.length > 0)
    return named.filter((value) => !has(requirement, value)).map((value) => `${key} ${value}`);
  const wasThere = old.some((one) => one.key === key);
  return wasThere ? [] : [`${key} other than ${[...requirement.values].join(', ') || 'it allows'}`];
}

/** Whether limits are the same, in whatever words. */
function isSame(before: NodePool['limits'], after: NodePool['limits']): boolean {
  const resources = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...resources].every(
    (resource) => parseQuantity(before[resource] ?? '') === parseQuantity(after[resource] ?? ''),
  );
}

/** What bounds nodes besides a limit that is gone. */
function boundsLeft(limits: NodePool['limits']): string {
  const left = Object.entries(limits).map(([resource, value]) => `${resource} ${value}`);
  return left.length === 0 ? '' : `, besides ${left.join(' and ')}`;
}

/** What else bounds the nodes where a limit is raised. */
function stillBound(before: NodePool['limits'], after: NodePool['limits']): string {
  const same = Object.entries(after).filter(
    ([resource, value]) => parseQuantity(before[resource] ?? '') === parseQuantity(value),
  );
  const names = same.map(([resource, value]) => `${resource} ${value}`).join(' and ');
  return names === '' ? '' : `, as far as ${names} allow${same.length === 1 ? 's' : ''}`;
}

function loweredLimits(before: NodePool['limits'], after: NodePool['limits']): string[] {
  return Object.entries(after).flatMap(([resource, value]) => {
    const [old, now] = [parseQuantity(before[resource] ?? ''), parseQuantity(value)];
    return now !== undefined && (old === undefined || now < old) ? [`${resource} ${value}`] : [];
  });
}

function weightImpacts(change: ChangedObject): Impact[] {
  if (!changed(change, 'spec.weight')) return [];
  const what = 'Pods that fit several pools may get their next node from another one; no node is replaced.';
  return [impact('pool-settings', 'info', change, what, 'Karpenter tries pools of higher weight first.')];
}

function disruptionImpacts(
  change: ChangedObject,
  { before, after }: PoolSides & { readonly after: NodePool },
  comparison: Comparison,
): Impact[] {
  if (!changed(change, 'spec.disruption')) return [];
  const policy = (pool: NodePool) =>
    textOf(at(pool.manifest.body, ['spec', 'disruption', 'consolidationPolicy']));
  const isNewlyUnderutilized = policy(before) === 'WhenEmpty' && policy(after) !== 'WhenEmpty';
  if (isNewlyUnderutilized) {
    const drain = drainOf({ before, after }, comparison);
    const what = `Nodes with little on them may be emptied; ${drain.text}.`;
    return [
      impact('pool-settings', drain.weight, change, what, 'consolidationPolicy is no longer WhenEmpty.'),
    ];
  }
  const held = heldLonger(before, after);
  if (held.length > 0) {
    const why = 'consolidateAfter decides how long a vacant node stays, and a budget of 0 keeps them all.';
    return [impact('pool-settings', 'notice', change, held.join(' '), why)];
  }
  const what =
    'No node is replaced; when vacant or drifted ones go is another time, or another number at once.';
  return [
    impact('pool-settings', 'info', change, what, 'Karpenter reads disruption settings again each time.'),
  ];
}
